"""UE-initiated deregistration (TS 23.502 clause 4.2.2.3.2, TS 24.501 clause 5.5.2.2)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import structlog

from nfs.amf.agent_reachability import agent_unreachable
from nfs.amf.consumer import smf, udm
from nfs.amf.context_release import release_n2
from nfs.amf.ue_context import Rm
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import DeregistrationAcceptUe, DeregistrationRequestUe
from nfs.protocols.ngap import Cause

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue import Ue
    from nfs.protocols.nas.reception import Received

log = structlog.get_logger("amf")


async def deregister(amf: Amf, ue: Ue, received: Received) -> None:
    request = received.message
    assert isinstance(request, DeregistrationRequestUe)  # noqa: S101 - the dispatch table's promise
    if received.protected:
        await release_resources(amf, ue)
        with contextlib.suppress(SbiProblem):
            await udm.purge(amf, ue.context, amf.config.guami)
        ue.context.rm = Rm.DEREGISTERED
    else:
        # Anybody could have sent it, so the registration stands (TS 24.501 clause 4.4.4.3).
        log.warning("deregistration without integrity protection", ue=ue.name)
    if not request.switch_off:
        await ue.send_nas(DeregistrationAcceptUe())
    await release_n2(ue, Cause("nas", "deregister"))


async def release_resources(amf: Amf, ue: Ue) -> None:
    """Release the PDU sessions, and withdraw the agent until the UE is back (L15)."""
    for session in list(ue.context.sessions.values()):
        try:
            await smf.release(amf, session, "REL_DUE_TO_UE_NOT_REACHABLE")
        except SbiProblem as problem:
            log.warning("SM context not released", ue=ue.name, reason=str(problem))
    ue.context.sessions.clear()
    await agent_unreachable(amf, ue)
