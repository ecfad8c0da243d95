"""Values of single information elements and their octets (TS 29.244 clause 8.2)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from nfs.protocols.pfcp.framing import Codec

NTP_EPOCH = 2_208_988_800
"""Seconds from 1900, where PFCP's times begin, to 1970."""

_V4, _V6 = 4, 16
_MAX_LABEL = 63


class _Reader:
    """Takes octets from the front; IndexError when there are no more."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._position = 0

    def take(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._octets):
            raise IndexError
        taken = self._octets[self._position : end]
        self._position = end
        return taken

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count))

    def ipv4(self) -> str:
        return str(IPv4Address(self.take(_V4)))

    def ipv6(self) -> str:
        return str(IPv6Address(self.take(_V6)))


def _packed(ipv4: str | None, ipv6: str | None) -> bytes:
    v4 = IPv4Address(ipv4).packed if ipv4 else b""
    return v4 + (IPv6Address(ipv6).packed if ipv6 else b"")


def unsigned(length: int) -> Codec:
    """An unsigned integer of so many octets; later octets are for later releases."""
    return Codec(lambda octets: _Reader(octets).number(length), lambda n: n.to_bytes(length))


def enumerated(kind: Callable[[int], Any]) -> Codec:
    return Codec(lambda octets: kind(octets[0]), lambda value: bytes((value,)))


def half_octet(kind: Callable[[int], Any]) -> Codec:
    return Codec(lambda octets: kind(octets[0] & 15), lambda value: bytes((value,)))


def flags(kind: Callable[[int], Any], length: int = 1) -> Codec:
    """Bits counted from the first octet on; further octets may come from a later release."""

    def decode(octets: bytes) -> Any:
        if not octets:
            raise IndexError
        return kind(int.from_bytes(octets[:8], "little"))

    def encode(value: int) -> bytes:
        return value.to_bytes(max(length, (value.bit_length() + 7) // 8), "little")

    return Codec(decode, encode)


U8, U16, U32 = unsigned(1), unsigned(2), unsigned(4)
QFI = Codec(lambda octets: octets[0] & 63, lambda value: bytes((value,)))
TEXT = Codec(lambda octets: octets.decode("latin-1"), lambda text: text.encode("latin-1"))
OCTETS = Codec(bytes, bytes)
TIME = Codec(
    lambda octets: _Reader(octets).number(4) - NTP_EPOCH,
    lambda seconds: (int(seconds) + NTP_EPOCH & 0xFFFFFFFF).to_bytes(4),
)
"""Unix seconds."""


@dataclass(frozen=True, slots=True)
class NodeId:
    """An address or an FQDN, as text (8.2.38)."""

    value: str

    @classmethod
    def decode(cls, octets: bytes) -> NodeId:
        reader = _Reader(octets)
        kind = reader.number(1) & 15
        if kind == 0:
            return cls(reader.ipv4())
        if kind == 1:
            return cls(reader.ipv6())
        if kind == 2:
            return cls(".".join(_labels(octets[1:])))
        raise ValueError(f"node identity of type {kind}")

    def encode(self) -> bytes:
        for kind, address in ((0, IPv4Address), (1, IPv6Address)):
            try:
                return bytes((kind,)) + address(self.value).packed
            except ValueError:
                continue
        return b"\x02" + _write_dnn(self.value)


def _labels(octets: bytes) -> list[str]:
    labels, reader = [], _Reader(octets)
    position = 0
    while position < len(octets):
        length = reader.number(1)
        if not length:
            raise ValueError("an empty label")
        labels.append(reader.take(length).decode("latin-1"))
        position += 1 + length
    return labels


def _read_dnn(octets: bytes) -> str:
    """As labels (TS 23.003 clause 9.1); some write a network instance as plain text."""
    try:
        return ".".join(_labels(octets))
    except (IndexError, ValueError):
        return octets.decode("latin-1")


def _write_dnn(dnn: str) -> bytes:
    labels = [label.encode("latin-1") for label in dnn.split(".")]
    if not all(0 < len(label) <= _MAX_LABEL for label in labels):
        return dnn.encode("latin-1")
    return b"".join(bytes((len(label),)) + label for label in labels)


DNN = Codec(_read_dnn, _write_dnn)


@dataclass(frozen=True, slots=True)
class FSeid:
    """8.2.37."""

    seid: int
    ipv4: str | None = None
    ipv6: str | None = None

    @classmethod
    def decode(cls, octets: bytes) -> FSeid:
        reader = _Reader(octets)
        present, seid = reader.number(1), reader.number(8)
        return cls(
            seid, reader.ipv4() if present & 2 else None, reader.ipv6() if present & 1 else None
        )

    def encode(self) -> bytes:
        present = bool(self.ipv4) << 1 | bool(self.ipv6)
        return bytes((present,)) + self.seid.to_bytes(8) + _packed(self.ipv4, self.ipv6)


@dataclass(frozen=True, slots=True)
class FTeid:
    """A tunnel end point (8.2.3)."""

    teid: int
    ipv4: str | None = None
    ipv6: str | None = None

    @classmethod
    def decode(cls, octets: bytes) -> FTeid | ChooseFTeid:
        reader = _Reader(octets)
        present = reader.number(1)
        if present & 4:
            return ChooseFTeid(
                ipv4=bool(present & 1),
                ipv6=bool(present & 2),
                choose_id=reader.number(1) if present & 8 else None,
            )
        if not present & 3:
            raise ValueError("a tunnel end point without an address")
        teid = reader.number(4)
        return cls(
            teid, reader.ipv4() if present & 1 else None, reader.ipv6() if present & 2 else None
        )

    def encode(self) -> bytes:
        present = bool(self.ipv4) | bool(self.ipv6) << 1
        return bytes((present,)) + self.teid.to_bytes(4) + _packed(self.ipv4, self.ipv6)


@dataclass(frozen=True, slots=True)
class ChooseFTeid:
    """The UP function is to choose; PDRs with the same ``choose_id`` get the same end point."""

    ipv4: bool = True
    ipv6: bool = False
    choose_id: int | None = None

    def encode(self) -> bytes:
        present = 4 | self.ipv4 | self.ipv6 << 1
        if self.choose_id is None:
            return bytes((present,))
        return bytes((present | 8, self.choose_id))


@dataclass(frozen=True, slots=True)
class UeIpAddress:
    """8.2.62: ``destination`` is set where the UE is the packets' destination (S/D)."""

    ipv4: str | None = None
    ipv6: str | None = None
    destination: bool = False
    ipv6_prefix_length: int = 64

    @classmethod
    def decode(cls, octets: bytes) -> UeIpAddress:
        reader = _Reader(octets)
        present = reader.number(1)
        ipv4 = reader.ipv4() if present & 2 else None
        ipv6 = reader.ipv6() if present & 1 else None
        delegated = reader.number(1) if present & 8 else 0
        length = reader.number(1) if present & 64 else 64 - delegated
        if not 0 <= length <= 128:
            raise ValueError(f"a prefix of {length} bits")
        return cls(ipv4, ipv6, bool(present & 4), length)

    def encode(self) -> bytes:
        present = bool(self.ipv6) | bool(self.ipv4) << 1 | self.destination << 2
        out = _packed(self.ipv4, self.ipv6)
        if self.ipv6 and self.ipv6_prefix_length != 64:
            present, out = present | 64, out + bytes((self.ipv6_prefix_length,))
        return bytes((present,)) + out


@dataclass(frozen=True, slots=True)
class OuterHeaderCreation:
    """GTP-U over UDP and IP towards a tunnel end point (8.2.56)."""

    teid: int
    ipv4: str | None = None
    ipv6: str | None = None

    @classmethod
    def decode(cls, octets: bytes) -> OuterHeaderCreation:
        reader = _Reader(octets)
        description = reader.number(2)
        if not description & 0x0300:
            raise ValueError(f"outer header {description:#06x} is not of GTP-U")
        teid = reader.number(4)
        return cls(
            teid,
            reader.ipv4() if description & 0x0100 else None,
            reader.ipv6() if description & 0x0200 else None,
        )

    def encode(self) -> bytes:
        description = bool(self.ipv4) << 8 | bool(self.ipv6) << 9
        addresses = _packed(self.ipv4, self.ipv6)
        return description.to_bytes(2) + self.teid.to_bytes(4) + addresses


@dataclass(frozen=True, slots=True)
class SdfFilter:
    """8.2.5: ``flow_description`` is an IPFilterRule of RFC 6733 clause 4.3.1."""

    flow_description: str | None = None
    tos_traffic_class: bytes | None = None
    security_parameter_index: int | None = None
    flow_label: int | None = None
    filter_id: int | None = None

    @classmethod
    def decode(cls, octets: bytes) -> SdfFilter:
        reader = _Reader(octets)
        present = reader.number(2) >> 8
        description = None
        if present & 1:
            description = reader.take(reader.number(2)).decode("ascii")
        return cls(
            description,
            reader.take(2) if present & 2 else None,
            reader.number(4) if present & 4 else None,
            reader.number(3) if present & 8 else None,
            reader.number(4) if present & 16 else None,
        )

    def encode(self) -> bytes:
        present, out = 0, b""
        if self.flow_description is not None:
            text = self.flow_description.encode("ascii")
            present, out = 1, len(text).to_bytes(2) + text
        if self.tos_traffic_class is not None:
            present, out = present | 2, out + self.tos_traffic_class
        if self.security_parameter_index is not None:
            present, out = present | 4, out + self.security_parameter_index.to_bytes(4)
        if self.flow_label is not None:
            present, out = present | 8, out + self.flow_label.to_bytes(3)
        if self.filter_id is not None:
            present, out = present | 16, out + self.filter_id.to_bytes(4)
        return bytes((present, 0)) + out


@dataclass(frozen=True, slots=True)
class BitRate:
    """MBR and GBR in kbit/s (8.2.8, 8.2.9)."""

    uplink: int
    downlink: int

    @classmethod
    def decode(cls, octets: bytes) -> BitRate:
        reader = _Reader(octets)
        return cls(reader.number(5), reader.number(5))

    def encode(self) -> bytes:
        return self.uplink.to_bytes(5) + self.downlink.to_bytes(5)


@dataclass(frozen=True, slots=True)
class Volume:
    """Octets, and packets where they were counted (8.2.13, 8.2.44)."""

    total: int | None = None
    uplink: int | None = None
    downlink: int | None = None
    total_packets: int | None = None
    uplink_packets: int | None = None
    downlink_packets: int | None = None

    @classmethod
    def decode(cls, octets: bytes) -> Volume:
        reader = _Reader(octets)
        present = reader.number(1)
        return cls(*(reader.number(8) if present >> bit & 1 else None for bit in range(6)))

    def encode(self) -> bytes:
        present, out = 0, b""
        counted = (
            *(self.total, self.uplink, self.downlink),
            *(self.total_packets, self.uplink_packets, self.downlink_packets),
        )
        for bit, value in enumerate(counted):
            if value is not None:
                present, out = present | 1 << bit, out + struct.pack("!Q", value)
        return bytes((present,)) + out


@dataclass(frozen=True, slots=True)
class DownlinkDataServiceInformation:
    """8.2.27."""

    paging_policy: int | None = None
    qfi: int | None = None

    @classmethod
    def decode(cls, octets: bytes) -> DownlinkDataServiceInformation:
        reader = _Reader(octets)
        present = reader.number(1)
        return cls(
            reader.number(1) & 63 if present & 1 else None,
            reader.number(1) & 63 if present & 2 else None,
        )

    def encode(self) -> bytes:
        values = (self.paging_policy, self.qfi)
        present = sum(1 << bit for bit, value in enumerate(values) if value is not None)
        return bytes((present, *(value for value in values if value is not None)))


def structured(kind: Any) -> Codec:
    return Codec(kind.decode, lambda value: value.encode())
