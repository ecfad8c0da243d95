"""Elements that are a number, a code point or octets."""

from __future__ import annotations

from enum import IntEnum
from typing import TypeVar

from nfs.protocols.nas.causes import MmCause, SmCause
from nfs.protocols.nas.framing import Codec, Malformed

E = TypeVar("E", bound=IntEnum)


def need(octets: bytes, length: int) -> bytes:
    if len(octets) < length:
        raise Malformed(f"{len(octets)} octets where {length} are needed")
    return octets


def exactly(length: int) -> Codec:
    def decode(octets: bytes) -> bytes:
        if len(octets) != length:
            raise Malformed(f"{len(octets)} octets where {length} are needed")
        return octets

    return Codec(decode, bytes)


def at_least(length: int) -> Codec:
    return Codec(lambda octets: need(octets, length), bytes)


def number(length: int = 1) -> Codec:
    """The first ``length`` octets; what a later release puts after them is passed over."""

    def decode(octets: bytes) -> int:
        return int.from_bytes(need(octets, length)[:length])

    return Codec(decode, lambda n: int(n).to_bytes(length))


def code(kind: type[E], default: E | None = None) -> Codec:
    """One octet or half-octet of a table; an unknown value is ``default``, if there is one."""

    def decode(octets: bytes) -> E:
        try:
            return kind(need(octets, 1)[0])
        except ValueError:
            if default is None:
                raise
            return default

    return Codec(decode, lambda value: bytes((int(value),)))


MM_CAUSE = code(MmCause, MmCause.PROTOCOL_ERROR_UNSPECIFIED)
SM_CAUSE = code(SmCause, SmCause.PROTOCOL_ERROR_UNSPECIFIED)
