"""One UE at the AMF: its mailbox, its N2 connection, and what a procedure may do with them."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

import structlog

from nfs.amf.agents.work import AgentWork
from nfs.amf.errors import ConnectionLost, Superseded, TimerExpired
from nfs.amf.timers import Timer
from nfs.amf.ue.context import UeContext
from nfs.amf.ue.events import N2Lost, Unusable
from nfs.amf.ue.mailbox import Event, Mailbox
from nfs.common.pending import Pending
from nfs.common.trace import Interface, Trace
from nfs.protocols.crypto.next_hop import NextHopChain
from nfs.protocols.nas import (
    DeregistrationRequestUe,
    MmCause,
    MmStatus,
    NasMessage,
    RegistrationRequest,
    encode,
)
from nfs.protocols.nas.direction import why_unexpected
from nfs.protocols.nas.reception import Discarded, Received, Refused, receive
from nfs.protocols.nas.security import Side
from nfs.protocols.nas.security_header import SecurityHeaderType
from nfs.protocols.nas.summary import title
from nfs.protocols.nas.unprotected import PROCESSED_UNPROTECTED_BY_AMF
from nfs.protocols.ngap import (
    DownlinkNASTransport,
    InitialUEMessage,
    NgapMessage,
    UplinkNASTransport,
    UserLocationNr,
)

if TYPE_CHECKING:
    from nfs.amf.n2.gnb import Gnb

log = structlog.get_logger("amf")

M = TypeVar("M", bound=NasMessage)

_SUPERSEDING = (RegistrationRequest, DeregistrationRequestUe)


class Ue:
    """One connection of a UE (CM-CONNECTED); its context is there before and after.

    The mailbox holds what arrived and is handled one at a time, in order.
    """

    def __init__(
        self,
        gnb: Gnb,
        ran_ue_ngap_id: int,
        amf_ue_ngap_id: int,
        trace: Trace,
        timers: Mapping[str, float] | None = None,
    ) -> None:
        self.gnb = gnb
        self.ran_ue_ngap_id = ran_ue_ngap_id
        self.amf_ue_ngap_id = amf_ue_ngap_id
        self.context = UeContext()
        self.claimed: UeContext | None = None
        self.under_way: RegistrationRequest | None = None
        self.agent_work = AgentWork()
        self.timers = timers or {}
        self.connected = True
        self.releasing = False
        self.ended = asyncio.Event()
        """The connection is over, and what hung on it has been ended."""
        self.secured = False
        self.context_at_gnb = False
        self.rrc_state: str | None = None
        """``connected`` or ``inactive``, when the gNB has said (TS 38.413 clause 8.3.5)."""
        self.answers: Pending[str, NgapMessage] = Pending()
        """What others than procedures of this UE have asked its gNB for."""
        self.others_wait = False
        """The UE goes on with what it does beside a procedure of the network."""
        self.next_hops: NextHopChain | None = None
        """The keys of gNBs to come; there once this one has its own."""
        self.wants_context_at_gnb = False
        self.cell_reported_by: Gnb | None = None
        """The gNB that reports each change of the UE's cell."""
        self.on_moved: Callable[[UeContext], None] = lambda _: None
        """Is called when the UE is in another cell or tracking area."""
        self._trace = trace
        self.mailbox = Mailbox()

    @property
    def has_waiting(self) -> bool:
        return self.mailbox.has_waiting

    def deliver(self, event: Event) -> None:
        """In its turn."""
        self.mailbox.deliver(event)

    @property
    def name(self) -> str:
        """Whom a log line is about."""
        name = self.context.name
        return f"UE {self.amf_ue_ngap_id}" if name == "UE" else name

    # what comes in

    async def next_event(self) -> Event:
        """The next thing to handle: NAS arrives decoded (Received), all else as it came."""
        while True:
            event = await self.mailbox.take()
            if not isinstance(event, InitialUEMessage | UplinkNASTransport):
                return event
            received = await self._receive_nas(event)
            if received is not None:
                return received
            if isinstance(event, InitialUEMessage):
                return Unusable()

    async def _receive_nas(
        self, carrier: InitialUEMessage | UplinkNASTransport
    ) -> Received | Refused | None:
        claimed = self.claimed if isinstance(carrier, InitialUEMessage) else None
        security = (claimed or self.context).security
        # Once messages are exchanged securely, nothing unprotected is acted on (4.4.4.3).
        secured = self.secured and isinstance(carrier, UplinkNASTransport)
        acceptable = frozenset[int]() if secured else PROCESSED_UNPROTECTED_BY_AMF
        outcome = receive(carrier.nas_pdu, security, acceptable)
        if not isinstance(outcome, Discarded) and outcome.protected:
            self.secured = True
            self.context = claimed or self.context
        self.note_location(carrier.location)
        match outcome:
            case Received():
                self._trace.record(Interface.N1, "UE", "AMF", title(outcome.message), outcome.plain)
                return outcome
            case Refused(cause, reason):
                log.warning("NAS message refused", ue=self.name, cause=int(cause), reason=reason)
                return outcome
            case Discarded(reason):
                log.warning("NAS message discarded", ue=self.name, reason=reason)
        return None

    def note_location(self, location: UserLocationNr | None) -> None:
        """User location information comes with every uplink message (TS 38.413 9.3.1.16)."""
        if location is None:
            return
        context = self.context
        moved = (context.cell, context.tai) != (location.nr_cgi, location.tai)
        context.cell, context.tai = location.nr_cgi, location.tai
        context.located_at = time.time()
        if moved:
            self.on_moved(context)

    async def expect(
        self,
        timer: Timer,
        resend: Callable[[], Awaitable[None]],
        *kinds: type[M],
        repeats: bool = False,
        others_wait: bool = False,
    ) -> M:
        """Send with ``resend`` and await one of ``kinds``, as often as ``timer`` allows.

        Raises TimerExpired, Superseded or ConnectionLost. Other NAS messages are answered with
        5GMM STATUS; everything else waits until the procedure has ended. The REGISTRATION REQUEST
        that is under way, sent once more, is ignored, or with ``repeats`` answered as before
        (TS 24.501 clause 5.5.1.2.8 d and e). With ``others_wait`` other NAS messages wait as well:
        the UE goes on with what it does beside the procedure.
        """
        waiting: list[Event] = []
        others_wait = others_wait or self.others_wait
        try:
            for _ in range(timer.transmissions):
                await resend()
                try:
                    async with asyncio.timeout(timer.within(self.timers)):
                        while (
                            answer := await self._await_nas(kinds, waiting, others_wait)
                        ) is None:
                            if repeats:
                                await resend()
                        return answer
                except TimeoutError:
                    log.info("timer expired", ue=self.name, timer=timer.name)
            raise TimerExpired(f"{timer.name} expired {timer.transmissions} times")
        finally:
            self.mailbox.put_back(*waiting)

    async def _await_nas(
        self, kinds: tuple[type[M], ...], waiting: list[Event], others_wait: bool
    ) -> M | None:
        """None when the request under way has come once more."""
        while True:
            event = await self.next_event()
            if isinstance(event, N2Lost):
                self.mailbox.put_first(event)
                raise ConnectionLost(self.name)
            if isinstance(event, Refused):
                if isinstance(event.cause, MmCause):
                    await self.send_nas(MmStatus(event.cause))
            elif not isinstance(event, Received):
                waiting.append(event)
            elif isinstance(event.message, kinds):
                return event.message
            elif self._is_under_way(event.message):
                return None
            elif isinstance(event.message, _SUPERSEDING):
                self.mailbox.put_first(event)
                raise Superseded(event.message.NAME)
            elif others_wait:
                waiting.append(event)
            elif not isinstance(event.message, MmStatus):
                await self.send_nas(MmStatus(why_unexpected(event.message, Side.NETWORK)))

    def _is_under_way(self, message: NasMessage) -> bool:
        """The same elements; the ciphered container differs with the NAS COUNT."""

        def cleartext(request: RegistrationRequest) -> RegistrationRequest:
            return dataclasses.replace(request, nas_message_container=None)

        return (
            self.under_way is not None
            and isinstance(message, RegistrationRequest)
            and cleartext(message) == cleartext(self.under_way)
        )

    async def expect_ngap(self, seconds: float, *kinds: type[NgapMessage]) -> NgapMessage:
        """The next message of ``kinds``; everything else waits until the procedure has ended.

        Raises TimeoutError and ConnectionLost.
        """
        waiting: list[Event] = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    event = await self.next_event()
                    if isinstance(event, N2Lost):
                        self.mailbox.put_first(event)
                        raise ConnectionLost(self.name)
                    if isinstance(event, kinds):
                        return event
                    waiting.append(event)
        finally:
            self.mailbox.put_back(*waiting)

    # what goes out

    async def send_nas(self, message: NasMessage, header: SecurityHeaderType | None = None) -> None:
        """Send a NAS message alone, in DOWNLINK NAS TRANSPORT."""
        await self.send_ngap(
            DownlinkNASTransport(
                self.amf_ue_ngap_id, self.ran_ue_ngap_id, self.protect(message, header)
            )
        )

    def protect(self, message: NasMessage, header: SecurityHeaderType | None = None) -> bytes:
        """The octets of a downlink NAS message, under the security context if there is one."""
        plain = encode(message)
        self._trace.record(Interface.N1, "AMF", "UE", title(message), plain)
        if self.context.security is None:
            return plain
        return self.context.security.protect(
            plain, SecurityHeaderType.INTEGRITY_CIPHERED if header is None else header
        )

    async def send_ngap(self, message: NgapMessage) -> None:
        if not self.connected:
            return
        try:
            await self.gnb.send(message, self.ran_ue_ngap_id)
        except ConnectionError as error:  # its association ends: N2Lost is on its way
            log.info("message not sent", ue=self.name, message=message.NAME, reason=str(error))
