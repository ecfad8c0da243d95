"""IP headers: what rules look at, and packets made here."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
_WITH_PORTS = frozenset({TCP, UDP, 132})
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _DESTINATION = 0, 43, 44, 60
_MAX_EXTENSIONS = 8
TIME_TO_LIVE = 64

Address = IPv4Address | IPv6Address


class IpError(ValueError):
    """The octets are no IP packet."""


@dataclass(frozen=True, slots=True)
class IpPacket:
    """``payload_at``: where the header of ``protocol`` begins; ports are None without such."""

    octets: bytes
    source: Address
    destination: Address
    protocol: int
    traffic_class: int
    payload_at: int
    source_port: int | None = None
    destination_port: int | None = None
    flow_label: int | None = None

    @property
    def payload(self) -> bytes:
        return self.octets[self.payload_at :]


def parse(octets: bytes) -> IpPacket:
    """Raises IpError."""
    version = octets[0] >> 4 if octets else 0
    if version == 4:
        return _parse_ipv4(octets)
    if version == 6:
        return _parse_ipv6(octets)
    raise IpError(f"IP version {version}")


def _parse_ipv4(octets: bytes) -> IpPacket:
    if len(octets) < 20:
        raise IpError("an IPv4 header of less than 20 octets")
    start = (octets[0] & 15) * 4
    total = int.from_bytes(octets[2:4])
    if not 20 <= start <= total <= len(octets):
        raise IpError(f"an IPv4 packet of {total} octets with a header of {start}")
    octets = octets[:total]
    first_fragment = not int.from_bytes(octets[6:8]) & 0x1FFF
    source, destination = IPv4Address(octets[12:16]), IPv4Address(octets[16:20])
    ports = _ports(octets, start, octets[9]) if first_fragment else (None, None)
    return IpPacket(octets, source, destination, octets[9], octets[1], start, *ports)


def _parse_ipv6(octets: bytes) -> IpPacket:
    if len(octets) < 40:
        raise IpError("an IPv6 header of less than 40 octets")
    end = 40 + int.from_bytes(octets[4:6])
    if end > len(octets):
        raise IpError(f"an IPv6 packet of {end} octets is cut")
    octets = octets[:end]
    first = int.from_bytes(octets[:4])
    protocol, start, first_fragment = octets[6], 40, True
    for _ in range(_MAX_EXTENSIONS):
        if protocol not in (_HOP_BY_HOP, _ROUTING, _FRAGMENT, _DESTINATION):
            break
        if start + 8 > end:
            raise IpError("the packet ends inside an extension header")
        if protocol == _FRAGMENT:
            first_fragment = not int.from_bytes(octets[start + 2 : start + 4]) >> 3
            protocol, start = octets[start], start + 8
        else:
            protocol, start = octets[start], start + 8 + octets[start + 1] * 8
    source, destination = IPv6Address(octets[8:24]), IPv6Address(octets[24:40])
    ports = _ports(octets, start, protocol) if first_fragment else (None, None)
    traffic_class, label = first >> 20 & 0xFF, first & 0xFFFFF
    return IpPacket(octets, source, destination, protocol, traffic_class, start, *ports, label)


def _ports(octets: bytes, start: int, protocol: int) -> tuple[int | None, int | None]:
    if protocol not in _WITH_PORTS or start + 4 > len(octets):
        return None, None
    source, destination = struct.unpack_from("!HH", octets, start)
    return source, destination


def build(
    source: Address,
    destination: Address,
    protocol: int,
    payload: bytes,
    traffic_class: int = 0,
    *,
    hop_limit: int = TIME_TO_LIVE,
) -> bytes:
    """A whole packet; both addresses are of one version."""
    if source.version == 6:
        first = 6 << 28 | traffic_class << 20
        head = struct.pack("!IHBB", first, len(payload), protocol, hop_limit)
        return head + source.packed + destination.packed + payload
    total = 20 + len(payload)
    head = struct.pack("!BBHHHBBH", 0x45, traffic_class, total, 0, 0x4000, hop_limit, protocol, 0)
    return _with_ipv4_checksum(head + source.packed + destination.packed) + payload


def mark_dscp(octets: bytes, dscp: int) -> bytes:
    """The same packet with another differentiated services code point (RFC 2474)."""
    if octets[0] >> 4 == 6:
        first = int.from_bytes(octets[:2])
        return (first & 0xF03F | dscp << 6).to_bytes(2) + octets[2:]
    start = (octets[0] & 15) * 4
    marked = octets[:1] + bytes((octets[1] & 3 | dscp << 2,)) + octets[2:start]
    return _with_ipv4_checksum(marked) + octets[start:]


def _with_ipv4_checksum(header: bytes) -> bytes:
    return header[:10] + checksum(header[:10] + b"\0\0" + header[12:]).to_bytes(2) + header[12:]


def checksum(octets: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(octets) % 2:
        octets += b"\0"
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(source: Address, destination: Address, protocol: int, length: int) -> bytes:
    form = "!IHBB" if source.version == 6 else "!BBH"
    rest = (length, 0, 0, protocol) if source.version == 6 else (0, protocol, length)
    return source.packed + destination.packed + struct.pack(form, *rest)


def address(text: str) -> Address:
    return ip_address(text)


_NAMES = {ICMP: "ICMP", TCP: "TCP", UDP: "UDP", ICMPV6: "ICMPv6"}


def summary(octets: bytes) -> str:
    """``ICMP 10.45.0.2 > 10.45.0.1`` for a ladder."""
    try:
        packet = parse(octets)
    except IpError:
        return f"{len(octets)} octets"
    name = _NAMES.get(packet.protocol, f"protocol {packet.protocol}")
    ends = [f"{packet.source}", f"{packet.destination}"]
    if packet.source_port is not None:
        ends = [f"{packet.source}:{packet.source_port}"]
        ends.append(f"{packet.destination}:{packet.destination_port}")
    return f"{name} {' > '.join(ends)}"
