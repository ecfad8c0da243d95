"""EAP packets (RFC 3748 clause 4): code, identifier, length; then type and data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

MAX_OCTETS = 1500
"""TS 24.501 clause 9.11.2.2."""
_HEADER = 4


class EapError(ValueError):
    """Octets that are no EAP packet, or none of the method that is spoken."""


class Code(IntEnum):
    REQUEST = 1
    RESPONSE = 2
    SUCCESS = 3
    FAILURE = 4


class Type(IntEnum):
    IDENTITY = 1
    NOTIFICATION = 2
    NAK = 3
    AKA_PRIME = 50


@dataclass(frozen=True, slots=True)
class EapPacket:
    """``type`` and ``data`` are those of a request or response; success and failure have none."""

    code: Code
    identifier: int
    type: int | None = None
    data: bytes = b""


def decode(octets: bytes) -> EapPacket:
    """Raises EapError; octets after the packet's length are padding and passed over."""
    if not _HEADER <= len(octets) <= MAX_OCTETS:
        raise EapError(f"{len(octets)} octets are no EAP packet")
    code, identifier, length = octets[0], octets[1], int.from_bytes(octets[2:4])
    if not _HEADER <= length <= len(octets):
        raise EapError(f"length {length} in an EAP packet of {len(octets)} octets")
    if code not in Code.__members__.values():
        raise EapError(f"EAP code {code}")
    if code in (Code.SUCCESS, Code.FAILURE):
        if length != _HEADER:
            raise EapError("EAP success and failure carry no data")
        return EapPacket(Code(code), identifier)
    if length == _HEADER:
        raise EapError("an EAP request or response without type")
    return EapPacket(Code(code), identifier, octets[4], octets[5:length])


def encode(packet: EapPacket) -> bytes:
    body = b"" if packet.type is None else bytes((packet.type,)) + packet.data
    return bytes((packet.code, packet.identifier)) + (_HEADER + len(body)).to_bytes(2) + body


def success(identifier: int) -> bytes:
    return encode(EapPacket(Code.SUCCESS, identifier))


def failure(identifier: int) -> bytes:
    return encode(EapPacket(Code.FAILURE, identifier))
