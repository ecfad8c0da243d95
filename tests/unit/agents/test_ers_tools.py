"""The ERS's tools as functions."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.server.mcpserver.exceptions import ToolError

from nfs.ers.tools import calculate, current_time, network_glossary, unit_convert


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (1, "km", "m", 1000),
        (1, "mi", "km", 1.609344),
        (100, "km/h", "m/s", 27.7777777778),
        (1, "MB/s", "Mbit/s", 8),
        (90, "min", "h", 1.5),
    ],
)
def test_unit_convert(value: float, from_unit: str, to_unit: str, expected: float) -> None:
    assert unit_convert(value, from_unit, to_unit) == pytest.approx(expected)


@pytest.mark.parametrize(("from_unit", "to_unit"), [("km", "kg"), ("parsec", "m"), ("m", "")])
def test_units_that_do_not_go_together(from_unit: str, to_unit: str) -> None:
    with pytest.raises(ToolError):
        unit_convert(1, from_unit, to_unit)


def test_current_time() -> None:
    assert datetime.fromisoformat(current_time("UTC")).utcoffset() == timedelta(0)
    tokyo = datetime.fromisoformat(current_time("Asia/Tokyo"))
    assert tokyo.utcoffset() == timedelta(hours=9)
    assert abs(tokyo - datetime.now().astimezone()) < timedelta(minutes=1)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", "/etc/localtime"])
def test_an_unknown_time_zone(zone: str) -> None:
    with pytest.raises(ToolError):
        current_time(zone)


def test_network_glossary() -> None:
    assert network_glossary(" agw ")["name"] == "Agent Gateway"
    with pytest.raises(ToolError, match="MME"):
        network_glossary("MME")


@pytest.mark.parametrize(
    ("expression", "value"),
    [("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2 ** 2", -4), ("7 // 2 % 2", 1), ("10 / 4", 2.5)],
)
def test_calculate(expression: str, value: float) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "().__class__",
        "1 if True else 2",
        "True + 1",
        "'a' * 9",
        "9 ** 9 ** 9",
        "(-8) ** 0.5",
        "1 / 0",
        "1e308 * 1e308 ** 2",
        "1e308 * 1e308",
        "1e999",
        "1 +",
        "",
        "1" * 201,
        "(" * 150 + "1" + ")" * 40,
        "\x00",
    ],
)
def test_what_is_no_arithmetic(expression: str) -> None:
    with pytest.raises(ToolError):
        calculate(expression)


@given(st.text(alphabet="0123456789+-*/%(). e", max_size=60))
def test_any_expression_has_a_value_or_an_error(expression: str) -> None:
    try:
        value = calculate(expression)
    except ToolError:
        return
    assert math.isfinite(value)
