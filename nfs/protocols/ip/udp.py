"""UDP datagrams."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nfs.protocols.ip.packet import UDP, Address, IpPacket, build, checksum, pseudo_header

_HEADER = struct.Struct("!HHHH")


@dataclass(frozen=True, slots=True)
class Datagram:
    source_port: int
    destination_port: int
    data: bytes


def datagram(
    source: Address,
    destination: Address,
    ports: tuple[int, int],
    data: bytes,
    traffic_class: int = 0,
) -> bytes:
    """A whole packet from the first of ``ports`` to the second."""
    length = _HEADER.size + len(data)
    unsummed = _HEADER.pack(*ports, length, 0) + data
    summed = checksum(pseudo_header(source, destination, UDP, length) + unsummed) or 0xFFFF
    payload = _HEADER.pack(*ports, length, summed) + data
    return build(source, destination, UDP, payload, traffic_class)


def read_datagram(packet: IpPacket) -> Datagram | None:
    """None for what is no whole datagram."""
    payload = packet.payload
    if packet.protocol != UDP or len(payload) < _HEADER.size:
        return None
    source_port, destination_port, length, _ = _HEADER.unpack_from(payload)
    if not _HEADER.size <= length <= len(payload):
        return None
    return Datagram(source_port, destination_port, payload[_HEADER.size : length])
