"""How a message is made of information elements (TS 24.007 clause 11.2.1.1).

A message is a dataclass whose fields say in which format they travel, so that its class reads like
its table in TS 24.501 clause 8. What a class cannot say is kept beside its fields: elements it has
no field for, the order of the optional ones, octets that we would have written otherwise. So a
decoded message encodes to the same octets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, TypeVar

M = TypeVar("M", bound="NasMessage")


class Malformed(ValueError):
    """The octets of an element or of a message are not as its format says."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value becomes the octets of an element and comes back.

    ``decode`` raises ValueError or IndexError for octets that it cannot read; ``encode`` takes
    whatever ``decode`` returned.
    """

    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]


OCTETS = Codec(bytes, bytes)


class Format(Enum):
    BITS = "V 1/2"
    V = "V"
    LV = "LV"
    LV_E = "LV-E"
    TV_HALF = "TV 1/2"
    TV = "TV"
    TLV = "TLV"
    TLV_E = "TLV-E"


LENGTH_OCTETS = {Format.LV: 1, Format.TLV: 1, Format.LV_E: 2, Format.TLV_E: 2}


@dataclass(frozen=True, slots=True)
class Element:
    format: Format
    codec: Codec
    iei: int = 0
    length: int = 0
    first_bit: int = 0
    last_bit: int = 0

    @property
    def mask(self) -> int:
        return (1 << self.last_bit) - (1 << self.first_bit - 1)


def bits(first: int, last: int, codec: Codec) -> Any:
    """A part of a mandatory octet, bits numbered 1 to 8 as in the specification's figures.

    Fields that follow each other share an octet until one needs a bit that is taken.
    """
    element = Element(Format.BITS, codec, first_bit=first, last_bit=last)
    return field(metadata={"element": element})


def mandatory(
    format: Format,  # noqa: A002
    codec: Codec,
    length: int = 0,
    default: Any = dataclasses.MISSING,
) -> Any:
    return field(default=default, metadata={"element": Element(format, codec, length=length)})


def optional(
    iei: int,
    format: Format,  # noqa: A002
    codec: Codec,
    length: int = 0,
    default: Any = None,
) -> Any:
    """A field that has its default when the element is absent; TV_HALF: IEI in the high half."""
    element = Element(format, codec, iei, length)
    return field(default=default, metadata={"element": element})


@dataclass(frozen=True, slots=True, kw_only=True)
class NasMessage:
    """The base of all 5GMM and 5GSM messages."""

    MESSAGE_TYPE: ClassVar[int]
    NAME: ClassVar[str]

    unknown_ies: tuple[tuple[int, bytes], ...] = field(default=(), repr=False)
    """Optional elements that were not understood: IEI, and all their octets."""
    order: tuple[int, ...] = field(default=(), compare=False, repr=False)
    """IEIs of the optional elements as they came; empty for a message made here."""
    received: tuple[tuple[str, Any, bytes], ...] = field(default=(), compare=False, repr=False)
    """Field, value and octets, where a field's value would be encoded to other octets."""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    element: Element
    default: Any


@dataclass(frozen=True, slots=True)
class Table:
    """Mandatory rows in order, those that share an octet together; optional rows by IEI."""

    mandatory: tuple[tuple[Row, ...], ...]
    optional: dict[int, Row]


_TABLES: dict[type[NasMessage], Table] = {}


def table_of(kind: type[NasMessage]) -> Table:
    if kind not in _TABLES:
        _TABLES[kind] = _make_table(kind)
    return _TABLES[kind]


def _make_table(kind: type[NasMessage]) -> Table:
    groups: list[tuple[Row, ...]] = []
    by_iei: dict[int, Row] = {}
    taken = 0
    for f in dataclasses.fields(kind):
        element: Element | None = f.metadata.get("element")
        if element is None:
            continue
        row = Row(f.name, element, f.default)
        if element.iei:
            by_iei[element.iei] = row
        elif element.format is Format.BITS and taken and not taken & element.mask:
            groups[-1] += (row,)
            taken |= element.mask
        else:
            groups.append((row,))
            taken = element.mask if element.format is Format.BITS else 0
    return Table(tuple(groups), by_iei)


def decode_body(kind: type[M], octets: bytes, **header: int) -> M:
    """Read what follows the header; raises Malformed for a mandatory element that is wrong.

    An optional element that is wrong counts as absent; of a repeated one the first counts; an
    unknown one is an error only if its comprehension is required (TS 24.501 clauses 7.5 to 7.7).
    """
    return kind(**_Reader(table_of(kind), octets).read(), **header)


class _Reader:
    def __init__(self, table: Table, octets: bytes) -> None:
        self._table = table
        self._octets = octets
        self._position = 0
        self._values: dict[str, Any] = {}
        self._received: list[tuple[str, Any, bytes]] = []
        self._unknown: list[tuple[int, bytes]] = []
        self._order: list[int] = []

    def read(self) -> dict[str, Any]:
        for rows in self._table.mandatory:
            self._read_mandatory(rows)
        while self._position < len(self._octets):
            self._read_optional()
        return self._values | {
            "unknown_ies": tuple(self._unknown),
            "order": tuple(self._order),
            "received": tuple(self._received),
        }

    def _read_mandatory(self, rows: tuple[Row, ...]) -> None:
        element = rows[0].element
        octets = self._take(1 if element.format is Format.BITS else self._length(element))
        for row in rows:
            part = octets
            if row.element.format is Format.BITS:
                part = bytes(((octets[0] & row.element.mask) >> row.element.first_bit - 1,))
            try:
                self._keep(row, part)
            except (ValueError, IndexError) as error:
                raise Malformed(f"{row.name}: {error}") from error

    def _read_optional(self) -> None:
        start = self._position
        first = self._octets[start]
        iei = first & 0xF0 if first & 0x80 else first
        row = self._table.optional.get(iei)
        if row is None and first < 0x10:
            raise Malformed(f"element {first:#04x} is unknown and to be comprehended")
        repeated = iei in self._order
        self._order.append(iei)
        try:
            octets = self._optional_value(first, row)
            if row is not None and not repeated:
                self._keep(row, octets)
                return
        except (ValueError, IndexError):
            pass
        self._unknown.append((iei, self._octets[start : self._position]))

    def _optional_value(self, first: int, row: Row | None) -> bytes:
        """The value of the element that begins here.

        An unknown one is one octet when bit 8 of its IEI is set, of format TLV-E for the IEIs 0x70
        to 0x7f, else TLV (TS 24.007 clause 11.2.4).
        """
        self._position += 1
        if first & 0x80:
            return bytes((first & 0x0F,))
        unknown = Element(Format.TLV_E if first & 0xF0 == 0x70 else Format.TLV, OCTETS)
        try:
            return self._take(self._length(row.element if row else unknown))
        except Malformed:
            self._position = len(self._octets)
            raise

    def _length(self, element: Element) -> int:
        count = LENGTH_OCTETS.get(element.format)
        return element.length if count is None else int.from_bytes(self._take(count))

    def _take(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._octets):
            raise Malformed("the message ends inside an element")
        taken = self._octets[self._position : end]
        self._position = end
        return taken

    def _keep(self, row: Row, octets: bytes) -> None:
        codec = row.element.codec
        value = codec.decode(octets)
        if value == row.default or codec.encode(value) != octets:
            self._received.append((row.name, value, octets))
        self._values[row.name] = value


def encode_body(message: NasMessage) -> bytes:
    """What follows the header; ValueError or OverflowError for a value that does not fit."""
    table = table_of(type(message))
    received = {name: (value, octets) for name, value, octets in message.received}

    def value_octets(row: Row) -> bytes | None:
        value = getattr(message, row.name)
        if row.name in received and received[row.name][0] == value:
            return received[row.name][1]
        if row.element.iei and value == row.default:
            return None
        return row.element.codec.encode(value)

    out = bytearray()
    for rows in table.mandatory:
        parts = [value_octets(row) or b"" for row in rows]
        if rows[0].element.format is Format.BITS:
            shifted = (p[0] << r.element.first_bit - 1 for p, r in zip(parts, rows, strict=True))
            out.append(sum(shifted))
        else:
            out += _with_length(rows[0].element, parts[0])
    known = {iei: value_octets(row) for iei, row in table.optional.items()}
    elements = [
        (iei, _with_iei(table.optional[iei].element, octets))
        for iei, octets in known.items()
        if octets is not None
    ]
    return bytes(out) + b"".join(_ordered(elements + list(message.unknown_ies), message.order))


def _ordered(elements: list[tuple[int, bytes]], order: tuple[int, ...]) -> list[bytes]:
    """First as they came, then what was added since."""
    waiting: dict[int, list[bytes]] = {}
    for iei, octets in elements:
        waiting.setdefault(iei, []).append(octets)
    as_they_came = [waiting[iei].pop(0) for iei in order if waiting.get(iei)]
    return as_they_came + [octets for rest in waiting.values() for octets in rest]


def _with_iei(element: Element, value: bytes) -> bytes:
    if element.format is Format.TV_HALF:
        return bytes((element.iei | value[0],))
    return bytes((element.iei,)) + _with_length(element, value)


def _with_length(element: Element, value: bytes) -> bytes:
    count = LENGTH_OCTETS.get(element.format)
    return value if count is None else len(value).to_bytes(count) + value
