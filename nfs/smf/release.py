"""PDU session release (TS 23.502 clause 4.3.4, TS 24.501 clause 6.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionReleaseRequest,
    SmCause,
)
from nfs.protocols.ngap import Cause, PDUSessionResourceReleaseCommandTransfer
from nfs.smf.consumer import amf
from nfs.smf.sm_context import T3592, NoAnswer, SmContext, State

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")


async def release_requested(
    smf: Smf, session: SmContext, request: PduSessionReleaseRequest
) -> None:
    """The UE asks; the network releases at the UE and at the gNB, and tells the AMF."""
    command = PduSessionReleaseCommand(
        session.pdu_session_id, request.pti, SmCause.REGULAR_DEACTIVATION
    )
    transfer = PDUSessionResourceReleaseCommandTransfer(Cause("nas", "normal-release"))
    n2 = ("PDU_RES_REL_CMD", transfer.encode())
    async with session.procedure:
        session.begin()
        session.state = State.INACTIVE_PENDING
        try:
            await session.command(
                lambda: amf.transfer(smf, session, command, n2), T3592, PduSessionReleaseComplete
            )
        except (NoAnswer, SbiProblem) as error:
            log.warning("released without the UE", supi=session.supi, reason=str(error))
        smf.sessions.remove(session)
    try:
        await amf.notify_released(smf, session)
    except SbiProblem as problem:
        log.warning("AMF not told of the release", supi=session.supi, reason=str(problem))
