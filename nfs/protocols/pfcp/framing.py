"""How a PFCP message is made of information elements (TS 29.244 clause 8.1.1).

A message or a grouped element is a dataclass whose fields say which elements they travel in, so
that its class reads like its table in clause 7.4 or 7.5. Elements without a field are skipped.
"""

from __future__ import annotations

import dataclasses
import functools
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nfs.protocols.pfcp.enums import Cause
from nfs.protocols.pfcp.errors import PfcpReject

G = TypeVar("G")

MAX_REPEATED = 256
"""Elements of one type in a message or group."""

_HEADER = struct.Struct("!HH")


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value becomes the octets of an element and comes back.

    ``decode`` raises ValueError, IndexError or struct.error for octets that are wrong.
    """

    decode: Callable[[bytes], Any]
    encode: Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a message's table."""

    name: str
    type: int
    codec: Codec
    mandatory: bool
    repeated: bool


def mandatory(type_: int, codec: Codec | type) -> Any:
    return field(metadata={"ie": (type_, codec, True, False)})


def optional(type_: int, codec: Codec | type) -> Any:
    """A field that is None when its element is absent; conditional elements are such too."""
    return field(default=None, metadata={"ie": (type_, codec, False, False)})


def several(type_: int, codec: Codec | type) -> Any:
    """A tuple with one value for each element of the type."""
    return field(default=(), metadata={"ie": (type_, codec, False, True)})


def at_least_one(type_: int, codec: Codec | type) -> Any:
    return field(metadata={"ie": (type_, codec, True, True)})


_tables: dict[type, dict[int, Row]] = {}


def rows(kind: type) -> dict[int, Row]:
    """The table of a message or grouped element, by the type of the element."""
    if kind not in _tables:
        _tables[kind] = _read_table(kind)
    return _tables[kind]


def _read_table(kind: type) -> dict[int, Row]:
    table = {}
    for each in dataclasses.fields(kind):
        type_, codec, is_mandatory, repeated = each.metadata["ie"]
        if isinstance(codec, type):
            codec = group(codec)
        table[type_] = Row(each.name, type_, codec, is_mandatory, repeated)
    return table


def group(kind: type) -> Codec:
    """The codec of a grouped element."""
    return Codec(functools.partial(decode_elements, kind), encode_elements)


def decode_elements(kind: type[G], octets: bytes) -> G:
    """Read the elements of a message or group; raises PfcpReject.

    Of an element that may come once the first is taken.
    """
    table, values, position = rows(kind), dict[str, Any](), 0
    while position < len(octets):
        if position + _HEADER.size > len(octets):
            raise PfcpReject(Cause.INVALID_LENGTH, f"{kind.__name__} ends inside an element")
        type_, length = _HEADER.unpack_from(octets, position)
        start, position = position + _HEADER.size, position + _HEADER.size + length
        if position > len(octets):
            reason = f"{kind.__name__} ends inside element {type_}"
            raise PfcpReject(Cause.INVALID_LENGTH, reason, offending_ie=type_)
        row = table.get(type_)
        if row is None:
            continue
        if row.repeated:
            found = values.setdefault(row.name, [])
            if len(found) >= MAX_REPEATED:
                reason = f"more than {MAX_REPEATED} elements {type_} in {kind.__name__}"
                raise PfcpReject(Cause.NO_RESOURCES_AVAILABLE, reason, offending_ie=type_)
            found.append(_decode(kind, row, octets[start:position]))
        elif row.name not in values:
            values[row.name] = _decode(kind, row, octets[start:position])
    for row in table.values():
        if row.mandatory and row.name not in values:
            reason = f"{row.name} is missing in {kind.__name__}"
            raise PfcpReject(Cause.MANDATORY_IE_MISSING, reason, offending_ie=row.type)
        if row.repeated and row.name in values:
            values[row.name] = tuple(values[row.name])
    return kind(**values)


def _decode(kind: type, row: Row, octets: bytes) -> Any:
    try:
        return row.codec.decode(octets)
    except (IndexError, struct.error) as error:
        reason = f"{row.name} of {kind.__name__} is too short"
        raise PfcpReject(Cause.INVALID_LENGTH, reason, offending_ie=row.type) from error
    except ValueError as error:
        reason = f"{row.name} of {kind.__name__}: {error}"
        raise PfcpReject(Cause.MANDATORY_IE_INCORRECT, reason, offending_ie=row.type) from error


def encode_elements(message: Any) -> bytes:
    out = bytearray()
    for row in rows(type(message)).values():
        value = getattr(message, row.name)
        if value is None:
            continue
        for each in value if row.repeated else (value,):
            octets = row.codec.encode(each)
            out += _HEADER.pack(row.type, len(octets)) + octets
    return bytes(out)
