"""N2, N3 and N4 of a trace as a capture that Wireshark reads: over SCTP and UDP made here.

The octets of every NGAP, GTP-U and PFCP message are those that were sent; the headers around them
are synthesised, since they may have gone over TCP or memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address
from pathlib import Path

from nfs.common.trace import Interface, Record

_LINKTYPE_RAW = 101
_NGAP_PPID = 60
_SCTP = 132
_N2_PORT, _GNB_PORT = 38412, 40000
_UDP = 17
_UDP_PORTS = {Interface.N3: 2152, Interface.N4: 8805}
_ADDRESSES = {
    "AMF": IPv4Address("127.0.0.5"),
    "gNB": IPv4Address("127.0.0.1"),
    "SMF": IPv4Address("127.0.0.4"),
    "UPF": IPv4Address("127.0.0.7"),
}
_MAX_PAYLOAD = 65_000


def write_pcap(records: Iterable[Record], path: Path) -> int:
    """Write the N2, N3 and N4 messages of a trace and return how many there were."""
    count = 0
    sequence = dict.fromkeys(_ADDRESSES, 1)
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, _LINKTYPE_RAW))
        for record in records:
            if record.interface not in _CAPTURED or len(record.octets) > _MAX_PAYLOAD:
                continue
            packet = _ip(record, sequence[record.source])
            sequence[record.source] += 1
            seconds, fraction = divmod(record.time, 1)
            length = len(packet)
            header = struct.pack("<IIII", int(seconds), int(fraction * 1e6), length, length)
            file.write(header + packet)
            count += 1
    return count


_CAPTURED = (Interface.N2, *_UDP_PORTS)


def _ip(record: Record, number: int) -> bytes:
    port = _UDP_PORTS.get(record.interface)
    payload = _sctp(record, number) if port is None else _udp(record, port)
    protocol = _SCTP if port is None else _UDP
    source, target = _ADDRESSES[record.source], _ADDRESSES[record.target]
    total = 20 + len(payload)
    head = struct.pack("!BBHHHBBH", 0x45, 0, total, number & 0xFFFF, 0, 64, protocol, 0)
    head += source.packed + target.packed
    checksum = _internet_checksum(head)
    return head[:10] + checksum.to_bytes(2) + head[12:] + payload


def _udp(record: Record, port: int) -> bytes:
    """Without a checksum, which IPv4 allows (RFC 768)."""
    return struct.pack("!HHHH", port, port, 8 + len(record.octets), 0) + record.octets


def _sctp(record: Record, tsn: int) -> bytes:
    from_amf = record.source == "AMF"
    ports = (_N2_PORT, _GNB_PORT) if from_amf else (_GNB_PORT, _N2_PORT)
    tag = 1 if from_amf else 2
    length = 16 + len(record.octets)
    unfragmented = 3
    chunk = struct.pack("!BBHIHHI", 0, unfragmented, length, tsn, 1, tsn & 0xFFFF, _NGAP_PPID)
    chunk += record.octets + bytes(-length % 4)
    head = struct.pack("!HHI", *ports, tag)
    checksum = crc32c(head + bytes(4) + chunk)
    return head + checksum.to_bytes(4, "little") + chunk


def _internet_checksum(octets: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)  # noqa: PLW2901
        table.append(value)
    return tuple(table)


_CRC32C = _table()


def crc32c(octets: bytes) -> int:
    """The checksum of SCTP (RFC 9260 appendix A)."""
    crc = 0xFFFFFFFF
    for octet in octets:
        crc = crc >> 8 ^ _CRC32C[(crc ^ octet) & 0xFF]
    return crc ^ 0xFFFFFFFF
