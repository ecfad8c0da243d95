"""PDU session release: requested by the UE and by the network (TS 24.501 clauses 6.4.3, 6.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.nas import (
    NO_PTI,
    PduSessionReleaseCommand,
    PduSessionReleaseComplete,
    PduSessionReleaseReject,
    PduSessionReleaseRequest,
    SmCause,
    SmStatus,
)
from ue_sim.ue.errors import NoAnswer, ProcedureRejected
from ue_sim.ue.sessions.session import Session, SessionState

if TYPE_CHECKING:
    from ue_sim.ue.sessions.sessions import Sessions

log = structlog.get_logger("ue")

PROCEDURE = "PDU session release"


async def request_release(
    sessions: Sessions, session: Session, cause: SmCause | None = SmCause.REGULAR_DEACTIVATION
) -> None:
    """Afterwards there is no such session, answered or not; raises ProcedureRejected when the
    network refuses, because it has none."""
    for transaction in sessions.transactions.of_session(session.pdu_session_id):
        transaction.abort()  # clause 6.4.3.5: the release goes first
    session.state = SessionState.INACTIVE_PENDING
    with sessions.transactions.begin(session.pdu_session_id) as transaction:
        request = PduSessionReleaseRequest(session.pdu_session_id, transaction.pti, cause)
        try:
            answer = await transaction.run(
                PROCEDURE,
                lambda: sessions.send(request),
                sessions.timers.t3582,
                sessions.timers.retransmissions,
            )
        except NoAnswer:
            log.warning("released without the network", session=session.pdu_session_id)
            return
        finally:
            sessions.forget(session)
    if isinstance(answer, PduSessionReleaseReject):
        raise ProcedureRejected(PROCEDURE, answer.cause.name)
    if not isinstance(answer, PduSessionReleaseCommand):
        raise sessions.not_done(PROCEDURE, session, answer)


async def on_release_command(sessions: Sessions, command: PduSessionReleaseCommand) -> None:
    """The network releases, on its own or because the UE has asked for it."""
    ids = command.pdu_session_id, command.pti
    session = sessions.find(command.pdu_session_id)
    if session is None:
        await sessions.send(SmStatus(*ids, SmCause.INVALID_PDU_SESSION_IDENTITY))
        return
    if command.pti != NO_PTI and sessions.transactions.get(command.pti) is None:
        await sessions.send(SmStatus(*ids, SmCause.PTI_MISMATCH))
        return
    wanted = session.state is SessionState.INACTIVE_PENDING
    sessions.forget(session)
    for transaction in sessions.transactions.of_session(session.pdu_session_id):
        if wanted:
            transaction.answered(command)
        else:
            transaction.abort()
    dnn, s_nssai = session.dnn, session.s_nssai
    sessions.back_off.refused(command.cause, dnn, s_nssai, command.back_off_timer)
    await sessions.send(PduSessionReleaseComplete(*ids))
    if command.cause is SmCause.REACTIVATION_REQUESTED and not wanted:
        await sessions.establish(
            dnn, s_nssai, session.pdu_session_id, session.requested_type, ssc_mode=session.ssc_mode
        )
