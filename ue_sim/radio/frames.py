"""The frames of the radio link: octets in, frames out.

A frame is its length (32 bits, of what follows), its type (8 bits), the number of the connection
that it belongs to (32 bits, chosen by the UE's side; 0 for none), and its content. What a receiver
does not know, it ignores.

| type | from | content |
|---|---|---|
| 1 cell | gNB | PLMN (3 octets), TAC (3), name (UTF-8); the first frame of a link |
| 2 setup | UE | establishment cause (1), whether there is a 5G-S-TMSI (1), that (7), NAS |
| 3 uplink, 4 downlink | UE, gNB | NAS |
| 5 release | gNB | |
| 6 inactive | UE | |
| 7 page | gNB | 5G-S-TMSI: set (2), pointer (1), 5G-TMSI (4) |
| 8 uplink, 9 downlink packet | UE, gNB | PDU session (1), QFI (1, 0 for none), user packet |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nfs.common.identities import Plmn
from nfs.protocols.ngap import FiveGSTmsi

MAX_FRAME = 1 << 16
_LENGTH = struct.Struct("!I")
_HEADER = struct.Struct("!BI")
_TMSI = struct.Struct("!HBI")

CAUSES = (
    "emergency",
    "highPriorityAccess",
    "mt-Access",
    "mo-Signalling",
    "mo-Data",
    "mo-VoiceCall",
    "mo-VideoCall",
    "mo-SMS",
    "mps-PriorityAccess",
    "mcs-PriorityAccess",
)
"""EstablishmentCause of TS 38.331, by number."""


class RadioLinkError(ConnectionError):
    """The other side does not speak this protocol."""


@dataclass(frozen=True, slots=True)
class CellInformation:
    plmn: Plmn
    tac: int
    name: str


@dataclass(frozen=True, slots=True)
class Setup:
    connection: int
    nas: bytes
    establishment_cause: str = "mo-Signalling"
    tmsi: FiveGSTmsi | None = None


@dataclass(frozen=True, slots=True)
class UplinkNas:
    connection: int
    nas: bytes


@dataclass(frozen=True, slots=True)
class DownlinkNas:
    connection: int
    nas: bytes


@dataclass(frozen=True, slots=True)
class Release:
    connection: int


@dataclass(frozen=True, slots=True)
class Inactive:
    connection: int


@dataclass(frozen=True, slots=True)
class Page:
    tmsi: FiveGSTmsi


@dataclass(frozen=True, slots=True)
class UplinkPacket:
    connection: int
    session_id: int
    qfi: int
    packet: bytes


@dataclass(frozen=True, slots=True)
class DownlinkPacket:
    connection: int
    session_id: int
    qfi: int | None
    packet: bytes


Frame = (
    CellInformation
    | Setup
    | UplinkNas
    | DownlinkNas
    | Release
    | Inactive
    | Page
    | UplinkPacket
    | DownlinkPacket
)


def encode(frame: Frame) -> bytes:
    kind, connection, content = _content(frame)
    octets = _HEADER.pack(kind, connection) + content
    if len(octets) > MAX_FRAME:
        raise RadioLinkError(f"a frame of {len(octets)} octets; at most {MAX_FRAME} are sent")
    return _LENGTH.pack(len(octets)) + octets


def _content(frame: Frame) -> tuple[int, int, bytes]:
    match frame:
        case CellInformation(plmn, tac, name):
            return 1, 0, plmn.to_bytes() + tac.to_bytes(3) + name.encode()[:150]
        case Setup(connection, nas, cause, tmsi):
            there = tmsi is not None
            head = bytes((CAUSES.index(cause), there)) + (_tmsi(tmsi) if tmsi else bytes(7))
            return 2, connection, head + nas
        case UplinkNas(connection, nas):
            return 3, connection, nas
        case DownlinkNas(connection, nas):
            return 4, connection, nas
        case Release(connection):
            return 5, connection, b""
        case Inactive(connection):
            return 6, connection, b""
        case Page(tmsi):
            return 7, 0, _tmsi(tmsi)
        case UplinkPacket(connection, session_id, qfi, packet):
            return 8, connection, bytes((session_id, qfi)) + packet
        case DownlinkPacket(connection, session_id, downlink_qfi, packet):
            return 9, connection, bytes((session_id, downlink_qfi or 0)) + packet


def _tmsi(tmsi: FiveGSTmsi) -> bytes:
    return _TMSI.pack(tmsi.set_id, tmsi.pointer, tmsi.tmsi)


class FrameDecoder:
    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> list[Frame]:
        """The frames that are whole now; raises RadioLinkError."""
        self._buffer += octets
        frames: list[Frame] = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if not _HEADER.size <= length <= MAX_FRAME:
                raise RadioLinkError(f"a frame of {length} octets; at most {MAX_FRAME} are read")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                break
            frame = _decode(bytes(self._buffer[_LENGTH.size : end]))
            del self._buffer[:end]
            if frame is not None:
                frames.append(frame)
        return frames


def _decode(octets: bytes) -> Frame | None:
    kind, connection = _HEADER.unpack_from(octets)
    content = octets[_HEADER.size :]
    try:
        match kind:
            case 1:
                name = content[6:].decode(errors="replace")
                return CellInformation(
                    Plmn.from_bytes(content[:3]), int.from_bytes(content[3:6]), name
                )
            case 2:
                tmsi = _tmsi_of(content[2:9]) if content[1] else None
                return Setup(connection, content[9:], CAUSES[content[0]], tmsi)
            case 3:
                return UplinkNas(connection, content)
            case 4:
                return DownlinkNas(connection, content)
            case 5:
                return Release(connection)
            case 6:
                return Inactive(connection)
            case 7:
                return Page(_tmsi_of(content))
            case 8:
                return UplinkPacket(connection, content[0], content[1] & 63, content[2:])
            case 9:
                return DownlinkPacket(connection, content[0], content[1] & 63 or None, content[2:])
            case _:
                return None
    except (ValueError, IndexError, struct.error) as error:
        raise RadioLinkError(f"a frame of type {kind} that cannot be read: {error}") from error


def _tmsi_of(octets: bytes) -> FiveGSTmsi:
    return FiveGSTmsi(*_TMSI.unpack(octets))
