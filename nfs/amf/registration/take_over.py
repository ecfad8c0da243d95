"""One subscriber, one connection: what becomes of a UE's former ones (TS 24.501 5.5.1.2.8 f)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.connection.context_release import release_n2
from nfs.amf.consumer import smf
from nfs.amf.registration.deregistration import release_resources
from nfs.amf.ue.context import Rm
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")


async def take_over(amf: Amf, ue: Ue) -> None:
    """Enter an authenticated UE; its other N2 connection, and what hung on it, is released."""
    amf.reachability.connected(ue.context)
    old = amf.registry.put(ue)
    if old is None:
        return
    ue.agent_work = old.agent_work
    if old.connected:
        await release_n2(old, Cause("radioNetwork", "release-due-to-ngran-generated-reason"))
    else:
        await old.ended.wait()
    if old.context is not ue.context:
        ue.context.announced = old.context.announced
        ue.context.saves_power = old.context.saves_power
        _keep_what_moved(old, ue)
        await release_resources(amf, old.context)


def _keep_what_moved(old: Ue, ue: Ue) -> None:
    """The UE was at another AMF of the set meanwhile: what its context has, it has still."""
    held = {session.location for session in ue.context.sessions.values()}
    for session in list(old.context.sessions.values()):
        if session.location in held:
            del old.context.sessions[session.pdu_session_id]
    if old.context.agent is not None and old.context.agent == ue.context.agent:
        old.context.agent = None


async def served_elsewhere(amf: Amf, ue: Ue) -> None:
    """Nudm_UECM_DeregistrationNotification: another AMF has registered the UE (TS 23.502 clause
    4.2.2.2.2, step 14d). In the set, its context has gone there; else all of it ends here."""
    kept = amf.contexts.of_supi(ue.context.supi or "")
    if kept is None or kept.served_by == amf.instance_id:
        await release_resources(amf, ue.context)
        amf.events.end_of(ue.context.supi)
        ue.context.rm = Rm.DEREGISTERED
        amf.contexts.save(ue.context)
    amf.reachability.connected(ue.context)
    amf.registry.forget(ue.context)
    await release_n2(ue, Cause("radioNetwork", "release-due-to-ngran-generated-reason"))


async def sessions_follow(amf: Amf, ue: Ue) -> None:
    """A context of another AMF of the set, or of this one's former life, came with PDU sessions:
    their SMFs learn who serves the UE now (TS 29.502 clause 5.2.2.3.2.2, servingNfId)."""
    context = ue.context
    if context.served_by not in (None, amf.instance_id):
        for session in list(context.sessions.values()):
            try:
                await smf.serve(amf, context, session)
            except SbiProblem as problem:
                log.warning("PDU session lost", ue=ue.name, reason=str(problem))
                del context.sessions[session.pdu_session_id]
        context.served_by = amf.instance_id
        amf.contexts.save(context)  # before the UDM tells the other AMF
    context.served_by = amf.instance_id
