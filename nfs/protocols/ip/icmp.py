"""ICMP echo, for both versions of IP."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nfs.protocols.ip.packet import (
    ICMP,
    ICMPV6,
    Address,
    IpPacket,
    build,
    checksum,
    pseudo_header,
)

_ECHO = struct.Struct("!BBHHH")
_REQUEST = {ICMP: 8, ICMPV6: 128}
_REPLY = {ICMP: 0, ICMPV6: 129}


@dataclass(frozen=True, slots=True)
class Echo:
    """``reply``: whether it answers a request with the same identifier and sequence number."""

    reply: bool
    identifier: int
    sequence: int
    data: bytes


def echo_request(
    source: Address, destination: Address, identifier: int, sequence: int, data: bytes = b""
) -> bytes:
    return _echo(source, destination, Echo(False, identifier, sequence, data))


def _echo(source: Address, destination: Address, echo: Echo) -> bytes:
    protocol = ICMPV6 if source.version == 6 else ICMP
    kind = (_REPLY if echo.reply else _REQUEST)[protocol]
    head = _ECHO.pack(kind, 0, 0, echo.identifier, echo.sequence)
    summed = head + echo.data
    if protocol == ICMPV6:
        summed = pseudo_header(source, destination, ICMPV6, len(summed)) + summed
    head = _ECHO.pack(kind, 0, checksum(summed), echo.identifier, echo.sequence)
    return build(source, destination, protocol, head + echo.data)


def read_echo(packet: IpPacket) -> Echo | None:
    """None for what is no echo request or reply, or has a wrong checksum."""
    payload = packet.payload
    if packet.protocol not in _REQUEST or len(payload) < _ECHO.size:
        return None
    kind, _, _, identifier, sequence = _ECHO.unpack_from(payload)
    if kind not in (_REQUEST[packet.protocol], _REPLY[packet.protocol]):
        return None
    summed = payload
    if packet.protocol == ICMPV6:
        ends = packet.source, packet.destination
        summed = pseudo_header(*ends, ICMPV6, len(payload)) + payload
    if checksum(summed):
        return None
    return Echo(kind == _REPLY[packet.protocol], identifier, sequence, payload[_ECHO.size :])


def answer_echo(packet: IpPacket) -> bytes | None:
    """The reply to an echo request, None for all else."""
    echo = read_echo(packet)
    if echo is None or echo.reply:
        return None
    reply = Echo(True, echo.identifier, echo.sequence, echo.data)
    return _echo(packet.destination, packet.source, reply)
