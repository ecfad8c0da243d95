"""ARP: registration of an agent, as in figure 3 of MACP (5.1; requirements C1 to C5)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import structlog

from nfs.agw.acs import write_acs
from nfs.agw.allocation import AicAllocator
from nfs.agw.amc import AmcConsumer
from nfs.agw.directory import Agent, Directory
from nfs.agw.validation import validated
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import AgentState, LocalBind, RegistrationRequest
from nfs.common.models.amc import Grant, IssuedCredential

log = structlog.get_logger("agw")


@dataclass(frozen=True, slots=True)
class Registered:
    bind: LocalBind
    created: bool
    """False when the agent had its AIC already."""


class Registration:
    def __init__(
        self,
        gateway_id: str,
        amc: AmcConsumer,
        directory: Directory,
        allocator: AicAllocator,
        audit: AuditTrail,
    ) -> None:
        self._gateway_id = gateway_id
        self._amc = amc
        self._directory = directory
        self._allocator = allocator
        self._audit = audit
        self._locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def register(self, request: RegistrationRequest) -> Registered:
        """As ``_register``, and into the audit trail, however it ends."""
        actor, target = f"account:{request.registrant.account}", f"template:{request.template}"
        with self._audit.action("agent.register", actor=actor, target=target) as entry:
            registered = await self._register(request)
            bind = registered.bind
            entry.aic = bind.aic
            entry.after = {"scope": bind.scope, "capabilityIds": bind.capability_ids}
        return registered

    async def _register(self, request: RegistrationRequest) -> Registered:
        """Register: -> AAAP -> allocate -> ACS -> confirm -> store -> Local Bind.

        Raises SbiProblem: 400 INVALID_AGENT_DESCRIPTION, 403 with the AMC's cause, 503
        AMC_UNAVAILABLE. Whatever fails, nothing is stored but, at most, the use of a serial.
        """
        request = validated(request)
        lock = self._locks.setdefault(_who(request), asyncio.Lock())
        async with lock:
            grant = await self._amc.authorize(request)
            aic = grant.aic or self._allocator.allocate(grant.vendor_number, grant.template_number)
            async with self._directory.lock(aic):
                bind = await self._bind(request, grant, aic)
        log.info("agent registered", aic=aic, template=request.template, account=_who(request)[0])
        return Registered(bind, created=grant.aic is None)

    async def _bind(self, request: RegistrationRequest, grant: Grant, aic: str) -> LocalBind:
        acs = write_acs(request, grant, aic, self._gateway_id)
        host = urlsplit(request.end_point or "").hostname
        credential = await self._amc.confirm(grant, aic, [host] if host else [])
        trust_anchors = await self._amc.trust_anchors()
        agent = Agent(
            acs=acs,
            template=request.template,
            capability_ids=[c for c in request.capabilities if c in grant.capabilities],
            scope=grant.scope,
            gateway_id=self._gateway_id,
            valid_until=credential.expires_at,
            state=self._state(grant),
            end_point=request.end_point,
        )
        self._directory.put(agent)
        return _local_bind(agent, credential, trust_anchors)

    def _state(self, grant: Grant) -> AgentState:
        """A repeated registration renews the credential; it does not end a suspension."""
        known = self._directory.get(grant.aic) if grant.aic else None
        return known.state if known else AgentState.REGISTERED


def _local_bind(agent: Agent, credential: IssuedCredential, trust_anchors: list[str]) -> LocalBind:
    return LocalBind(
        aic=agent.aic,
        capability_ids=agent.capability_ids,
        scope=agent.scope,
        gateway_id=agent.gateway_id,
        valid_until=credential.expires_at,
        certificate=credential.certificate,
        server_certificate=credential.server_certificate,
        token=credential.token,
        acs=agent.acs.to_json(),
        trust_anchors=trust_anchors,
    )


def _who(request: RegistrationRequest) -> tuple[str, ...]:
    """One agent of one registrant: its registrations are handled one at a time."""
    subscriber = request.registrant.on_behalf_of
    pseudonym = subscriber.pseudonym if subscriber else ""
    return request.registrant.account, pseudonym, request.template, request.instance
