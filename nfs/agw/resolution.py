"""Semantic resolution: who can do it, and a token to have it done (MACP 5.3, B12).

Resolve, then direct: the requester invokes the agent itself. The gateway chooses only what the
subject may use: a target outside the scope is not returned.
"""

from __future__ import annotations

from typing import Any

import structlog

from nfs.agw.amc import AmcConsumer
from nfs.agw.directory import Agent, Directory
from nfs.agw.taxonomy import capability_identifier
from nfs.common.agents.credentials import Credential, TokenVerifier, invalid_credential
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import AgentState, Resolution, ResolutionRequest, Target
from nfs.common.models.amc import AccessTokenRequest
from nfs.common.sbi.problem import SbiProblem

log = structlog.get_logger("agw")


class Resolver:
    def __init__(
        self, directory: Directory, amc: AmcConsumer, tokens: TokenVerifier, audit: AuditTrail
    ) -> None:
        self._audit = audit
        self._directory = directory
        self._amc = amc
        self._tokens = tokens

    async def resolve(self, request: ResolutionRequest, token: str) -> Resolution:
        """Raises SbiProblem: 401 CREDENTIAL_INVALID, 403 SCOPE_NOT_ALLOWED or POLICY, 404
        CAPABILITY_NOT_FOUND, 503 AMC_UNAVAILABLE."""
        with self._audit.action("agent.resolve", target=request.capability) as entry:
            requester = await self._tokens.credential(token)
            entry.actor, entry.aic = f"agent:{requester.aic}", requester.aic
            found = await self._resolve(request, requester)
            entry.after = {"onBehalfOf": request.on_behalf_of, "targetAic": found.target.aic}
        return found

    async def _resolve(self, request: ResolutionRequest, requester: Credential) -> Resolution:
        subject = self._subject(request, requester)
        capability = capability_identifier(request.capability)
        if capability is None:
            raise not_found(request.capability)
        if capability not in subject.scope:
            raise scope_not_allowed(capability)
        candidates = self._candidates(capability, requester.aic, request.constraints or {})
        if not candidates:
            raise not_found(capability)
        return await self._permit(candidates[0], requester.aic, subject.aic, capability)

    def _subject(self, request: ResolutionRequest, requester: Credential) -> Agent:
        """On whose behalf: an agent that is registered here and not suspended."""
        own = self._directory.get(requester.aic)
        if own is None or own.state is not AgentState.REGISTERED:
            raise invalid_credential()
        if request.on_behalf_of is None:
            return own
        subject = self._directory.get(request.on_behalf_of.upper())
        if subject is None or subject.state is not AgentState.REGISTERED:
            raise scope_not_allowed(request.capability)
        return subject

    def _candidates(
        self, capability: str, requester: str, constraints: dict[str, Any]
    ) -> list[Agent]:
        """Those that can be invoked and meet every constraint on their entityMeta (B15)."""
        return [
            agent
            for agent in self._directory.offering(capability)
            if agent.end_point is not None
            and agent.aic != requester
            and constraints.items() <= (agent.acs.entity_meta or {}).items()
        ]

    async def _permit(
        self, target: Agent, requester: str, subject: str, capability: str
    ) -> Resolution:
        wanted = AccessTokenRequest(
            actor=requester, subject=subject, audience=target.aic, capability=capability
        )
        try:
            issued = await self._amc.access_token(wanted)
        except SbiProblem as problem:
            if problem.cause not in ("IDENTITY_NOT_ACTIVE", "AGENT_NOT_FOUND"):
                raise
            log.warning("the AMC does not know all as active", target=target.aic, subject=subject)
            raise SbiProblem(403, "POLICY", "an agent's identity is not active") from problem
        log.info("resolved", capability=capability, actor=requester, subject=subject)
        assert target.end_point is not None  # noqa: S101 - a candidate has one
        return Resolution(
            capability_id=capability,
            target=Target(aic=target.aic, name=target.acs.name, end_point=target.end_point),
            access_token=issued.access_token,
            expires_at=issued.expires_at,
        )


def scope_not_allowed(capability: str) -> SbiProblem:
    detail = f"{capability} is not in the scope of the agent that asks"
    return SbiProblem(403, "SCOPE_NOT_ALLOWED", detail)


def not_found(capability: str) -> SbiProblem:
    return SbiProblem(404, "CAPABILITY_NOT_FOUND", f"no agent here offers {capability}")
