"""JSON Canonicalization Scheme (RFC 8785): the one form of a JSON value that is signed."""

from __future__ import annotations

import json
import math
from decimal import Decimal

MAX_DEPTH = 64
"""Objects and arrays inside one another; deeper values have no canonical form here."""
MAX_INTEGER = 2**53 - 1
"""Larger integers are not the same number for every reader (RFC 7493 clause 2.2)."""

_string = json.JSONEncoder(ensure_ascii=False).encode


def canonical(value: object) -> bytes:
    """The UTF-8 octets of a value as ``json.loads`` gives it.

    Raises ValueError for what is no I-JSON: numbers that are none or too large, lone surrogates,
    names that are not strings, and nesting over MAX_DEPTH.
    """
    return _text(value, MAX_DEPTH).encode()


def _text(value: object, depth: int) -> str:
    match value:
        case None | True | False:
            return json.dumps(value)
        case str():
            return _string(value)
        case int():
            return _integer(value)
        case float():
            return _number(value)
        case list() | tuple() if depth:
            return "[" + ",".join(_text(item, depth - 1) for item in value) + "]"
        case dict() if depth:
            return "{" + ",".join(_member(name, value[name], depth) for name in _names(value)) + "}"
        case list() | tuple() | dict():
            raise ValueError(f"nested over {MAX_DEPTH} deep")
    raise ValueError(f"{type(value).__name__} is not of JSON")


def _member(name: str, value: object, depth: int) -> str:
    return f"{_string(name)}:{_text(value, depth - 1)}"


def _names(value: dict[str, object]) -> list[str]:
    """In the order of their UTF-16 code units (clause 3.2.3), which for ASCII is that of Python."""
    try:
        ascii_only = "".join(value).isascii()
    except TypeError:
        raise ValueError("the name of a member is a string") from None
    return sorted(value) if ascii_only else sorted(value, key=_utf_16)


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _integer(value: int) -> str:
    if abs(value) > MAX_INTEGER:
        raise ValueError(f"integers are at most {MAX_INTEGER}")
    return str(value)


def _number(value: float) -> str:
    """Number.prototype.toString of ECMA-262 (clause 3.2.2.3), from the shortest digits."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    shortest = Decimal(repr(abs(value))).normalize().as_tuple()
    digits = "".join(map(str, shortest.digits))
    assert isinstance(shortest.exponent, int)  # noqa: S101 - it is finite
    point = len(digits) + shortest.exponent
    if len(digits) <= point <= 21:
        return f"{sign}{digits.ljust(point, '0')}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+}"
