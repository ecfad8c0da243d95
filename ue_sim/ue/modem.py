"""The modem: NAS towards the AMF, under the UE's security context."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import TypeVar

import structlog

from nfs.common.identities import Guti, Suci
from nfs.common.trace import Interface, Trace
from nfs.protocols.nas import (
    DlNasTransport,
    MmStatus,
    NasMessage,
    PayloadContainerType,
    SecurityModeCommand,
    UlNasTransport,
    encode,
)
from nfs.protocols.nas.reception import Discarded, Received, Refused, receive
from nfs.protocols.nas.security import (
    ACCEPTED_UNPROTECTED_BY_UE,
    NasSecurityContext,
    SecurityHeaderType,
)
from nfs.protocols.nas.summary import title
from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.gnb import Gnb, RrcConnection
from ue_sim.ue.config import UeConfig
from ue_sim.ue.errors import NoAnswer
from ue_sim.ue.usim import Usim

log = structlog.get_logger("ue")

M = TypeVar("M", bound=NasMessage)

T3540 = 10.0
TIMEOUT = 15.0
"""Seconds a procedure waits for the network (T3510, T3580 and T3521 are 15 to 16 s)."""


_ACCEPTED = ACCEPTED_UNPROTECTED_BY_UE | {SecurityModeCommand.MESSAGE_TYPE}
"""SECURITY MODE COMMAND comes under the context that it is about to establish: it is let through,
and its procedure verifies it (TS 24.501 clause 5.4.2.3)."""


class Modem:
    """Sorts what arrives: 5GSM and agent containers to their handlers, all else to who waits."""

    def __init__(self, config: UeConfig, gnb: Gnb, trace: Trace | None = None) -> None:
        self.config = config
        self.usim = Usim(config)
        self.security: NasSecurityContext | None = None
        self.guti: Guti | None = None
        self.on_session_message: Callable[[bytes], None] = lambda _: None
        self.on_agent_container: Callable[[bytes], None] = lambda _: None
        self.on_status: Callable[[MmStatus], None] = lambda _: None
        self.on_not_forwarded: Callable[[DlNasTransport], None] = lambda _: None
        self.last_octets = b""
        self._gnb = gnb
        self._trace = trace
        self._rrc: RrcConnection | None = None
        self._mailbox: asyncio.Queue[NasMessage | None] = asyncio.Queue()
        self._header = SecurityHeaderType.INTEGRITY_CIPHERED

    @property
    def suci(self) -> Suci:
        """The SUPI under the null scheme."""
        home = self.config.home
        msin = self.config.digits[3 + self.config.mnc_digits :]
        return Suci(home, self.config.routing_indicator, 0, 0, msin)

    @property
    def connected(self) -> bool:
        return self._rrc is not None

    def camp_on(self, gnb: Gnb) -> None:
        """Select a cell of another gNB, without a connection to it yet (idle mode)."""
        self._gnb = gnb
        self._rrc = None
        while not self._mailbox.empty():
            self._mailbox.get_nowait()

    async def send(self, message: NasMessage, header: SecurityHeaderType | None = None) -> None:
        plain = encode(message)
        if self._trace is not None:
            self._trace.record(Interface.N1, "UE", "AMF", title(message), plain)
        octets = plain
        if self.security is not None:
            octets = self.security.protect(plain, self._header if header is None else header)
        tmsi = None
        if self._rrc is None:
            self._connect()
            if self.guti is not None:
                guami = self.guti.guami
                tmsi = FiveGSTmsi(guami.set_id, guami.pointer, self.guti.tmsi)
        assert self._rrc is not None  # noqa: S101 - connected above
        await self._rrc.send_nas(octets, tmsi)

    async def send_session_message(self, message: NasMessage, **transport: object) -> None:
        """A 5GSM message, in UL NAS TRANSPORT."""
        session_id = getattr(message, "pdu_session_id", None)
        await self.send(
            UlNasTransport(
                PayloadContainerType.N1_SM,
                encode(message),
                pdu_session_id=session_id,
                **transport,  # type: ignore[arg-type]
            )
        )

    async def send_agent_container(self, octets: bytes) -> None:
        await self.send(UlNasTransport(self.config.agent_container_type, octets))

    async def expect(self, *kinds: type[M]) -> M:
        """The next message of ``kinds``; raises NoAnswer."""
        names = " or ".join(k.NAME for k in kinds)
        try:
            async with asyncio.timeout(TIMEOUT):
                while True:
                    message = await self._mailbox.get()
                    if message is None:
                        raise NoAnswer(f"waiting for {names}", "CONNECTION_RELEASED")
                    if isinstance(message, kinds):
                        return message
                    log.warning("message not expected", message=message.NAME)
        except TimeoutError:
            raise NoAnswer(f"waiting for {names}", "TIMER_EXPIRED") from None

    async def released(self) -> None:
        """The network releases the connection; after T3540 it counts as released (TS 24.501 clause
        5.3.1.3)."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(T3540):
                while await self._mailbox.get() is not None:
                    pass
        self._rrc = None

    def _connect(self) -> None:
        """What still comes on a former connection is of no concern."""

        def arrived(octets: bytes | None) -> None:
            if self._rrc is connection:
                self._arrived(octets)

        connection = self._gnb.connect_ue(arrived)
        self._rrc = connection

    def _arrived(self, octets: bytes | None) -> None:
        if octets is None:
            self._rrc = None
            self._mailbox.put_nowait(None)
            return
        self.last_octets = octets
        outcome = receive(octets, self.security, _ACCEPTED)
        match outcome:
            case Received(message=message):
                if self._trace is not None:
                    name = title(message)
                    self._trace.record(Interface.N1, "AMF", "UE", name, outcome.plain)
                self._sort(message)
            case Refused(cause, reason):
                log.warning("NAS message refused", cause=int(cause), reason=reason)
            case Discarded(reason):
                log.warning("NAS message discarded", reason=reason)

    def _sort(self, message: NasMessage) -> None:
        if isinstance(message, DlNasTransport):
            if message.cause is not None:
                self.on_not_forwarded(message)
            elif message.payload_container_type == PayloadContainerType.N1_SM:
                self.on_session_message(message.payload_container)
            elif message.payload_container_type == self.config.agent_container_type:
                self.on_agent_container(message.payload_container)
        elif isinstance(message, MmStatus):
            log.warning("network reports an error", cause=message.cause.name)
            self.on_status(message)
        else:
            self._mailbox.put_nowait(message)
