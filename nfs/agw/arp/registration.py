"""ARP: registration of an agent, as in figure 3 of MACP (5.1; requirements C1 to C5)."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import structlog

from nfs.agw.acs import Description
from nfs.agw.amc import AmcConsumer
from nfs.agw.arp.binding import Binding, Registered
from nfs.agw.arp.validation import invalid, validated
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import RegistrationRequest
from nfs.common.sbi.problem import SbiProblem

log = structlog.get_logger("agw")


class Registration:
    def __init__(
        self, gateway_id: str, amc: AmcConsumer, binding: Binding, audit: AuditTrail
    ) -> None:
        self._gateway_id = gateway_id
        self._amc = amc
        self._binding = binding
        self._audit = audit
        self._locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    async def register(
        self, request: RegistrationRequest, *, renews: str | None = None
    ) -> Registered:
        """As ``_register``, and into the audit trail, however it ends."""
        actor, target = f"account:{request.registrant.account}", f"template:{request.template}"
        with self._audit.action("agent.register", actor=actor, target=target) as entry:
            registered = await self._register(request, renews)
            bind = registered.bind
            entry.aic = bind.aic
            entry.after = {"scope": bind.scope, "capabilityIds": bind.capability_ids}
        return registered

    async def _register(self, request: RegistrationRequest, renews: str | None) -> Registered:
        """Register: -> AAAP -> Local Bind.

        ``renews``: the AIC that the agent has, where one is expected. Raises SbiProblem: 400
        INVALID_AGENT_DESCRIPTION, 403 with the AMC's cause, 409 AGENT_MISMATCH, 503
        AMC_UNAVAILABLE. Whatever fails, nothing is stored but, at most, the use of a serial.
        """
        request = validated(request)
        if request.moves_from == self._gateway_id:
            raise invalid("an agent moves from another gateway than the one that it moves to")
        async with self._locks.setdefault(_who(request), asyncio.Lock()):
            grant = await self._amc.authorize(request)
            if renews not in (None, grant.aic):
                raise SbiProblem(409, "AGENT_MISMATCH", "the proofs are of another agent")
            registered = await self._binding.bind(
                Description.of(request),
                request.template,
                request.instance,
                grant,
                moves_from=request.moves_from,
            )
        log.info(
            "agent registered",
            aic=registered.bind.aic,
            template=request.template,
            account=request.registrant.account,
        )
        return registered


def _who(request: RegistrationRequest) -> tuple[str, ...]:
    """One agent of one registrant: its registrations are handled one at a time."""
    subscriber = request.registrant.on_behalf_of
    pseudonym = subscriber.pseudonym if subscriber else ""
    return request.registrant.account, pseudonym, request.template, request.instance
