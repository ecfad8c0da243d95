"""PDU session modification: requested by the UE and by the network (TS 24.501 6.4.2, 6.3.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nfs.protocols.nas import (
    NO_PTI,
    Component,
    PacketFilter,
    PacketFilterDirection,
    PduSessionModificationCommand,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    SmCause,
    SmStatus,
)
from nfs.protocols.nas.qos_operations import QosError, QosState, apply
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.sessions.session import Session, SessionState
from ue_sim.ue.sessions.transactions import Aborted

if TYPE_CHECKING:
    from ue_sim.ue.sessions.sessions import Sessions

PROCEDURE = "PDU session modification"
_NOT_THERE = (SessionState.INACTIVE, SessionState.ACTIVE_PENDING)
NOT_ASSIGNED = 0
"""Identifier of a QoS rule, and QFI, that the network is to assign."""


def new_flow(
    five_qi: int,
    components: tuple[Component, ...],
    *,
    precedence: int = 128,
    guaranteed_kbps: int | None = None,
) -> tuple[tuple[QosRule, ...], tuple[QosFlowDescription, ...]]:
    """What a UE asks so that packets that match ``components`` get a QoS flow of their own."""
    filters = (PacketFilter(1, PacketFilterDirection.BIDIRECTIONAL, components),)
    rule = QosRule(NOT_ASSIGNED, QosRuleOperation.CREATE, False, filters, precedence, NOT_ASSIGNED)
    flow = QosFlowDescription(
        NOT_ASSIGNED,
        QosFlowOperation.CREATE,
        five_qi,
        gfbr_uplink=guaranteed_kbps,
        gfbr_downlink=guaranteed_kbps,
        mfbr_uplink=guaranteed_kbps,
        mfbr_downlink=guaranteed_kbps,
    )
    return (rule,), (flow,)


async def request_modification(
    sessions: Sessions, session: Session, wanted: PduSessionModificationRequest
) -> None:
    """Raises ProcedureRejected; then the session is as before. A procedure of the network for the
    session goes first, and the request is made again after it (clause 6.4.2.5)."""
    sessions.back_off.check(PROCEDURE, session.dnn, None)
    if session.state is not SessionState.ACTIVE:
        raise ProcedureRejected(PROCEDURE, "PROTOCOL_STATE", session.state.value)
    while True:
        try:
            await _request(sessions, session, wanted)
        except Aborted:
            if session.state is not SessionState.ACTIVE:
                raise ProcedureRejected(PROCEDURE, "SESSION_RELEASED") from None
            continue
        return


async def _request(
    sessions: Sessions, session: Session, wanted: PduSessionModificationRequest
) -> None:
    with sessions.transactions.begin(session.pdu_session_id) as transaction:
        request = replace(wanted, pti=transaction.pti)
        session.state = SessionState.MODIFICATION_PENDING
        try:
            answer = await transaction.run(
                PROCEDURE,
                lambda: sessions.send(request),
                sessions.timers.t3581,
                sessions.timers.retransmissions,
            )
        finally:
            if session.state is SessionState.MODIFICATION_PENDING:
                session.state = SessionState.ACTIVE
    if isinstance(answer, PduSessionModificationCommand):
        return
    if isinstance(answer, PduSessionModificationReject):
        sessions.back_off.refused(answer.cause, session.dnn, session.s_nssai, answer.back_off_timer)
        raise ProcedureRejected(PROCEDURE, answer.cause.name)
    raise sessions.not_done(PROCEDURE, session, answer)


async def on_modification_command(
    sessions: Sessions, command: PduSessionModificationCommand
) -> None:
    """Carry out what the network commands, on its own or because the UE has asked for it."""
    ids = command.pdu_session_id, command.pti
    session = sessions.find(command.pdu_session_id)
    if session is not None and session.state is SessionState.ACTIVE_PENDING:
        await sessions.transactions.settle(session.pdu_session_id)  # it came right behind ACCEPT
    if session is None or session.state in _NOT_THERE:
        await sessions.send(SmStatus(*ids, SmCause.INVALID_PDU_SESSION_IDENTITY))
        return
    if session.state is SessionState.INACTIVE_PENDING:
        return  # the UE's release goes first (clause 6.3.2.6)
    if command.pti == NO_PTI:
        sessions.back_off.network_asks(session.dnn)
    elif command.pti == session.completed_pti:
        await sessions.send(PduSessionModificationComplete(*ids))  # the network's repetition
        return
    elif sessions.transactions.get(command.pti) is None:
        await sessions.send(SmStatus(*ids, SmCause.PTI_MISMATCH))
        return
    try:
        await _carry_out(sessions, session, command)
    finally:
        if command.pti == NO_PTI:
            for transaction in sessions.transactions.of_session(session.pdu_session_id):
                transaction.abort()


async def _carry_out(
    sessions: Sessions, session: Session, command: PduSessionModificationCommand
) -> None:
    ids = command.pdu_session_id, command.pti
    try:
        qos = _qos_after(session, command)
    except QosError as error:
        await sessions.send(PduSessionModificationCommandReject(*ids, error.cause))
        raise
    session.qos = qos
    session.ambr = command.session_ambr or session.ambr
    if command.always_on is not None:
        session.always_on = bool(command.always_on)
    session.completed_pti = command.pti or session.completed_pti
    await sessions.send(PduSessionModificationComplete(*ids))


def _qos_after(session: Session, command: PduSessionModificationCommand) -> QosState:
    if command.unreadable("qos_rules") or command.unreadable("qos_flow_descriptions"):
        raise QosError(SmCause.SYNTACTICAL_ERROR_IN_THE_QOS_OPERATION, "QoS that cannot be read")
    return apply(session.qos, command.qos_rules, command.qos_flow_descriptions)
