"""PDU session release (TS 23.502 clause 4.3.4, TS 24.501 clauses 6.3.3 and 6.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    NO_PTI,
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionReleaseRequest,
    SmCause,
)
from nfs.protocols.ngap import Cause, PDUSessionResourceReleaseCommandTransfer
from nfs.smf.consumer import amf
from nfs.smf.sm_context import Aborted, NoAnswer, SmContext, State, UpCnxState
from nfs.smf.updated import Updated

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")


async def release_requested(
    smf: Smf, session: SmContext, request: PduSessionReleaseRequest
) -> Updated:
    """The UE asks: the answer releases at the UE and at the gNB. What else is under way ends."""
    if session.state is State.INACTIVE_PENDING:
        return Updated()  # it is being released, and the command is repeated if need be
    session.answered(Aborted("the UE releases the session"))
    await session.procedure.acquire()
    command = PduSessionReleaseCommand(
        session.pdu_session_id, request.pti, SmCause.REGULAR_DEACTIVATION
    )
    n2 = _begin(session, command)
    smf.spawn(_finish(smf, session, command))
    return Updated(command, n2)


async def release_session(
    smf: Smf, session: SmContext, cause: SmCause, back_off: float | None = None
) -> None:
    """The network releases: at the UE, the gNB and the AMF.

    ``back_off``: seconds that the UE is to leave the DNN alone. An idle UE is paged only to set
    the session up again (REACTIVATION_REQUESTED); else it learns of the release when it is back.
    """
    await session.procedure.acquire()
    command = PduSessionReleaseCommand(session.pdu_session_id, NO_PTI, cause, back_off)
    n2 = _begin(session, command)
    skip = n2 is None and cause is not SmCause.REACTIVATION_REQUESTED
    try:
        outcome = await amf.transfer(smf, session, command, n2, skip_idle=skip)
        if outcome == "N1_MSG_NOT_TRANSFERRED":
            session.answered(Aborted("the UE is idle"))
    except SbiProblem as problem:
        session.answered(Aborted(str(problem)))
    await _finish(smf, session, command)


def _begin(session: SmContext, command: PduSessionReleaseCommand) -> amf.N2 | None:
    session.begin(command.pti, PduSessionReleaseComplete)
    session.state = State.INACTIVE_PENDING
    if session.up_cnx_state is UpCnxState.DEACTIVATED:
        return None
    transfer = PDUSessionResourceReleaseCommandTransfer(Cause("nas", "normal-release"))
    return "PDU_RES_REL_CMD", transfer.encode()


async def _finish(smf: Smf, session: SmContext, command: PduSessionReleaseCommand) -> None:
    """Await the UE; answered or not, there is no such session afterwards."""

    async def repeat() -> None:
        await amf.transfer(smf, session, command)

    try:
        await session.answer(repeat, smf.config.t3592)
    except (NoAnswer, SbiProblem) as error:
        log.warning("released without the UE", supi=session.supi, reason=str(error))
    try:
        session.state = State.INACTIVE
        if session in smf.sessions:
            smf.sessions.remove(session)
            await _tell_amf(smf, session)
    finally:
        session.over()
        session.procedure.release()


async def _tell_amf(smf: Smf, session: SmContext) -> None:
    try:
        await amf.notify_released(smf, session)
    except SbiProblem as problem:
        log.warning("AMF not told of the release", supi=session.supi, reason=str(problem))


async def release_unknown(smf: Smf, session: SmContext) -> None:
    """The UE says that it has no such session."""
    release_locally(smf, session)
    await _tell_amf(smf, session)


def release_locally(smf: Smf, session: SmContext) -> None:
    """ReleaseSMContext: the AMF has the UE no more, or the UE has the session no more."""
    session.answered(Aborted("the AMF releases the session"))
    session.state = State.INACTIVE
    smf.sessions.remove(session)
