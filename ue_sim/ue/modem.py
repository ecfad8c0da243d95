"""The modem: NAS towards the AMF, under the UE's security context."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine

import structlog

from nfs.common.identities import Guti, Suci, Tai
from nfs.common.trace import Interface, Trace
from nfs.protocols.nas import (
    AuthenticationFailure,
    AuthenticationResponse,
    DeregistrationRequestUe,
    DlNasTransport,
    IdentityResponse,
    MmCause,
    MmStatus,
    NasMessage,
    PayloadContainerType,
    RegistrationRequest,
    SecurityModeCommand,
    SecurityModeReject,
    ServiceRequest,
    UlNasTransport,
    encode,
)
from nfs.protocols.nas.reception import Discarded, Received, Refused, receive
from nfs.protocols.nas.security import CountExhausted, NasSecurityContext
from nfs.protocols.nas.security_header import SecurityHeaderType
from nfs.protocols.nas.summary import title
from nfs.protocols.nas.unprotected import ACCEPTED_UNPROTECTED_BY_UE
from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.radio.cell import Cell
from ue_sim.ue import timers
from ue_sim.ue.access import Access
from ue_sim.ue.authentication import Authentication
from ue_sim.ue.back_off import T3346
from ue_sim.ue.config import UeConfig
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.mm_state import MmEvent, MmState, MmStateMachine
from ue_sim.ue.procedures import Procedures, answers_on
from ue_sim.ue.usim import Usim

log = structlog.get_logger("ue")


INITIAL = (DeregistrationRequestUe, RegistrationRequest, ServiceRequest)
"""What begins a connection (TS 24.501 clause 5.3.1.1)."""
_ANSWERS = (AuthenticationFailure, AuthenticationResponse, IdentityResponse, SecurityModeReject)


_VERIFIED_LATER = frozenset({SecurityModeCommand.MESSAGE_TYPE})
"""SECURITY MODE COMMAND comes under the context that it is about to establish: it is let through,
and its procedure verifies it (TS 24.501 clause 5.4.2.3)."""
_ACCEPTED = ACCEPTED_UNPROTECTED_BY_UE | _VERIFIED_LATER


class Modem(Procedures):
    """Sorts what arrives: 5GSM and agent containers to their handlers, all else to who waits."""

    def __init__(self, config: UeConfig, gnb: Cell, trace: Trace | None = None) -> None:
        super().__init__()
        self.config = config
        self.usim = Usim(config)
        self.authentication = Authentication(self)
        self.security: NasSecurityContext | None = None
        self.guti: Guti | None = None
        self.on_session_message: Callable[[bytes], None] = lambda _: None
        self.on_agent_container: Callable[[bytes], None] = lambda _: None
        self.on_agent_refused: Callable[[MmStatus | DlNasTransport], None] = lambda _: None
        """5GMM STATUS, or an agent container that comes back."""
        self.on_not_forwarded: Callable[[DlNasTransport | MmStatus], None] = lambda _: None
        self.on_session_status: Callable[[frozenset[int]], None] = lambda _: None
        self.on_paged: Callable[[], Coroutine[None, None, None]] = _nothing
        self.before_uplink: Callable[[], Awaitable[None]] = _nothing
        """Makes a connection before something is sent from idle mode: service request."""
        self.on_idle: Callable[[], None] = lambda: None
        self.on_state: Callable[[MmState], None] = lambda _: None
        self.session_status: Callable[[], frozenset[int]] = frozenset
        """Which PDU sessions there are."""
        self.t3512_seconds: float = timers.DEFAULTS["T3512"]
        self.registration_area: tuple[Tai, ...] = ()
        """Where it may go without a word."""
        self.asks_for_mico = False
        self.mico = False
        """The network may not call it: it does not listen (TS 23.501 clause 5.4.1.3)."""
        self.establishment_cause = "mo-Signalling"
        self.last_octets = b""
        self.access = Access(gnb, self._arrived, self._paged)
        self._trace = trace
        self._mm = MmStateMachine()
        self._secured = False
        """Secure exchange of NAS messages is established on this connection (4.4.2.5)."""
        self.t3346 = T3346()
        self._header = SecurityHeaderType.INTEGRITY_CIPHERED

    @property
    def suci(self) -> Suci:
        """Concealed anew each time, unless under the null scheme."""
        return self.config.conceal()

    @property
    def serving_network_name(self) -> str:
        return self.config.home.serving_network_name

    @property
    def tmsi(self) -> FiveGSTmsi | None:
        """The 5G-S-TMSI, under which the UE is paged."""
        if self.guti is None:
            return None
        guami = self.guti.guami
        return FiveGSTmsi(guami.set_id, guami.pointer, self.guti.tmsi)

    @property
    def connected(self) -> bool:
        return self.access.connected

    @property
    def state(self) -> MmState:
        return self._mm.state

    def happens(self, event: MmEvent) -> None:
        before = self._mm.state
        self._mm.happens(event)
        if self._mm.state is not before:
            self.on_state(self._mm.state)

    def timer(self, name: str) -> float:
        """Seconds."""
        return timers.seconds(self.config.timers, name)

    @property
    def initial_header(self) -> SecurityHeaderType | None:
        """An initial message is not ciphered (TS 24.501 clause 4.4.5)."""
        return SecurityHeaderType.INTEGRITY if self.security and not self.connected else None

    def forget_registration(self, *, keep_guti: bool) -> None:
        """Registered no more; the sessions are gone, the security context may be used again."""
        self.happens(MmEvent.DEREGISTERED)
        if not keep_guti:
            self.guti = None
            self.security = None
        self.on_session_status(frozenset())

    def release_locally(self) -> None:
        """There is no connection any more, as far as the UE is concerned."""
        self.access.release()
        self.on_idle()

    def bar_cell(self) -> None:
        self.access.bar(self.authentication.hint)

    def camp_on(self, cell: Cell) -> None:
        """Select a cell of another gNB, without a connection to it yet (idle mode)."""
        self.access.camp_on(cell)
        while not self._mailbox.empty():
            self._mailbox.get_nowait()

    def take_into_use(self, security: NasSecurityContext) -> None:
        """What SECURITY MODE COMMAND has established: nothing unprotected is acted on any more."""
        self.security = security
        self._secured = True

    def _goes_plain(self, message: NasMessage) -> bool:
        """Answers to a network that does not have the UE's keys, or has not shown that it has."""
        return isinstance(message, _ANSWERS) and not self._secured

    async def send(self, message: NasMessage, header: SecurityHeaderType | None = None) -> None:
        """Raises ProcedureRejected without a connection, unless the message may begin one."""
        connection, tmsi = self.access.connection, None
        if isinstance(message, INITIAL):
            answers_on.set(None)
            if connection is None:
                connection, tmsi = self.access.connect(), self.tmsi
                self._secured = False
        if connection is None or answers_on.get() not in (None, connection):
            raise ProcedureRejected(f"sending {message.NAME}", "NOT_CONNECTED")
        plain = encode(message)
        if self._trace is not None:
            self._trace.record(Interface.N1, "UE", "AMF", title(message), plain)
        octets = plain
        if self.security is not None and not self._goes_plain(message):
            octets = self._protect(plain, self._header if header is None else header)
        await connection.send_nas(octets, tmsi, self.establishment_cause)

    def _protect(self, plain: bytes, header: SecurityHeaderType) -> bytes:
        """Without a NAS COUNT left, the keys are gone and the connection with them (4.4.3.1)."""
        assert self.security is not None  # noqa: S101 - the caller's condition
        try:
            return self.security.protect(plain, header)
        except CountExhausted as error:
            self.security = None
            self.release_locally()
            raise ProcedureRejected("NAS security", "NAS_COUNT_EXHAUSTED", error.reason) from None

    async def send_session_message(self, message: NasMessage, **transport: object) -> None:
        """A 5GSM message, in UL NAS TRANSPORT."""
        session_id = getattr(message, "pdu_session_id", None)
        await self.before_uplink()
        await self.send(
            UlNasTransport(
                PayloadContainerType.N1_SM,
                encode(message),
                pdu_session_id=session_id,
                **transport,  # type: ignore[arg-type]
            )
        )

    async def send_agent_container(self, octets: bytes) -> None:
        await self.before_uplink()
        async with self.procedure():  # not in the middle of a registration (clause 5.4.5.2.1)
            await self.send(UlNasTransport(self.config.agent_container_type, octets))

    async def released(self) -> None:
        """The network releases the connection; after T3540 it counts as released (TS 24.501 clause
        5.3.1.3)."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.timer("T3540")):
                while self.connected and await self._mailbox.get() is not None:
                    pass
        self.access.release()

    def _arrived(self, octets: bytes | None) -> None:
        if octets is None:
            self._mailbox.put_nowait(None)
            self.release_locally()
            return
        self.last_octets = octets
        exchanged_securely = self._secured and self.security is not None
        acceptable = _VERIFIED_LATER if exchanged_securely else _ACCEPTED
        outcome = receive(octets, self.security, acceptable)
        match outcome:
            case Received(message=message, protected=protected):
                self._secured = self._secured or protected
                if self._trace is not None:
                    name = title(message)
                    self._trace.record(Interface.N1, "AMF", "UE", name, outcome.plain)
                self._sort(message)
            case Refused(cause, reason, message_type):
                log.warning("NAS message refused", cause=int(cause), reason=reason)
                if isinstance(cause, MmCause) and message_type != MmStatus.MESSAGE_TYPE:
                    self.spawn(self.send(MmStatus(cause)))
            case Discarded(reason):
                log.warning("NAS message discarded", reason=reason)

    def _sort(self, message: NasMessage) -> None:
        if isinstance(message, DlNasTransport):
            if message.cause is not None:
                agents = message.payload_container_type == self.config.agent_container_type
                (self.on_agent_refused if agents else self.on_not_forwarded)(message)
            elif message.payload_container_type == PayloadContainerType.N1_SM:
                self.on_session_message(message.payload_container)
            elif message.payload_container_type == self.config.agent_container_type:
                self.on_agent_container(message.payload_container)
        elif isinstance(message, MmStatus):
            log.warning("network reports an error", cause=message.cause.name)
            self.on_agent_refused(message)
            self.on_not_forwarded(message)
        elif type(message) in self.commands and not self._lock.locked():
            self._answer(message)
        else:
            self._mailbox.put_nowait(message)

    def _where(self) -> object:
        return self.access.connection

    def _paged(self, tmsi: FiveGSTmsi) -> None:
        """It may be another UE, or another 5G-TMSI of an AMF with the same pointer."""
        if not self.connected and not self.mico and tmsi == self.tmsi:
            self.spawn(self.on_paged())


async def _nothing() -> None:
    """By default, no procedure."""
