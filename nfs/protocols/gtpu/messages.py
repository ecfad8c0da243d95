"""GTP-U messages (TS 29.281 clause 7) and the PDU session container (TS 38.415 clause 5.5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

PDU_SESSION_CONTAINER = 0x85
"""Type of its extension header (TS 29.281 clause 5.2.1)."""


@dataclass(frozen=True, slots=True)
class PduSessionContainer:
    """PDU SESSION INFORMATION; RQI and paging policy are there in downlink only."""

    qfi: int
    uplink: bool
    reflective: bool = False
    paging_policy: int | None = None


class GtpuMessage:
    __slots__ = ()
    TYPE: ClassVar[int]
    NAME: ClassVar[str]


@dataclass(frozen=True, slots=True)
class GPdu(GtpuMessage):
    """A user packet in the tunnel ``teid``."""

    TYPE, NAME = 255, "G-PDU"
    teid: int
    packet: bytes
    container: PduSessionContainer | None = None


@dataclass(frozen=True, slots=True)
class EchoRequest(GtpuMessage):
    TYPE, NAME = 1, "ECHO REQUEST"
    sequence: int


@dataclass(frozen=True, slots=True)
class EchoResponse(GtpuMessage):
    TYPE, NAME = 2, "ECHO RESPONSE"
    sequence: int


@dataclass(frozen=True, slots=True)
class ErrorIndication(GtpuMessage):
    """A G-PDU came for the tunnel ``teid`` at ``address``, where there is none."""

    TYPE, NAME = 26, "ERROR INDICATION"
    teid: int
    address: str


@dataclass(frozen=True, slots=True)
class SupportedExtensionHeadersNotification(GtpuMessage):
    TYPE, NAME = 31, "SUPPORTED EXTENSION HEADERS NOTIFICATION"
    sequence: int
    kinds: tuple[int, ...] = (PDU_SESSION_CONTAINER,)


@dataclass(frozen=True, slots=True)
class EndMarker(GtpuMessage):
    """No more packets come on the tunnel ``teid``: the path was switched."""

    TYPE, NAME = 254, "END MARKER"
    teid: int
    container: PduSessionContainer | None = None
