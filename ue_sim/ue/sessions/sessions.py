"""All PDU sessions of a UE: what is asked for them, and where what arrives for them goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol

import structlog

from nfs.protocols.nas import (
    SESSION_IDENTITIES,
    DlNasTransport,
    MmCause,
    MmStatus,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionModificationCommand,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    PduSessionReleaseCommand,
    PduSessionReleaseReject,
    PduSessionType,
    QosFlowDescription,
    QosRule,
    RequestType,
    SmCause,
    SmMessage,
    SmStatus,
)
from nfs.protocols.nas.qos_operations import QosError
from nfs.protocols.nas.sm_reception import SmReceived, SmRefused, receive_at_ue
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.sessions.back_off import BackOffTimers
from ue_sim.ue.sessions.establishment import PROCEDURE as ESTABLISHMENT
from ue_sim.ue.sessions.establishment import Wanted, request_establishment
from ue_sim.ue.sessions.modification import on_modification_command, request_modification
from ue_sim.ue.sessions.not_forwarded import CONGESTED, end_transaction
from ue_sim.ue.sessions.release import on_release_command, request_release
from ue_sim.ue.sessions.session import Session, SessionState, SmTimers
from ue_sim.ue.sessions.transactions import Aborted, Answer, Transactions

log = structlog.get_logger("ue")

_ANSWERS = (
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionModificationReject,
    PduSessionReleaseReject,
)


class Modem(Protocol):
    """What 5GSM needs of 5GMM."""

    on_session_message: Callable[[bytes], None]
    on_not_forwarded: Callable[[DlNasTransport | MmStatus], None]
    session_status: Callable[[], frozenset[int]]
    on_session_status: Callable[[frozenset[int]], None]

    async def send_session_message(self, message: SmMessage, **transport: object) -> None: ...


class Sessions:
    """``integrity_full_rate``: of user data, uplink and downlink."""

    def __init__(
        self,
        modem: Modem,
        timers: SmTimers | None = None,
        integrity_full_rate: tuple[bool, bool] = (True, True),
    ) -> None:
        self.timers = timers or SmTimers()
        self.transactions = Transactions()
        self.back_off = BackOffTimers()
        self.changed: Callable[[Session], None] = lambda _: None
        """Called after a session came, went or was modified."""
        self._modem = modem
        self._integrity_full_rate = integrity_full_rate
        self._by_id: dict[int, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        modem.on_session_message = self._arrived
        modem.on_not_forwarded = lambda message: end_transaction(self.transactions, message)
        modem.session_status = lambda: self.active
        modem.on_session_status = self.keep_only

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_id.values()))

    def find(self, session_id: int) -> Session | None:
        return self._by_id.get(session_id)

    @property
    def active(self) -> frozenset[int]:
        """Identities of the sessions there are, for the PDU session status."""
        return frozenset(s.pdu_session_id for s in self if s.state is not SessionState.INACTIVE)

    @property
    def always_on(self) -> frozenset[int]:
        """Those whose user plane is to be there whenever the UE is connected."""
        return frozenset(s.pdu_session_id for s in self if s.always_on)

    async def establish(
        self,
        dnn: str | None = None,
        s_nssai: str | None = None,
        session_id: int | None = None,
        pdu_type: PduSessionType = PduSessionType.IPV4,
        *,
        ssc_mode: int | None = 1,
        always_on: bool = False,
        request_type: RequestType = RequestType.INITIAL_REQUEST,
    ) -> Session:
        """Without DNN or slice the network chooses; without an identity the lowest free one is
        used. Raises ProcedureRejected with the 5GSM or 5GMM cause."""
        if session_id is None:
            session_id = self._free_identity()
        session = Session(session_id, dnn, s_nssai, pdu_type)
        wanted = Wanted(
            dnn, s_nssai, pdu_type, ssc_mode, always_on, self._integrity_full_rate, request_type
        )
        self._by_id[session_id] = session
        try:
            await request_establishment(self, session, wanted)
        except Aborted:
            raise ProcedureRejected(ESTABLISHMENT, "SESSION_RELEASED") from None
        finally:
            if session.state is SessionState.INACTIVE and self._by_id.get(session_id) is session:
                del self._by_id[session_id]
        self.changed(session)
        return session

    async def modify(
        self,
        session_id: int,
        rules: tuple[QosRule, ...] | None = None,
        flows: tuple[QosFlowDescription, ...] | None = None,
        *,
        always_on: bool | None = None,
    ) -> Session:
        """Ask for QoS (see ``new_flow``), or for an always-on session; raises ProcedureRejected."""
        session = self._known(session_id)
        request = PduSessionModificationRequest(
            pdu_session_id=session_id,
            pti=0,
            always_on=None if always_on is None else int(always_on),
            requested_qos_rules=rules,
            requested_qos_flow_descriptions=flows,
        )
        await request_modification(self, session, request)
        self.changed(session)
        return session

    async def release(self, session_id: int) -> None:
        await request_release(self, self._known(session_id))

    def keep_only(self, session_ids: frozenset[int]) -> None:
        """The network says which sessions there are: all others go, locally (clause 5.6.1.4.1)."""
        for session in self:
            if session.pdu_session_id not in session_ids and session.state in _ESTABLISHED:
                self.forget(session)

    def forget(self, session: Session) -> None:
        session.state = SessionState.INACTIVE
        if self._by_id.get(session.pdu_session_id) is session:
            del self._by_id[session.pdu_session_id]
        self.changed(session)

    async def send(self, message: SmMessage, **transport: object) -> None:
        await self._modem.send_session_message(message, **transport)

    def not_done(self, procedure: str, session: Session, answer: Answer) -> ProcedureRejected:
        """An answer that ends the procedure without a message for it. The AMF may keep the UE off
        too, when it does not forward (TS 24.501 clause 5.4.5.3.3)."""
        if isinstance(answer, DlNasTransport):
            cause = answer.cause or MmCause.PAYLOAD_WAS_NOT_FORWARDED
            congested = CONGESTED.get(cause)
            if congested is not None:
                seconds = answer.back_off_timer_seconds
                self.back_off.refused(congested, session.dnn, session.s_nssai, seconds)
            return ProcedureRejected(procedure, cause.name)
        reported: SmCause | None = getattr(answer, "cause", None)
        return ProcedureRejected(procedure, reported.name if reported else answer.NAME)

    def _known(self, session_id: int) -> Session:
        session = self._by_id.get(session_id)
        if session is None:
            cause = SmCause.PDU_SESSION_DOES_NOT_EXIST
            raise ProcedureRejected("PDU session", cause.name, f"there is no session {session_id}")
        return session

    def _free_identity(self) -> int:
        free = next((i for i in SESSION_IDENTITIES if i not in self._by_id), None)
        if free is None:
            cause = MmCause.MAXIMUM_NUMBER_OF_PDU_SESSIONS_REACHED
            raise ProcedureRejected(ESTABLISHMENT, cause.name)
        return free

    def _arrived(self, octets: bytes) -> None:
        outcome = receive_at_ue(octets)
        if isinstance(outcome, SmReceived):
            self._spawn(self._handle(outcome.message))
        elif isinstance(outcome, SmRefused):
            log.warning("5GSM message refused", reason=outcome.reason)
            self._spawn(self.send(outcome.answer))
        else:
            log.warning("5GSM message discarded", reason=outcome.reason)

    async def _handle(self, message: SmMessage) -> None:
        try:
            match message:
                case PduSessionModificationCommand():
                    await on_modification_command(self, message)
                    self._answer(message)
                    if (session := self.find(message.pdu_session_id)) is not None:
                        self.changed(session)
                case PduSessionReleaseCommand():
                    await on_release_command(self, message)
                case SmStatus():
                    log.warning("network reports a 5GSM error", cause=message.cause.name)
                    self._answer(message)
                case _ if isinstance(message, _ANSWERS):
                    if not self._answer(message):
                        ids = message.pdu_session_id, message.pti
                        await self.send(SmStatus(*ids, SmCause.PTI_MISMATCH))
                case _:
                    ids = message.pdu_session_id, message.pti
                    cause = SmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE
                    await self.send(SmStatus(*ids, cause))
        except QosError as error:
            log.warning("QoS refused", session=message.pdu_session_id, reason=error.reason)
            self._answer(SmStatus(message.pdu_session_id, message.pti, error.cause))
        except ProcedureRejected as error:
            log.warning("procedure failed", reason=str(error))

    def _answer(self, message: SmMessage) -> bool:
        """Whether a transaction waits for it."""
        transaction = self.transactions.get(message.pti)
        if transaction is None or transaction.pdu_session_id != message.pdu_session_id:
            return False
        transaction.answered(message)
        return True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_ESTABLISHED = (SessionState.ACTIVE, SessionState.MODIFICATION_PENDING)
