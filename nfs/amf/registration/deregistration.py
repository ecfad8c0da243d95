"""UE-initiated and implicit deregistration (TS 23.502 clauses 4.2.2.3.2, 4.2.2.3.1; TS 24.501
clauses 5.5.2.2, 5.3.7)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.agents.reachability import agent_unreachable
from nfs.amf.connection.context_release import release_n2
from nfs.amf.consumer import smf, udm
from nfs.amf.ue.context import Rm, UeContext
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import DeregistrationAcceptUe, DeregistrationRequestUe
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue
    from nfs.protocols.nas.reception import Received

log = structlog.get_logger("amf")


async def deregister(amf: Amf, ue: Ue, received: Received) -> None:
    request = received.message
    assert isinstance(request, DeregistrationRequestUe)  # noqa: S101 - the dispatch table's promise
    if received.protected:
        await end_registration(amf, ue.context)
    else:
        # Anybody could have sent it, so the registration stands (TS 24.501 clause 4.4.4.3).
        log.warning("deregistration without integrity protection", ue=ue.name)
    if not request.switch_off:
        await ue.send_nas(DeregistrationAcceptUe())
    await release_n2(ue, Cause("nas", "deregister"))


async def deregister_implicitly(amf: Amf, context: UeContext) -> None:
    """The UE was idle and silent for too long: it is not told (clause 5.3.7)."""
    log.info("UE deregistered implicitly", ue=context.name)
    await end_registration(amf, context)
    amf.contexts.save(context)
    amf.registry.forget(context)


async def end_registration(amf: Amf, context: UeContext) -> None:
    """All that a registration consists of ends, here and at the other NFs."""
    await release_resources(amf, context)
    ended = [udm.purge(amf, context, amf.config.guami)]
    ended += [_delete(amf, nf_type, uri) for nf_type, uri in context.resources.items()]
    context.resources = {}
    await asyncio.gather(*map(_leniently, ended))
    amf.reachability.connected(context)
    context.rm = Rm.DEREGISTERED
    amf.events.observe(context)


async def _delete(amf: Amf, nf_type: str, uri: str) -> None:
    await amf.sbi.request("DELETE", uri, peer=nf_type)


async def _leniently(work: Coroutine[Any, Any, None]) -> None:
    """What another NF does not take back is its own to clean up."""
    with contextlib.suppress(SbiProblem):
        await work


async def release_resources(amf: Amf, context: UeContext) -> None:
    """Release the PDU sessions, and withdraw the agent until the UE is back (L15)."""
    await release_sessions(amf, context)
    await agent_unreachable(amf, context)


async def release_sessions(amf: Amf, context: UeContext) -> None:
    for session in list(context.sessions.values()):
        try:
            await smf.release(amf, session, "REL_DUE_TO_UE_NOT_REACHABLE")
        except SbiProblem as problem:
            log.warning("SM context not released", ue=context.name, reason=str(problem))
    context.sessions.clear()
