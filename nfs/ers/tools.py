"""The tools of the sample ERS. They work offline and keep no state.

Their docstrings and annotations are what an agent is shown of them.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcp.server.mcpserver.exceptions import ToolError

from nfs.semantics.ontology.glossary import UnknownTerm, look_up

MAX_EXPRESSION = 200
MAX_EXPONENT = 64

_UNITS: dict[str, tuple[str, float]] = {
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
    "mi": ("length", 1609.344),
    "ft": ("length", 0.3048),
    "s": ("time", 1.0),
    "ms": ("time", 0.001),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "bit/s": ("bit rate", 1.0),
    "kbit/s": ("bit rate", 1e3),
    "Mbit/s": ("bit rate", 1e6),
    "Gbit/s": ("bit rate", 1e9),
    "MB/s": ("bit rate", 8e6),
    "m/s": ("speed", 1.0),
    "km/h": ("speed", 1 / 3.6),
    "mph": ("speed", 0.44704),
    "kg": ("mass", 1.0),
    "g": ("mass", 0.001),
    "lb": ("mass", 0.45359237),
}
"""Units by symbol: what they measure, and how many of the base unit they are."""

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_UNARY: dict[type[ast.unaryop], Callable[[float], float]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}


def unit_convert(value: float, from_unit: str, to_unit: str) -> float:
    """Convert a value between units of length, time, speed, mass or bit rate (km, mph, Mbit/s)."""
    for unit in (from_unit, to_unit):
        if unit not in _UNITS:
            raise ToolError(f"unknown unit {unit!r}; known are {', '.join(_UNITS)}")
    (measure, factor), (target_measure, target_factor) = _UNITS[from_unit], _UNITS[to_unit]
    if measure != target_measure:
        raise ToolError(f"{from_unit} measures {measure}, {to_unit} measures {target_measure}")
    return value * factor / target_factor


def current_time(timezone: str = "UTC") -> str:
    """The date and time now in an IANA time zone such as Europe/Berlin, as ISO 8601."""
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ToolError(f"unknown time zone {timezone!r}; use an IANA name") from None
    return datetime.now(zone).isoformat(timespec="seconds")


def network_glossary(term: str) -> dict[str, str]:
    """What a term of mobile core and agent networks means, with its source."""
    try:
        return dict(look_up(term))
    except UnknownTerm as unknown:
        raise ToolError(str(unknown)) from None


def calculate(expression: str) -> float:
    """The value of an arithmetic expression: numbers, + - * / // % **, and parentheses."""
    if len(expression) > MAX_EXPRESSION:
        raise ToolError(f"an expression has at most {MAX_EXPRESSION} characters")
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError):
        raise ToolError(f"not an arithmetic expression: {expression!r}") from None
    except ZeroDivisionError:
        raise ToolError("division by zero") from None
    except OverflowError:
        raise ToolError("the result is too large") from None
    if not math.isfinite(value):
        raise ToolError("the result is too large")
    return value


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            a, b = _value(left), _value(right)
            if isinstance(op, ast.Pow) and (abs(b) > MAX_EXPONENT or (a < 0 and b % 1)):
                raise ToolError(f"an exponent is a number from -{MAX_EXPONENT} to {MAX_EXPONENT}")
            result = _BINARY[type(op)](a, b)
            return float(result) if abs(result) > 2**63 else result
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand))
    raise ToolError("only numbers, + - * / // % ** and parentheses can be calculated")


TOOLS: tuple[Callable[..., Any], ...] = (unit_convert, current_time, network_glossary, calculate)
