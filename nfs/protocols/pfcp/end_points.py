"""Nodes, sessions, tunnels and UEs by their addresses (TS 29.244 clause 8.2)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from nfs.protocols.pfcp.primitives import Reader, read_labels, write_labels


def _packed(ipv4: str | None, ipv6: str | None) -> bytes:
    v4 = IPv4Address(ipv4).packed if ipv4 else b""
    return v4 + (IPv6Address(ipv6).packed if ipv6 else b"")


@dataclass(frozen=True, slots=True)
class NodeId:
    """An address or an FQDN, as text (8.2.38)."""

    value: str

    @classmethod
    def decode(cls, octets: bytes) -> NodeId:
        reader = Reader(octets)
        kind = reader.number(1) & 15
        if kind == 0:
            return cls(reader.ipv4())
        if kind == 1:
            return cls(reader.ipv6())
        if kind == 2:
            return cls(".".join(read_labels(octets[1:])))
        raise ValueError(f"node identity of type {kind}")

    def encode(self) -> bytes:
        for kind, address in ((0, IPv4Address), (1, IPv6Address)):
            try:
                return bytes((kind,)) + address(self.value).packed
            except ValueError:
                continue
        return b"\x02" + write_labels(self.value)


@dataclass(frozen=True, slots=True)
class FSeid:
    """8.2.37."""

    seid: int
    ipv4: str | None = None
    ipv6: str | None = None

    @classmethod
    def decode(cls, octets: bytes) -> FSeid:
        reader = Reader(octets)
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
        reader = Reader(octets)
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
        reader = Reader(octets)
        present = reader.number(1)
        ipv4 = reader.ipv4() if present & 2 else None
        ipv6 = reader.ipv6() if present & 1 else None
        delegated = reader.number(1) if present & 8 else 0
        length = reader.number(1) if present & 64 else 64 - delegated
        if not 0 <= length <= 128:
            raise ValueError(f"a prefix of {length} bits")
        return cls(ipv4, ipv6, bool(present & 4), length if ipv6 else 64)

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
        reader = Reader(octets)
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
