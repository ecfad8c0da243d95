"""What a UE needs of a cell, whether its gNB is in this process or in another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nfs.protocols.ngap import FiveGSTmsi

OnNas = Callable[[bytes | None], None]
"""Gets downlink NAS octets, None when the connection is released."""


OnPacket = Callable[[int, bytes, int | None], None]
"""Gets downlink user packets: PDU session identity, packet, QFI."""


class RadioConnection(Protocol):
    """The RRC connection of one UE."""

    def listen(self, on_packet: OnPacket, /) -> None:
        """To downlink user packets."""

    async def send_nas(
        self, octets: bytes, tmsi: FiveGSTmsi | None = ..., establishment_cause: str = ...
    ) -> None:
        """Raises ConnectionError."""

    def send_packet(self, session_id: int, qfi: int, packet: bytes) -> bool:
        """Whether the session has user plane resources: if not, the packet goes nowhere."""

    async def inactive(self) -> None:
        """The UE has nothing to send or receive: it may be released."""


class Cell(Protocol):
    camped: set[Callable[[FiveGSTmsi], None]]
    """What is called with each 5G-S-TMSI that is paged."""

    def connect_ue(self, on_nas: OnNas, /) -> RadioConnection: ...
