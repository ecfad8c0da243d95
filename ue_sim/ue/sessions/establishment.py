"""UE-requested PDU session establishment (TS 24.501 clause 6.4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nfs.common.identities import Snssai
from nfs.protocols.nas import (
    DlNasTransport,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    PduSessionType,
    ProtocolConfigurationOptions,
    RequestType,
    SmMessage,
)
from nfs.protocols.nas.qos_operations import QosError, QosState, apply
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.sessions.release import request_release
from ue_sim.ue.sessions.session import Session, SessionState

if TYPE_CHECKING:
    from ue_sim.ue.sessions.sessions import Sessions

PROCEDURE = "PDU session establishment"
_64_KBPS, _FULL_RATE = 0, 0xFF
"""Integrity protection maximum data rate, uplink and then downlink (clause 9.11.4.7)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks for; without DNN or slice the network chooses."""

    dnn: str | None = None
    s_nssai: str | None = None
    pdu_session_type: PduSessionType = PduSessionType.IPV4
    ssc_mode: int | None = 1
    always_on: bool = False
    integrity_full_rate: tuple[bool, bool] = (True, True)
    """Uplink and downlink; 64 kbps otherwise."""
    request_type: RequestType = RequestType.INITIAL_REQUEST


async def request_establishment(
    sessions: Sessions, session: Session, wanted: Wanted
) -> PduSessionEstablishmentAccept:
    """Raises ProcedureRejected; then the session is PDU SESSION INACTIVE."""
    sessions.back_off.check(PROCEDURE, session.dnn, session.s_nssai)
    with sessions.transactions.begin(session.pdu_session_id) as transaction:
        session.state = SessionState.ACTIVE_PENDING
        request = PduSessionEstablishmentRequest(
            pdu_session_id=session.pdu_session_id,
            pti=transaction.pti,
            integrity_max_rate=bytes(
                _FULL_RATE if full else _64_KBPS for full in wanted.integrity_full_rate
            ),
            pdu_session_type=wanted.pdu_session_type,
            ssc_mode=wanted.ssc_mode,
            always_on=1 if wanted.always_on else None,
            epco=ProtocolConfigurationOptions.request(),
        )
        try:
            answer = await transaction.run(
                PROCEDURE,
                lambda: sessions.send(
                    request,
                    request_type=wanted.request_type,
                    s_nssai=Snssai.parse(wanted.s_nssai) if wanted.s_nssai else None,
                    dnn=wanted.dnn,
                ),
                sessions.timers.t3580,
                sessions.timers.retransmissions,
            )
        except BaseException:
            session.state = SessionState.INACTIVE
            raise
        return await _taken(sessions, session, answer)


async def _taken(
    sessions: Sessions, session: Session, answer: SmMessage | DlNasTransport
) -> PduSessionEstablishmentAccept:
    if isinstance(answer, PduSessionEstablishmentAccept):
        try:
            qos = apply(QosState(), answer.qos_rules, answer.qos_flow_descriptions)
        except QosError as error:  # clause 6.4.1.3: the session is of no use
            session.accepted(answer, QosState())
            await request_release(sessions, session, error.cause)
            raise ProcedureRejected(PROCEDURE, error.cause.name, error.reason) from None
        session.accepted(answer, qos)
        return answer
    session.state = SessionState.INACTIVE
    if isinstance(answer, PduSessionEstablishmentReject):
        sessions.back_off.refused(answer.cause, session.dnn, session.s_nssai, answer.back_off_timer)
        raise ProcedureRejected(PROCEDURE, answer.cause.name)
    raise sessions.not_done(PROCEDURE, session, answer)
