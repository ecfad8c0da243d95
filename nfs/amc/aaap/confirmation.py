"""AAAP confirmation: the gateway has allocated the AIC, the AMC binds it to the agent."""

from __future__ import annotations

import base64
import time

import structlog

from nfs.amc.aaap.grants import GrantRecord, Grants
from nfs.amc.aaap.registrant_check import public_key
from nfs.amc.aaap.registry import Registry
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.credentials import Credentials
from nfs.amc.identity.identities import Identities, Identity
from nfs.common.agents.certificates import general_name
from nfs.common.aic import Aic, AicError, verified
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import Confirmation, IdentityState, IssuedCredential
from nfs.common.sbi.problem import SbiProblem

DAY = 86_400

log = structlog.get_logger("amc")


class ConfirmationProcedure:
    def __init__(
        self,
        config: AmcConfig,
        registry: Registry,
        identities: Identities,
        grants: Grants,
        credentials: Credentials,
        *,
        audit: AuditTrail,
    ) -> None:
        self._config = config
        self._registry = registry
        self._identities = identities
        self._grants = grants
        self._credentials = credentials
        self._audit = audit

    def confirm(self, grant_id: str, body: Confirmation) -> IssuedCredential:
        """As ``_confirm``, and into the audit trail."""
        with self._audit.action("credential.issue", target=f"agent:{body.aic}") as entry:
            issued = self._confirm(grant_id, body)
            entry.aic = body.aic
            entry.after = {"validUntil": issued.expires_at}
        return issued

    def _confirm(self, grant_id: str, body: Confirmation) -> IssuedCredential:
        """Raises SbiProblem: 400 INVALID_AIC, INVALID_HOST, 404 GRANT_NOT_FOUND, 409 GRANT_USED,
        AIC_IN_USE."""
        code = self._read(body.aic)
        _check_hosts(body.hosts)
        if code.ontology is not self._grants.find(grant_id).ontology:
            detail = "the AIC of an ontology is that of no agent, and the other way round"
            raise SbiProblem(400, "INVALID_AIC", detail)
        record = self._grants.use(grant_id)
        self._check_range(code, record)
        valid_until = int(time.time()) + self._config.credential_days * DAY
        wanted = self._identity(record, code, valid_until, body.hosts)
        identity = self._identities.bind(wanted, body.moves_from)
        log.info("credential issued", aic=str(code), valid_until=valid_until)
        key = public_key(base64.b64decode(record.public_key))
        return self._credentials.issue(identity, key)

    def _read(self, aic: str) -> Aic:
        try:
            return verified(aic, self._config.salt)
        except AicError as error:
            raise SbiProblem(400, "INVALID_AIC", str(error)) from None

    def _check_range(self, code: Aic, record: GrantRecord) -> None:
        registrar = self._config.gateways[record.gateway_id]
        allowed = registrar, record.grant.vendor_number, record.grant.template_number
        known = record.grant.aic == str(code)
        if not known and (code.registrar, code.vendor, code.template) != allowed:
            detail = "the AIC is not of this gateway's registrar and the granted template"
            raise SbiProblem(400, "INVALID_AIC", detail)

    def _identity(
        self, record: GrantRecord, code: Aic, valid_until: int, hosts: list[str]
    ) -> Identity:
        template = self._registry.templates[record.template]
        return Identity(
            aic=str(code),
            agent_ref=record.grant.agent_ref,
            state=IdentityState.ACTIVE,
            template=record.template,
            scope=record.grant.scope,
            capabilities=record.grant.capabilities,
            acts_for_others=template.acts_for_others,
            gateway_id=record.gateway_id,
            gateways=[record.gateway_id],
            valid_until=valid_until,
            hosts=list(dict.fromkeys(hosts)),
        )


def _check_hosts(hosts: list[str]) -> None:
    try:
        for host in hosts:
            general_name(host)
    except ValueError as error:
        raise SbiProblem(400, "INVALID_HOST", str(error)) from None
