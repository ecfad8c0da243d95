"""RFC 8785: the canonical form of JSON, with the RFC's vectors."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.jcs import MAX_DEPTH, MAX_INTEGER, canonical

VECTORS = json.loads((Path(__file__).parents[1] / "data/jcs/vectors.json").read_text("utf-8"))


@pytest.mark.parametrize(("octets", "expected"), VECTORS["numbers"].items())
def test_numbers(octets: str, expected: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(octets))
    assert canonical(number) == expected.encode()


@pytest.mark.parametrize("vector", VECTORS["documents"], ids=lambda vector: vector["name"])
def test_documents(vector: dict[str, str]) -> None:
    assert canonical(json.loads(vector["input"])) == vector["output"].encode()


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 1


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        "\ud800",
        {"\udc00": 1},
        {1: 2},
        b"octets",
        {"a": object()},
        nested(MAX_DEPTH + 1),
    ],
)
def test_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_the_deepest_value() -> None:
    assert canonical(nested(MAX_DEPTH)) == b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH


texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | texts
    | st.integers(-MAX_INTEGER, MAX_INTEGER),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)  # fmt: skip


@given(values)
def test_the_form_is_the_value_and_is_its_own_form(value: object) -> None:
    form = canonical(value)
    read = json.loads(form, parse_int=float)  # every number of ECMAScript is a double
    assert read == value
    assert canonical(read) == form
