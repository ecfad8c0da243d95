"""AAAP confirmation: the gateway has allocated the AIC, the AMC binds it and issues a credential.

Certificate and token are of the same agent, key, scope and life; the token names the certificate
(RFC 8705 clause 3.1), so that it is of no use to anybody else over mutual TLS.
"""

from __future__ import annotations

import base64
import time

import structlog

from nfs.amc.authority import Authority, certificate_thumbprint
from nfs.amc.config import AmcConfig
from nfs.amc.grants import GrantRecord, Grants
from nfs.amc.identities import Identities, Identity
from nfs.amc.registrant_check import public_key
from nfs.amc.registry import Registry
from nfs.common.aic import Aic, AicError, verified
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import IdentityState, IssuedCredential
from nfs.common.sbi.problem import SbiProblem

CREDENTIAL_AUDIENCE = "agentnf"
DAY = 86_400

log = structlog.get_logger("amc")


class ConfirmationProcedure:
    def __init__(
        self,
        config: AmcConfig,
        registry: Registry,
        identities: Identities,
        grants: Grants,
        authority: Authority,
        *,
        audit: AuditTrail,
    ) -> None:
        self._config = config
        self._registry = registry
        self._identities = identities
        self._grants = grants
        self._authority = authority
        self._audit = audit

    def confirm(self, grant_id: str, aic: str) -> IssuedCredential:
        """As ``_confirm``, and into the audit trail."""
        with self._audit.action("credential.issue", target=f"agent:{aic}") as entry:
            issued = self._confirm(grant_id, aic)
            entry.aic = aic
            entry.after = {"validUntil": issued.expires_at}
        return issued

    def _confirm(self, grant_id: str, aic: str) -> IssuedCredential:
        """Raises SbiProblem: 400 INVALID_AIC, 404 GRANT_NOT_FOUND, 409 GRANT_USED, AIC_IN_USE."""
        code = self._read(aic)
        record = self._grants.use(grant_id)
        self._check_range(code, record)
        valid_until = int(time.time()) + self._config.credential_days * DAY
        self._identities.bind(self._identity(record, code, valid_until))
        log.info("credential issued", aic=str(code), valid_until=valid_until)
        return self._issue(record, code, valid_until)

    def _read(self, aic: str) -> Aic:
        try:
            code = verified(aic, self._config.salt)
        except AicError as error:
            raise SbiProblem(400, "INVALID_AIC", str(error)) from None
        if code.ontology:
            raise SbiProblem(400, "INVALID_AIC", "the AIC of an ontology is no agent's")
        return code

    def _check_range(self, code: Aic, record: GrantRecord) -> None:
        registrar = self._config.gateways[record.gateway_id]
        allowed = registrar, record.grant.vendor_number, record.grant.template_number
        known = record.grant.aic == str(code)
        if not known and (code.registrar, code.vendor, code.template) != allowed:
            detail = "the AIC is not of this gateway's registrar and the granted template"
            raise SbiProblem(400, "INVALID_AIC", detail)

    def _identity(self, record: GrantRecord, code: Aic, valid_until: int) -> Identity:
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
            valid_until=valid_until,
        )

    def _issue(self, record: GrantRecord, code: Aic, valid_until: int) -> IssuedCredential:
        key = public_key(base64.b64decode(record.public_key))
        certificate = self._authority.certificate(str(code), key, valid_until)
        token = self._authority.token(
            valid_until,
            sub=f"agent:{code}",
            aud=CREDENTIAL_AUDIENCE,
            scope=" ".join(record.grant.scope),
            cnf={"x5t#S256": certificate_thumbprint(certificate)},
        )
        return IssuedCredential(
            certificate=base64.b64encode(certificate).decode(), token=token, expires_at=valid_until
        )
