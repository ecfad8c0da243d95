"""The structured filter of discovery (requirement H13; ADP v02.01 clause 4.2.2)."""

from __future__ import annotations

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.agw.discovery.filter import MAX_DEPTH, MAX_PARTS, read_filter
from nfs.agw.discovery.operators import MAX_TEXT, MAX_VALUES, OPERATORS
from nfs.common.sbi.problem import SbiProblem

ACS: dict[str, Any] = {
    "aic": "1.2.156.3088.1.1.UE.1.1.0JU4",
    "active": True,
    "version": "1.10.0",
    "lastModifiedTime": "2026-05-01T12:00:00+00:00",
    "name": "Übersetzer",
    "capabilities": {"streaming": False, "messageQueue": []},
    "endPoints": [{"url": "http://a/", "transport": "HTTP_JSON"}, {"url": "http://b/"}],
    "securitySchemes": {"mtls": {"type": "mutualTLS"}, "accessToken": {"type": "http"}},
    "skills": [
        {"id": "text", "tags": ["Translation", "German"]},
        {"id": "speech", "tags": ["Interpreting"]},
    ],
    "entityMeta": {
        "load": 3,
        "weight": 0.5,
        "tai": "999-70-000001",
        "empty": "",
        "deep": [[1, [2]]],
    },
}


def condition(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def holds(field: str, op: str, value: Any) -> bool:
    return read_filter({"conditions": [condition(field, op, value)]}).matches(ACS)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("name", "eq", "übersetzer"),
        ("name", "eqCs", "Übersetzer"),
        ("name", "ne", "x"),
        ("name", "neCs", "übersetzer"),
        ("active", "eq", True),
        ("entityMeta.load", "eq", 3),
        ("entityMeta.load", "eq", 3.0),
        ("entityMeta.load", "in", [1, 3]),
        ("entityMeta.load", "nin", [1, 2]),
        ("entityMeta.load", "between", [3, 4]),
        ("entityMeta.weight", "lt", 1),
        ("entityMeta.load", "gt", 2),
        ("entityMeta.load", "gte", 3),
        ("entityMeta.load", "lte", 3),
        ("entityMeta.deep", "eq", 2),
        ("entityMeta.empty", "exists", False),
        ("entityMeta.tai", "exists", True),
        ("unheard.of", "exists", False),
        ("version", "gte", "1.1.0"),
        ("lastModifiedTime", "gt", "2026-05-01T13:30:00+02:00"),
        (
            "lastModifiedTime",
            "between",
            ["2026-05-01T00:00:00+08:00", "2026-12-31T23:59:59+08:00"],
        ),
        ("aic", "startsWith", "1.2.156.3088.1.1.ue."),
        ("aic", "endsWith", "0ju4"),
        ("endPoints.transport", "in", ["JSONRPC", "http_json"]),
        ("endPoints.transport", "inCs", ["HTTP_JSON"]),
        ("endPoints.transport", "ninCs", ["http_json"]),
        ("skills.tags", "eq", "german"),
        ("skills.tags", "contains", "inter"),
        ("skills.tags", "containsCs", "Inter"),
        ("skills.tags", "notContains", "trans"),
        ("skills.tags", "notContainsCs", "german"),
        ("skills.tags", "startsWithCs", "Ger"),
        ("skills.tags", "endsWithCs", "ing"),
        ("skills.tags", "anyOf", ["french", "german"]),
        ("skills.tags", "allOf", ["german", "interpreting"]),
        ("skills.tags", "noneOf", ["french"]),
        ("skills", "size", 2),
        ("skills", "sizeGt", 1),
        ("skills", "sizeGte", 2),
        ("skills", "sizeLt", 3),
        ("skills", "sizeLte", 2),
        ("securitySchemes", "hasKey", "mtls"),
        ("securitySchemes", "hasNoKey", ["oidc", "apiKey"]),
        ("securitySchemes", "hasAnyKey", ["oidc", "mtls"]),
        ("securitySchemes", "hasAllKeys", ["mtls", "accessToken"]),
    ],
)
def test_what_holds(field: str, op: str, value: Any) -> None:
    assert holds(field, op, value)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("name", "eqCs", "übersetzer"),
        ("name", "ne", "ÜBERSETZER"),
        ("active", "eq", 1),
        ("entityMeta.load", "eq", "3"),
        ("entityMeta.load", "eq", True),
        ("entityMeta.load", "gt", "2"),
        ("entityMeta.load", "nin", [3]),
        ("entityMeta.load", "contains", "3"),
        ("entityMeta.load", "between", [4, 9]),
        ("entityMeta.empty", "exists", True),
        ("unheard.of", "ne", "x"),
        ("unheard.of", "nin", ["x"]),
        ("unheard.of", "noneOf", ["x"]),
        ("unheard.of", "hasNoKey", "x"),
        ("skills.tags", "allOf", ["german", "french"]),
        ("skills.tags", "noneOf", ["GERMAN"]),
        ("skills", "size", 1),
        ("name", "size", 1),
        ("securitySchemes", "hasKey", "MTLS"),
        ("securitySchemes", "hasNoKey", ["oidc", "mtls"]),
        ("lastModifiedTime", "gt", "2026-05-01T14:30:00+02:00"),
        ("lastModifiedTime", "gt", "later"),
    ],
)
def test_what_does_not_hold(field: str, op: str, value: Any) -> None:
    assert not holds(field, op, value)


def test_every_operator_of_the_specification_is_there() -> None:
    names = (
        "eq ne exists gt gte lt lte between in nin contains notContains startsWith endsWith eqCs"
        " neCs inCs ninCs containsCs notContainsCs startsWithCs endsWithCs anyOf allOf noneOf size"
        " sizeGt sizeGte sizeLt sizeLte hasKey hasNoKey hasAnyKey hasAllKeys"
    )
    assert set(OPERATORS) == set(names.split())


def test_logic() -> None:
    yes, no = condition("active", "eq", True), condition("active", "eq", False)
    expected = {
        "and": [True, False, False],
        "or": [True, True, False],
        "not": [False, True, True],
    }
    for logic, results in expected.items():
        for conditions, result in zip(([yes, yes], [yes, no], [no, no]), results, strict=True):
            as_conditions = {"logic": logic, "conditions": conditions}
            as_groups = {"logic": logic, "groups": [{"conditions": [c]} for c in conditions]}
            assert read_filter(as_conditions).matches(ACS) is result
            assert read_filter(as_groups).matches(ACS) is result


def nested(depth: int) -> dict[str, Any]:
    group: dict[str, Any] = {"conditions": [condition("active", "eq", True)]}
    for _ in range(depth - 1):
        group = {"groups": [group]}
    return group


def recursive() -> dict[str, Any]:
    group: dict[str, Any] = {"conditions": []}
    group["groups"] = [group]
    return group


YES = condition("active", "eq", True)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"conditions": []},
        {"logic": "xor", "conditions": [YES]},
        {"logic": ["and"], "conditions": [YES]},
        {"conditions": YES},
        {"conditions": ["active"]},
        {"groups": [{}]},
        {"groups": [None]},
        nested(MAX_DEPTH + 1),
        nested(400),
        recursive(),
        {"conditions": [YES] * (MAX_PARTS + 1)},
        {"groups": [{"conditions": [YES]}] * (MAX_PARTS // 2 + 1)},
        {"groups": [{"groups": [{"conditions": [YES]}] * 40}] * 40},
        {"conditions": [{"op": "eq", "value": 1}]},
        {"conditions": [condition("", "eq", 1)]},
        {"conditions": [condition("a..b", "eq", 1)]},
        {"conditions": [condition("__class__", "eq", 1)]},
        {"conditions": [condition("a" * 129, "eq", 1)]},
        {"conditions": [condition(".".join("abcdefghi"), "eq", 1)]},
        {"conditions": [{"field": "a"}]},
        {"conditions": [condition("a", "matches", "(a+)+$")]},
        {"conditions": [condition("a", "eq")]},
        {"conditions": [condition("a", "eq", {"$gt": 1})]},
        {"conditions": [condition("a", "eq", ["x"])]},
        {"conditions": [condition("a", "eqCs", 1)]},
        {"conditions": [condition("a", "contains", 1)]},
        {"conditions": [condition("a", "contains", "x" * (MAX_TEXT + 1))]},
        {"conditions": [condition("a", "in", "x")]},
        {"conditions": [condition("a", "in", [])]},
        {"conditions": [condition("a", "in", [1] * (MAX_VALUES + 1))]},
        {"conditions": [condition("a", "inCs", [1])]},
        {"conditions": [condition("a", "between", [1])]},
        {"conditions": [condition("a", "between", [1, "x"])]},
        {"conditions": [condition("a", "gt", True)]},
        {"conditions": [condition("a", "exists", "yes")]},
        {"conditions": [condition("a", "size", "2")]},
        {"conditions": [condition("a", "size", True)]},
        {"conditions": [condition("a", "hasKey", 1)]},
    ],
)
def test_what_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(SbiProblem, match="400 FILTER_INVALID: 40004") as caught:
        read_filter(raw)
    assert len(str(caught.value)) < 200


def test_the_deepest_and_the_largest_filter() -> None:
    assert read_filter(nested(MAX_DEPTH)).matches(ACS)
    assert read_filter({"conditions": [YES] * MAX_PARTS}).matches(ACS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
fields = st.sampled_from(["aic", "skills", "skills.tags", "entityMeta", "entityMeta.deep", "a.b"])
conditions = st.builds(
    condition, fields, st.sampled_from([*OPERATORS, "other"]), json_values
) | st.dictionaries(st.sampled_from(["field", "op", "value"]), json_values)
filters = st.recursive(
    st.fixed_dictionaries({"conditions": st.lists(conditions, max_size=4)}),
    lambda inner: st.fixed_dictionaries(
        {"groups": st.lists(inner, max_size=3) | json_values},
        optional={"logic": st.sampled_from(["and", "or", "not", "nor"])},
    ),
    max_leaves=6,
)


@given(filters, st.dictionaries(st.sampled_from(["aic", "skills", "entityMeta", "a"]), json_values))
def test_a_filter_is_refused_or_decides(raw: dict[str, Any], acs: dict[str, Any]) -> None:
    """Whatever is in filter and ACS: no other error, and neither is changed."""
    before = copy.deepcopy((raw, acs))
    with contextlib.suppress(SbiProblem):
        assert read_filter(raw).matches(acs) in (True, False)
    assert repr((raw, acs)) == repr(before)


scalars = st.booleans() | st.integers() | st.text(max_size=8)


@given(scalars, scalars, st.sampled_from([("eq", "ne"), ("in", "nin")]))
def test_an_operator_and_its_opposite(value: Any, given_: Any, ops: tuple[str, str]) -> None:
    taken = given_ if ops[0] == "eq" else [given_]
    results = [
        read_filter({"conditions": [condition("a", op, taken)]}).matches({"a": value}) for op in ops
    ]
    assert results[0] is not results[1]


@given(st.text(max_size=12), st.text(max_size=12))
def test_case_sensitive_variants_are_stricter(value: str, wanted: str) -> None:
    for op in ("eq", "contains", "startsWith", "endsWith"):
        strict, loose = (
            read_filter({"conditions": [condition("a", name, wanted)]}).matches({"a": value})
            for name in (f"{op}Cs", op)
        )
        assert loose or not strict


@given(filters, st.dictionaries(st.sampled_from(["aic", "skills", "entityMeta", "a"]), json_values))
def test_not_turns_a_filter_round(raw: dict[str, Any], acs: dict[str, Any]) -> None:
    try:
        result = read_filter(raw).matches(acs)
        turned = read_filter({"logic": "not", "groups": [raw]}).matches(acs)
    except SbiProblem:
        return
    assert turned is not result
