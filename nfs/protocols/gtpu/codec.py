"""GTP-U messages to octets and back (TS 29.281 clause 5)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address

from nfs.protocols.gtpu.errors import GtpuError, UnsupportedExtensionHeader
from nfs.protocols.gtpu.messages import (
    PDU_SESSION_CONTAINER,
    EchoRequest,
    EchoResponse,
    EndMarker,
    ErrorIndication,
    GPdu,
    GtpuMessage,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
)
from nfs.protocols.ip import summary

PORT = 2152
MAX_EXTENSION_HEADERS = 8

_HEADER = struct.Struct("!BBHI")
_OPTIONAL = struct.Struct("!HBB")
_GTP_VERSION_1 = 0x30
_E, _S, _PN = 4, 2, 1
_COMPREHENSION_REQUIRED = 0x80

_RECOVERY, _TEID, _PEER_ADDRESS, _EXTENSION_TYPES = 14, 16, 133, 141
_TV_LENGTHS = {_RECOVERY: 1, _TEID: 4}


def encode(message: GtpuMessage) -> bytes:
    match message:
        case GPdu(teid, packet, container):
            return _with_container(GPdu.TYPE, teid, container, packet)
        case EndMarker(teid, container):
            return _with_container(EndMarker.TYPE, teid, container, b"")
        case EchoRequest(sequence):
            return _with_sequence(message.TYPE, sequence, b"")
        case EchoResponse(sequence):
            return _with_sequence(message.TYPE, sequence, bytes((_RECOVERY, 0)))
        case ErrorIndication(teid, address):
            packed = ip_address(address).packed
            body = bytes((_TEID,)) + teid.to_bytes(4)
            body += bytes((_PEER_ADDRESS,)) + len(packed).to_bytes(2) + packed
            return _with_sequence(message.TYPE, 0, body)
        case SupportedExtensionHeadersNotification(sequence, kinds):
            body = bytes((_EXTENSION_TYPES, len(kinds), *kinds))
            return _with_sequence(message.TYPE, sequence, body)
        case _:
            raise TypeError(f"not a GTP-U message: {message!r}")


def _with_container(
    type_: int, teid: int, container: PduSessionContainer | None, packet: bytes
) -> bytes:
    if container is None:
        return _HEADER.pack(_GTP_VERSION_1, type_, len(packet), teid) + packet
    extension = _dump_container(container)
    length = _OPTIONAL.size + len(extension) + len(packet)
    head = _HEADER.pack(_GTP_VERSION_1 | _E, type_, length, teid)
    return head + _OPTIONAL.pack(0, 0, PDU_SESSION_CONTAINER) + extension + packet


def _with_sequence(type_: int, sequence: int, body: bytes) -> bytes:
    head = _HEADER.pack(_GTP_VERSION_1 | _S, type_, _OPTIONAL.size + len(body), 0)
    return head + _OPTIONAL.pack(sequence, 0, 0) + body


def _dump_container(container: PduSessionContainer) -> bytes:
    """The whole extension header: length in words, contents, no next header."""
    if container.uplink:
        return bytes((1, 0x10, container.qfi, 0))
    second = container.reflective << 6 | container.qfi
    if container.paging_policy is None:
        return bytes((1, 0, second, 0))
    return bytes((2, 0, second | 0x80, container.paging_policy << 5, 0, 0, 0, 0))


def _load_container(content: bytes) -> PduSessionContainer:
    if len(content) < 2:
        raise GtpuError("a PDU session container of less than two octets")
    kind, second = content[0] >> 4, content[1]
    if kind == 1:
        return PduSessionContainer(second & 63, uplink=True)
    if kind:
        raise GtpuError(f"PDU type {kind} of a PDU session container")
    paging_policy = content[2] >> 5 if second & 0x80 and len(content) > 2 else None
    return PduSessionContainer(second & 63, False, bool(second & 64), paging_policy)


def decode(octets: bytes) -> GtpuMessage:
    """Raises GtpuError, and nothing else."""
    if len(octets) < _HEADER.size:
        raise GtpuError(f"{len(octets)} octets are no GTP-U message")
    flags, type_, length, teid = _HEADER.unpack_from(octets)
    if flags & 0xF0 != _GTP_VERSION_1:
        raise GtpuError(f"version {flags >> 5}, protocol type {flags >> 4 & 1}")
    end = _HEADER.size + length
    if end > len(octets):
        raise GtpuError(f"a length of {length} in a message of {len(octets)} octets")
    position, sequence, container = _HEADER.size, 0, None
    if flags & (_E | _S | _PN):
        if position + _OPTIONAL.size > end:
            raise GtpuError("the optional part of the header is cut")
        sequence, _, kind = _OPTIONAL.unpack_from(octets, position)
        position += _OPTIONAL.size
        if flags & _E and kind:
            container, position = _extensions(octets, position, end, kind, sequence)
    if type_ == GPdu.TYPE:
        return GPdu(teid, octets[position:end], container)
    if type_ == EndMarker.TYPE:
        return EndMarker(teid, container)
    read = _BODIES.get(type_)
    if read is None:
        raise GtpuError(f"message type {type_} is unknown")
    return read(sequence, octets[position:end])


def _extensions(
    octets: bytes, position: int, end: int, kind: int, sequence: int
) -> tuple[PduSessionContainer | None, int]:
    """The PDU session container among the extension headers, and where they end."""
    container = None
    for _ in range(MAX_EXTENSION_HEADERS):
        if position >= end:
            raise GtpuError("the message ends inside an extension header")
        length = octets[position] * 4
        if not length or position + length > end:
            raise GtpuError(f"an extension header of {length} octets")
        if kind == PDU_SESSION_CONTAINER:
            container = _load_container(octets[position + 1 : position + length - 1])
        elif kind & _COMPREHENSION_REQUIRED:
            raise UnsupportedExtensionHeader(kind, sequence)
        position += length
        kind = octets[position - 1]
        if not kind:
            return container, position
    raise GtpuError(f"more than {MAX_EXTENSION_HEADERS} extension headers")


def _elements(octets: bytes) -> dict[int, bytes]:
    """Elements by type; types from 128 on have a length (two octets, one for 141)."""
    found, position = dict[int, bytes](), 0
    while position < len(octets):
        kind = octets[position]
        position += 1
        if kind < 128:
            if kind not in _TV_LENGTHS:
                break
            size = _TV_LENGTHS[kind]
        else:
            of_length = 1 if kind == _EXTENSION_TYPES else 2
            size = int.from_bytes(octets[position : position + of_length])
            position += of_length
        if position + size > len(octets):
            raise GtpuError("the message ends inside an element")
        found.setdefault(kind, octets[position : position + size])
        position += size
    return found


def _error_indication(_sequence: int, body: bytes) -> ErrorIndication:
    found = _elements(body)
    packed = found.get(_PEER_ADDRESS, b"")
    if _TEID not in found or len(packed) not in (4, 16):
        raise GtpuError("an ERROR INDICATION without tunnel end point or address")
    address = IPv4Address(packed) if len(packed) == 4 else IPv6Address(packed)
    return ErrorIndication(int.from_bytes(found[_TEID]), str(address))


def _notification(sequence: int, body: bytes) -> SupportedExtensionHeadersNotification:
    kinds = _elements(body).get(_EXTENSION_TYPES, b"")
    return SupportedExtensionHeadersNotification(sequence, tuple(kinds))


_BODIES: dict[int, Callable[[int, bytes], GtpuMessage]] = {
    EchoRequest.TYPE: lambda sequence, _: EchoRequest(sequence),
    EchoResponse.TYPE: lambda sequence, _: EchoResponse(sequence),
    ErrorIndication.TYPE: _error_indication,
    SupportedExtensionHeadersNotification.TYPE: _notification,
}


def name_of(octets: bytes) -> str:
    """The message's name for a ladder."""
    try:
        message = decode(octets)
    except GtpuError:
        return "unknown GTP-U message"
    if not isinstance(message, GPdu):
        return message.NAME
    qfi = f" QFI {message.container.qfi}" if message.container else ""
    return f"{message.NAME}{qfi} {summary(message.packet)}"
