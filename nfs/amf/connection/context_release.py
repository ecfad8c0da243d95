"""UE Context Release (TS 38.413 clauses 8.3.2, 8.3.3) and AN release (TS 23.502 clause 4.2.6)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nfs.amf.agents.reachability import agent_idle
from nfs.amf.sessions.user_plane import deactivate
from nfs.amf.ue.context import Rm
from nfs.amf.ue.events import N2Lost
from nfs.amf.ue.ue import Ue
from nfs.protocols.ngap import Cause, UEContextReleaseCommand, UEContextReleaseRequest

if TYPE_CHECKING:
    from nfs.amf.app import Amf

COMPLETION_TIMEOUT = 5.0
"""Seconds after which a gNB that does not answer the command is taken to have obeyed."""


async def release_requested(amf: Amf, ue: Ue, request: UEContextReleaseRequest) -> None:
    """The gNB asks for AN release (step 1b), which it does for the connection that it has.

    Sessions that it names have steps 5 to 7 before step 2: once the UE is gone from the gNB, the
    UPF buffers what comes for it, and nothing is lost in between.
    """
    if request.ran_ue_ngap_id != ue.ran_ue_ngap_id:
        return
    ue.releasing = True
    for session_id in request.active_sessions:
        if (session := ue.context.sessions.get(session_id)) is not None:
            await deactivate(amf, ue.context, session)
    await release_n2(ue, request.cause)


async def release_n2(ue: Ue, cause: Cause) -> None:
    """Order the gNB to release the UE; the connection ends here, with or without its answer."""
    ue.releasing = True
    await ue.send_ngap(UEContextReleaseCommand((ue.amf_ue_ngap_id, ue.ran_ue_ngap_id), cause))
    ue.context_at_gnb = False
    asyncio.get_running_loop().call_later(COMPLETION_TIMEOUT, ue.deliver, N2Lost())


async def connection_ended(amf: Amf, ue: Ue) -> None:
    """Released or lost: a UE that is registered, and has no other connection by now, is idle.

    Steps 5 to 7 of AN release, for sessions that the gNB has not named: the SMFs end the user
    plane; the sessions stay.
    """
    amf.n2.forget(ue)
    await amf.n2.overload.follow_load()
    context = ue.context
    undelivered = ue.mailbox.undelivered()
    is_idle = context.rm is Rm.REGISTERED and amf.registry.get(context.supi or "") is ue
    if is_idle:
        for session in list(context.sessions.values()):
            await deactivate(amf, context, session)
        amf.reachability.idle(context)
        amf.events.observe(context)
        await agent_idle(amf, context)
    for downlink in undelivered:
        amf.paging.deliver(context, downlink)
    amf.paging.resume(context)
    if is_idle:
        amf.contexts.save(context)
