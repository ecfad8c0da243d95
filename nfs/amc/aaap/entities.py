"""AAAP for an entity, on the word of its ontology (C7; ACPs-spec-ATR v02.01 clause 3.3)."""

from __future__ import annotations

import structlog

from nfs.amc.aaap.authorization import Authorization, policy
from nfs.amc.aaap.registrant_check import check_possession, credential_invalid
from nfs.amc.aaap.registry import Registry
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.authority import Authority
from nfs.amc.credentials.credentials import CREDENTIAL_AUDIENCE
from nfs.amc.identity.identities import AgentRef, Identities, Identity
from nfs.common.aic import Aic
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import ONTOLOGY, EntityAuthorizationRequest, Grant
from nfs.common.sbi.problem import SbiProblem

log = structlog.get_logger("amc")


class EntityAuthorization:
    def __init__(
        self,
        config: AmcConfig,
        registry: Registry,
        identities: Identities,
        authority: Authority,
        authorization: Authorization,
        *,
        audit: AuditTrail,
    ) -> None:
        self._config = config
        self._registry = registry
        self._identities = identities
        self._authority = authority
        self._authorization = authorization
        self._audit = audit

    def authorize(self, request: EntityAuthorizationRequest) -> Grant:
        """An entity may use and offer what its ontology may. It belongs to whom that belongs to.

        Raises SbiProblem 403: CREDENTIAL_INVALID, ONTOLOGY_NOT_ACTIVE, QUOTA_EXCEEDED, POLICY.
        """
        target = f"template:{request.agent.template}"
        with self._audit.action("entity.authorize", target=target) as entry:
            if request.gateway_id not in self._config.gateways:
                raise policy(f"the gateway {request.gateway_id!r} is not one of this AMC's")
            ontology = self._ontology(request)
            entry.actor = f"agent:{ontology.aic}"
            grant = self._grant(request, ontology)
            entry.aic = grant.aic
        log.info("entity authorised", agent_ref=grant.agent_ref, ontology=ontology.aic)
        return grant

    def _ontology(self, request: EntityAuthorizationRequest) -> Identity:
        try:
            claims = self._authority.claims(request.ontology_token, CREDENTIAL_AUDIENCE)
        except ValueError:
            raise credential_invalid("the ontology's credential is not valid") from None
        aic = str(claims["sub"]).removeprefix("agent:")
        if not Aic.parse(aic).ontology:
            raise credential_invalid("the credential is not an ontology's")
        try:
            ontology = self._identities.active(aic)
        except SbiProblem as problem:
            detail = "the ontology is not active"
            raise SbiProblem(403, "ONTOLOGY_NOT_ACTIVE", detail) from problem
        if claims["iat"] < ontology.credentials_from:
            raise credential_invalid("the ontology's credential is revoked")
        return ontology

    def _grant(self, request: EntityAuthorizationRequest, ontology: Identity) -> Grant:
        agent = request.agent
        template = self._registry.templates.get(ontology.template)
        if template is None or template.suspended:
            raise SbiProblem(403, "ONTOLOGY_NOT_ACTIVE", "the agent template is not in use")
        if agent.template != ontology.template or agent.instance == ONTOLOGY:
            raise policy("an ontology registers entities of its own template only")
        check_possession(agent)
        ref = AgentRef.sibling(ontology.agent_ref, agent.instance)
        known = self._identities.of_agent(ref)
        if known is None and self._identities.count(ref) >= template.agents_per_registrant:
            detail = f"there are {template.agents_per_registrant} agents of the template at most"
            raise SbiProblem(403, "QUOTA_EXCEEDED", detail)
        scope = [entry for entry in ontology.scope if entry in template.usable]
        return self._authorization.grant(request, template, ref, scope)
