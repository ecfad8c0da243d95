"""How a message is made of information elements (TS 24.007 clause 11.2.1.1).

A message is a dataclass whose fields say in which format they travel, so that its class reads like
its table in TS 24.501 clause 8. Elements a class has no field for are kept, and the order in which
the optional ones came, so that a decoded message encodes to the same octets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")
M = TypeVar("M", bound="NasMessage")


class Malformed(ValueError):
    """The octets of an element or of a message are not as its format says."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value becomes the octets of an element and comes back."""

    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]


class Format(Enum):
    HALF = "V 1/2"
    V = "V"
    LV = "LV"
    LV_E = "LV-E"
    TV_HALF = "TV 1/2"
    TV = "TV"
    TLV = "TLV"
    TLV_E = "TLV-E"


@dataclass(frozen=True, slots=True)
class Element:
    format: Format
    codec: Codec
    iei: int = 0
    length: int = 0


def mandatory(format: Format, codec: Codec, length: int = 0) -> Any:  # noqa: A002
    """A field that is always there. HALF fields come in pairs, the low half-octet first."""
    return field(metadata={"element": Element(format, codec, length=length)})


def optional(iei: int, format: Format, codec: Codec, length: int = 0) -> Any:  # noqa: A002
    """A field that is None when its element is absent; TV_HALF has its IEI in the high half."""
    element = Element(format, codec, iei, length)
    return field(default=None, metadata={"element": element})


@dataclass(frozen=True, kw_only=True)
class NasMessage:
    """The base of all 5GMM and 5GSM messages."""

    MESSAGE_TYPE: ClassVar[int]
    NAME: ClassVar[str]

    unknown: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    """Optional elements without a field: IEI and all their octets."""
    order: tuple[int, ...] = field(default=(), compare=False, repr=False)
    """IEIs of the optional elements as they came; empty for a message made here."""
    received: Mapping[str, tuple[Any, bytes]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Value and octets of each element as it came: a sender may code a value as we would not."""

    def unreadable(self, name: str) -> bool:
        """Whether the optional element of this field came, and was wrong."""
        iei = next(f.metadata["element"].iei for f in dataclasses.fields(self) if f.name == name)
        return getattr(self, name) is None and any(iei == other for other, _ in self.unknown)


_Table = tuple[list[tuple[str, Element]], dict[int, tuple[str, Element]]]
_tables: dict[str, _Table] = {}


def elements_of(kind: type[NasMessage]) -> _Table:
    """The rows of a message's table: the mandatory ones in order, the others by IEI."""
    if kind.NAME not in _tables:
        _tables[kind.NAME] = _read_table(kind)
    return _tables[kind.NAME]


def _read_table(kind: type[NasMessage]) -> _Table:
    fixed: list[tuple[str, Element]] = []
    by_iei: dict[int, tuple[str, Element]] = {}
    for f in dataclasses.fields(kind):
        element = f.metadata.get("element")
        if element is None:
            continue
        if element.iei:
            by_iei[element.iei] = (f.name, element)
        else:
            fixed.append((f.name, element))
    return fixed, by_iei


def _same(value: bytes) -> bytes:
    return bytes(value)


OCTETS = Codec(_same, _same)
