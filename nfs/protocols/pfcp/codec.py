"""PFCP messages to octets and back (TS 29.244 clause 7.2.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from nfs.protocols.pfcp import messages
from nfs.protocols.pfcp.errors import PfcpDiscard, PfcpReject, VersionNotSupported
from nfs.protocols.pfcp.framing import decode_elements, encode_elements
from nfs.protocols.pfcp.messages import PfcpMessage

PORT = 8805
VERSION = 1
MAX_MESSAGE = 65_535

_HEADER = struct.Struct("!BBH")
_SEID_PRESENT = 1
_KINDS = [kind for kind in vars(messages).values() if isinstance(kind, type)]
_OF_TYPE = {
    kind.TYPE: kind for kind in _KINDS if issubclass(kind, PfcpMessage) and kind is not PfcpMessage
}


@dataclass(frozen=True, slots=True)
class Packet:
    """A message with its header: ``seid`` is the receiver's, None outside a session."""

    message: PfcpMessage
    sequence: int
    seid: int | None = None


def encode(packet: Packet) -> bytes:
    message = packet.message
    middle = b"" if packet.seid is None else packet.seid.to_bytes(8)
    body = middle + packet.sequence.to_bytes(3) + b"\0" + encode_elements(message)
    flags = VERSION << 5 | (packet.seid is not None)
    return _HEADER.pack(flags, message.TYPE, len(body)) + body


def decode(octets: bytes) -> Packet:
    """Raises PfcpDiscard, VersionNotSupported or PfcpReject, and nothing else."""
    if not 8 <= len(octets) <= MAX_MESSAGE:
        raise PfcpDiscard(f"{len(octets)} octets are no PFCP message")
    flags, type_, length = _HEADER.unpack_from(octets)
    with_seid = bool(flags & _SEID_PRESENT)
    start = 16 if with_seid else 8
    if len(octets) < start or not start - 4 <= length <= len(octets) - 4:
        raise PfcpDiscard(f"a length of {length} in a message of {len(octets)} octets")
    sequence = int.from_bytes(octets[start - 4 : start - 1])
    if flags >> 5 != VERSION:
        raise VersionNotSupported(flags >> 5, sequence)
    kind = _OF_TYPE.get(type_)
    if kind is None:
        raise PfcpDiscard(f"message type {type_} is unknown")
    if with_seid is not kind.FOR_SESSION:
        raise PfcpDiscard(f"the header is not that of {kind.NAME}")
    seid = int.from_bytes(octets[4:12]) if with_seid else None
    try:
        return Packet(decode_elements(kind, octets[start : 4 + length]), sequence, seid)
    except PfcpReject as error:
        error.message_type, error.sequence, error.seid = type_, sequence, seid
        raise


def name_of(octets: bytes) -> str:
    """The message's name for a ladder, from its header alone."""
    kind = _OF_TYPE.get(octets[1]) if len(octets) > 1 else None
    return kind.NAME if kind else "unknown PFCP message"
