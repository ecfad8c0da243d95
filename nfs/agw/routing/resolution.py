"""Semantic resolution: who can do it, and a token to have it done (MACP 5.3, B12).

Resolve, then direct: the requester invokes the agent itself. The gateway chooses only what the
subject may use: a target outside the scope is not returned. Agents of other gateways are looked
for when none is here (H1).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from nfs.agw.access.attachment import Attachments
from nfs.agw.amc import AmcConsumer
from nfs.agw.directory import Directory
from nfs.agw.routing.forwarding import Forwarding, not_found, offered_of
from nfs.agw.taxonomy import capability_identifier
from nfs.common.agents.credentials import Credential, TokenVerifier, invalid_credential
from nfs.common.audit import AuditTrail, Entry
from nfs.common.audit.trail import caller
from nfs.common.models.agw import AgentState, Resolution, ResolutionRequest, Target
from nfs.common.models.agw_forwarding import FoundAgent, Query, QueryResult
from nfs.common.models.amc import AccessTokenRequest
from nfs.common.models.audit import Outcome
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.vocabulary import matches

log = structlog.get_logger("agw")


@dataclass(frozen=True, slots=True)
class Found:
    """``capability``: what the agent offers of that which was asked for."""

    target: Target
    capability: str
    domain: str
    route: list[str]
    reverse_path: list[str]


@dataclass(frozen=True, slots=True)
class Subject:
    aic: str
    scope: Collection[str]


class Resolver:
    def __init__(
        self,
        gateway_id: str,
        directory: Directory,
        forwarding: Forwarding,
        amc: AmcConsumer,
        *,
        tokens: TokenVerifier,
        attachments: Attachments,
        audit: AuditTrail,
    ) -> None:
        self._attachments = attachments
        self._gateway_id = gateway_id
        self._audit = audit
        self._directory = directory
        self._forwarding = forwarding
        self._amc = amc
        self._tokens = tokens

    async def requester(self, token: str) -> Credential:
        """Raises SbiProblem 401 CREDENTIAL_INVALID."""
        try:
            return await self._tokens.credential(token)
        except SbiProblem as problem:
            self._audit.append(Entry("agent.resolve", caller()), Outcome.DENIED, problem.cause)
            raise

    async def resolve(
        self, request: ResolutionRequest, requester: Credential, excluded: Collection[str] = ()
    ) -> Resolution:
        """``excluded``: AICs of agents that have failed.

        Raises SbiProblem: 401 CREDENTIAL_INVALID, 403 SCOPE_NOT_ALLOWED or POLICY, 404
        CAPABILITY_NOT_FOUND, 502 ANSWER_INVALID, 503 AMC_UNAVAILABLE.
        """
        with self._audit.action(
            "agent.resolve",
            actor=f"agent:{requester.aic}",
            target=request.capability,
            aic=requester.aic,
        ) as entry:
            resolution = await self._resolve(request, requester, excluded)
            entry.after = {
                "onBehalfOf": request.on_behalf_of,
                "targetAic": resolution.target.aic,
                "route": resolution.route,
            }
        return resolution

    async def _resolve(
        self, request: ResolutionRequest, requester: Credential, excluded: Collection[str]
    ) -> Resolution:
        subject = self._subject(request, requester)
        capability = capability_identifier(request.capability)
        if capability is None:
            raise not_found(request.capability)
        if not any(matches(granted, capability) for granted in subject.scope):
            raise scope_not_allowed(capability)
        constraints = request.constraints or {}
        not_these = {*excluded, requester.aic}
        found = await self._find(
            Query(capability=capability, constraints=constraints, excluded=sorted(not_these))
        )
        return await self._permit(found, requester.aic, subject.aic)

    async def query(self, query: Query) -> QueryResult:
        """Who can do it, for those who only want to know. Raises SbiProblem 502 ANSWER_INVALID."""
        capability = capability_identifier(query.capability)
        if capability is None:
            return QueryResult(agents=[], route=[], reverse_path=[], branches=[])
        query = query.model_copy(update={"capability": capability})
        own = [self._gateway_id]
        if here := await self._forwarding.here(query):
            return QueryResult(agents=here, route=own, reverse_path=own, branches=[])
        asked = await self._forwarding.ask(query)
        answer = asked.answer
        return QueryResult(
            agents=answer.agents if answer else [],
            route=answer.route if answer else [],
            reverse_path=answer.reverse_path if answer else [],
            branches=asked.branches,
        )

    async def _find(self, query: Query) -> Found:
        own = [self._gateway_id]
        if here := await self._forwarding.here(query):
            return _found(here[0], query.capability, own, own)
        # Agents of this gateway, the requester among them, are not for other gateways to know.
        foreign = [aic for aic in query.excluded if self._directory.get(aic) is None]
        onward = query.model_copy(update={"excluded": foreign})
        answer = (await self._forwarding.ask(onward)).answer
        if answer is None:
            raise not_found(query.capability)
        return _found(answer.agents[0], query.capability, answer.route, answer.reverse_path)

    def _subject(self, request: ResolutionRequest, requester: Credential) -> Subject:
        """On whose behalf: an agent that is registered here and not suspended, or one of another
        gateway that is attached here and asks for itself."""
        own = self._directory.get(requester.aic)
        if own is None and request.on_behalf_of is None and self._attachments.of(requester.aic):
            return Subject(requester.aic, requester.scope)
        if own is None or own.state is not AgentState.REGISTERED:
            raise invalid_credential()
        if request.on_behalf_of is None:
            return Subject(own.aic, own.scope)
        subject = self._directory.get(request.on_behalf_of.upper())
        if subject is None or subject.state is not AgentState.REGISTERED:
            raise scope_not_allowed(request.capability)
        return Subject(subject.aic, subject.scope)

    async def _permit(self, found: Found, requester: str, subject: str) -> Resolution:
        target, capability = found.target, found.capability
        wanted = AccessTokenRequest(
            actor=requester, subject=subject, audience=target.aic, capability=capability
        )
        try:
            if found.domain == await self._forwarding.domain():
                issued = await self._amc.access_token(wanted)
            else:
                issued = await self._amc.foreign_access_token(wanted, found.domain)
        except SbiProblem as problem:
            if problem.cause not in ("IDENTITY_NOT_ACTIVE", "AGENT_NOT_FOUND"):
                raise
            log.warning("the AMC does not know all as active", target=target.aic, subject=subject)
            raise SbiProblem(403, "POLICY", "an agent's identity is not active") from problem
        log.info("resolved", capability=capability, actor=requester, subject=subject)
        return Resolution(
            capability_id=capability,
            target=target,
            access_token=issued.access_token,
            expires_at=issued.expires_at,
            route=found.route,
            reverse_path=found.reverse_path,
        )


def _found(agent: FoundAgent, asked: str, route: list[str], reverse_path: list[str]) -> Found:
    target = Target(aic=agent.aic, name=agent.name, end_point=agent.end_point)
    offered = offered_of(agent.capability_ids, asked)
    return Found(target, offered, agent.domain, route, reverse_path)


def scope_not_allowed(capability: str) -> SbiProblem:
    detail = f"{capability} is not in the scope of the agent that asks"
    return SbiProblem(403, "SCOPE_NOT_ALLOWED", detail)
