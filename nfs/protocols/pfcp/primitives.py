"""The simplest information elements: numbers, flags, text, times, names (TS 29.244 clause 8.2)."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from nfs.protocols.pfcp.framing import Codec

NTP_EPOCH = 2_208_988_800
"""Seconds from 1900, where PFCP's times begin, to 1970."""

_V4, _V6 = 4, 16
_MAX_LABEL = 63


class Reader:
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


def unsigned(length: int) -> Codec:
    """An unsigned integer of so many octets; later octets are for later releases."""
    return Codec(lambda octets: Reader(octets).number(length), lambda n: n.to_bytes(length))


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
    lambda octets: Reader(octets).number(4) - NTP_EPOCH,
    lambda seconds: (int(seconds) + NTP_EPOCH & 0xFFFFFFFF).to_bytes(4),
)
"""Unix seconds."""


def read_labels(octets: bytes) -> list[str]:
    labels, reader = [], Reader(octets)
    position = 0
    while position < len(octets):
        length = reader.number(1)
        if not length:
            raise ValueError("an empty label")
        label = reader.take(length).decode("latin-1")
        if "." in label:
            raise ValueError(f"a dot in the label {label!r}")
        labels.append(label)
        position += 1 + length
    return labels


def _read_dnn(octets: bytes) -> str:
    """As labels (TS 23.003 clause 9.1); some write a network instance as plain text."""
    try:
        return ".".join(read_labels(octets))
    except (IndexError, ValueError):
        return octets.decode("latin-1")


def write_labels(dnn: str) -> bytes:
    labels = [label.encode("latin-1") for label in dnn.split(".")]
    if not all(0 < len(label) <= _MAX_LABEL for label in labels):
        return dnn.encode("latin-1")
    return b"".join(bytes((len(label),)) + label for label in labels)


DNN = Codec(_read_dnn, write_labels)


def structured(kind: Any) -> Codec:
    return Codec(kind.decode, lambda value: value.encode())
