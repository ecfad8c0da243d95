"""The structured filter of a discovery: ADP v02.01 clause 4.2.2 (requirement H13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nfs.agw.directory.paths import nodes
from nfs.agw.discovery.operators import Test, ValueNotUsable, test_of
from nfs.common.sbi.problem import SbiProblem

MAX_DEPTH = 3
MAX_PARTS = 32
"""Conditions and groups of a filter, at all depths together."""
MAX_PATH = 128

_PATH = re.compile(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*){0,7}", re.ASCII)
_LOGIC = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    op: str
    value: Any
    test: Test

    def matches(self, acs: dict[str, Any]) -> bool:
        return self.test(nodes(acs, self.field))


@dataclass(frozen=True, slots=True)
class Filter:
    """``not``: not all of the parts match."""

    logic: str
    parts: tuple[Condition | Filter, ...]

    def matches(self, acs: dict[str, Any]) -> bool:
        if self.logic == "or":
            return any(part.matches(acs) for part in self.parts)
        return all(part.matches(acs) for part in self.parts) is (self.logic == "and")

    def needs(self) -> Iterator[Condition]:
        """Conditions that every match meets."""
        if self.logic == "and" or (self.logic == "or" and len(self.parts) == 1):
            for part in self.parts:
                if isinstance(part, Condition):
                    yield part
                else:
                    yield from part.needs()


def read_filter(raw: dict[str, Any]) -> Filter:
    """Raises SbiProblem 400 FILTER_INVALID (ADP 40004)."""
    if _parts_of(raw, MAX_DEPTH) > MAX_PARTS:
        raise invalid(f"a filter has at most {MAX_PARTS} conditions and groups")
    return _filter(raw)


def _parts_of(raw: dict[str, Any], depth: int) -> int:
    if depth == 0:
        raise invalid(f"groups are nested at most {MAX_DEPTH} deep")
    groups = _array(raw, "groups")
    within = sum(_parts_of(_object(group), depth - 1) for group in groups[: MAX_PARTS + 1])
    return len(_array(raw, "conditions")) + len(groups) + within


def _filter(raw: dict[str, Any]) -> Filter:
    logic = raw.get("logic", "and")
    if logic not in _LOGIC:
        raise invalid("logic is one of and, or, not")
    conditions = [_condition(_object(entry)) for entry in _array(raw, "conditions")]
    groups = [_filter(group) for group in _array(raw, "groups")]
    if not conditions and not groups:
        raise invalid("a filter has conditions or groups")
    return Filter(logic, (*conditions, *groups))


def _condition(raw: dict[str, Any]) -> Condition:
    field, op, value = raw.get("field"), raw.get("op"), raw.get("value")
    if not isinstance(field, str) or len(field) > MAX_PATH or not _PATH.fullmatch(field):
        raise invalid("a condition's field is a path of names with dots between them")
    if not isinstance(op, str):
        raise invalid("a condition has an op")
    try:
        return Condition(field, op, value, test_of(op, value))
    except ValueNotUsable as error:
        raise invalid(f"{op} {error}") from None
    except KeyError:
        raise invalid(f"there is no operator {op[:32]!r}") from None


def _array(raw: dict[str, Any], name: str) -> list[Any]:
    value = raw.get(name, [])
    if not isinstance(value, list):
        raise invalid(f"{name} is an array")
    return value


def _object(raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise invalid("conditions and groups are objects")
    return raw


def invalid(detail: str) -> SbiProblem:
    return SbiProblem(400, "FILTER_INVALID", f"40004: {detail}")
