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


def _elements(kind: type[NasMessage]) -> _Table:
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


def decode_body(kind: type[M], octets: bytes, **header: Any) -> M:
    """Read what follows the header.

    Raises Malformed for a mandatory element that is wrong and for an unknown one that must be
    comprehended (TS 24.501 clause 7.5.1). An optional element that is wrong, or that the end of
    the message cuts, counts as absent (7.7.1); of a repeated one the first is taken (7.6.3).
    """
    fixed, by_iei = _elements(kind)
    values: dict[str, Any] = dict(header)
    received: dict[str, tuple[Any, bytes]] = {}
    position, low_half = 0, True
    for name, element in fixed:
        if element.format is Format.HALF:
            if position >= len(octets):
                raise Malformed(f"{name} is missing")
            octet = octets[position]
            half = octet & 15 if low_half else octet >> 4
            _decode(name, element, bytes((half,)), values, received)
            position += 0 if low_half else 1
            low_half = not low_half
            continue
        if not low_half:  # the other half-octet is spare
            position, low_half = position + 1, True
        value, position = _take(octets, position, element)
        _decode(name, element, value, values, received)
    if not low_half:
        position += 1
    unknown: list[tuple[int, bytes]] = []
    order: list[int] = []
    while position < len(octets):
        try:
            iei, value, whole, end = _take_optional(octets, position, by_iei)
        except Malformed:  # cut by the end of the message
            iei, whole, end = octets[position], octets[position:], len(octets)
            known = None
        else:
            known = by_iei.get(iei) if iei not in order else None
        if iei not in by_iei and iei & 0xF0 == 0:
            raise Malformed(f"element {iei:#04x} has to be comprehended and is unknown")
        try:
            if known is not None:
                _decode(*known, value, values, received)
        except Malformed:
            known = None
        if known is None:
            unknown.append((iei, whole))
        order.append(iei)
        position = end
    return kind(**values, unknown=tuple(unknown), order=tuple(order), received=received)


def _decode(
    name: str,
    element: Element,
    octets: bytes,
    values: dict[str, Any],
    received: dict[str, tuple[Any, bytes]],
) -> None:
    try:
        values[name] = element.codec.decode(octets)
    except (ValueError, IndexError) as error:
        raise Malformed(f"{name}: {error}") from error
    received[name] = values[name], octets


def _encode(message: NasMessage, name: str, element: Element) -> bytes:
    """The octets that came, as long as the value is still the one that came."""
    content = getattr(message, name)
    came = message.received.get(name)
    if came is not None and came[0] == content:
        return came[1]
    return element.codec.encode(content)


def _take(octets: bytes, position: int, element: Element) -> tuple[bytes, int]:
    match element.format:
        case Format.V | Format.TV:
            end = position + element.length
        case Format.LV | Format.TLV:
            if position >= len(octets):
                raise Malformed("a length is missing")
            end = position + 1 + octets[position]
            position += 1
        case _:
            if position + 2 > len(octets):
                raise Malformed("a length is missing")
            end = position + 2 + int.from_bytes(octets[position : position + 2])
            position += 2
    if end > len(octets):
        raise Malformed("the message ends inside an element")
    return octets[position:end], end


def _take_optional(
    octets: bytes, start: int, by_iei: dict[int, Any]
) -> tuple[int, bytes, bytes, int]:
    """IEI, value, all octets and end of the optional element at ``start``.

    An unknown one is of type 1 when bit 8 of its IEI is set, of TLV-E for IEIs 0x70 to 0x7f, else
    TLV (TS 24.007 clause 11.2.4).
    """
    first = octets[start]
    if first & 0x80:
        iei = first & 0xF0
        if (known := by_iei.get(iei)) and known[1].format is Format.TV_HALF:
            return iei, bytes((first & 15,)), octets[start : start + 1], start + 1
        if first not in by_iei:
            return first, b"", octets[start : start + 1], start + 1
    known = by_iei.get(first)
    if known:
        element = known[1]
    else:
        format_ = Format.TLV_E if first & 0xF0 == 0x70 else Format.TLV
        element = Element(format_, OCTETS)
    value, end = _take(octets, start + 1, element)
    return first, value, octets[start:end], end


def encode_body(message: NasMessage) -> bytes:
    fixed, by_iei = _elements(type(message))
    out = bytearray()
    low: int | None = None
    for name, element in fixed:
        value = _encode(message, name, element)
        if element.format is Format.HALF:
            if low is None:
                low = value[0]
            else:
                out.append(value[0] << 4 | low)
                low = None
            continue
        if low is not None:
            out.append(low)
            low = None
        out += _with_length(element, value)
    if low is not None:
        out.append(low)
    parts: dict[int, list[bytes]] = {}
    for iei, (name, element) in by_iei.items():
        if getattr(message, name) is not None:
            parts[iei] = [_optional_octets(iei, element, _encode(message, name, element))]
    for iei, whole in message.unknown:
        parts.setdefault(iei, []).append(whole)
    for iei in message.order:
        if parts.get(iei):
            out += parts[iei].pop(0)
    for rest in parts.values():
        out += b"".join(rest)
    return bytes(out)


def _optional_octets(iei: int, element: Element, value: bytes) -> bytes:
    if element.format is Format.TV_HALF:
        return bytes((iei | value[0],))
    return bytes((iei,)) + _with_length(element, value)


def _with_length(element: Element, value: bytes) -> bytes:
    if element.format in (Format.LV, Format.TLV):
        return bytes((len(value),)) + value
    if element.format in (Format.LV_E, Format.TLV_E):
        return len(value).to_bytes(2) + value
    return value


def _same(value: bytes) -> bytes:
    return bytes(value)


OCTETS = Codec(_same, _same)
