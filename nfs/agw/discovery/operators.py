"""The operators of a discovery filter: ADP v02.01 clause 4.2.2 (requirement H13).

A condition holds when one of the values at its path meets it, those of arrays one by one: also for
``ne``, ``nin`` and ``notContains``. Where nothing stands at the path only ``exists: false`` holds.
Letters match in either case unless the operator ends in ``Cs``. Each operator takes the condition's
value once, when the filter is read, and gives a test of what stands at the path.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from nfs.agw.directory.paths import scalars

MAX_VALUES = 64
MAX_TEXT = 256

Test = Callable[[list[Any]], bool]
"""Takes what stands at the path: see ``nfs.agw.directory.paths.nodes``."""
_Key = tuple[str, Any]
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class ValueNotUsable(ValueError):
    """The value of a condition is not one that its operator takes."""


def test_of(name: str, value: Any) -> Test:
    """Raises KeyError for an unknown operator, ValueNotUsable."""
    return OPERATORS[name](value)


def _folded(value: Any) -> _Key:
    kind, plain = _exact(value)
    return kind, plain.casefold() if kind == "text" else plain


def _exact(value: Any) -> _Key:
    if isinstance(value, bool):
        return "boolean", value
    return ("text" if isinstance(value, str) else "number"), value


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool | int | float):
        return value
    raise ValueNotUsable("takes a string, a number or a boolean")


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueNotUsable(f"takes a string of at most {MAX_TEXT} characters")
    return value


def _list(value: Any, item: Callable[[Any], Any] = _scalar) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_VALUES:
        raise ValueNotUsable(f"takes an array of 1 to {MAX_VALUES} values")
    return [item(each) for each in value]


def _any(holds: Callable[[Any], bool]) -> Test:
    return lambda nodes: any(holds(value) for node in nodes for value in scalars(node))


def _equal(key: Callable[[Any], _Key], take: Callable[[Any], Any], *, wanted: bool) -> Any:
    def make(value: Any) -> Test:
        given = key(take(value))
        return _any(lambda found: (key(found) == given) is wanted)

    return make


def _among(key: Callable[[Any], _Key], item: Callable[[Any], Any], *, wanted: bool) -> Any:
    def make(value: Any) -> Test:
        given = {key(each) for each in _list(value, item)}
        return _any(lambda found: (key(found) in given) is wanted)

    return make


def _string(
    key: Callable[[Any], _Key], holds: Callable[[str, str], bool], *, wanted: bool = True
) -> Any:
    def make(value: Any) -> Test:
        _, given = key(_text(value))

        def test(found: Any) -> bool:
            kind, text = key(found)
            return kind == "text" and holds(text, given) is wanted

        return _any(test)

    return make


def _rank(value: Any) -> _Key:
    """Numbers, times (ISO 8601 with offset) and other strings are compared among themselves."""
    kind, plain = _exact(value)
    if kind == "text":
        try:
            time = datetime.fromisoformat(plain)
        except ValueError:
            return kind, plain
        return ("time", time.timestamp()) if time.tzinfo else (kind, plain)
    return kind, plain


def _limit(value: Any) -> _Key:
    rank = _rank(_scalar(value))
    if rank[0] == "boolean":
        raise ValueNotUsable("takes a number or a string")
    return rank


def _compared(holds: Callable[[Any, Any], bool]) -> Any:
    def make(value: Any) -> Test:
        kind, limit = _limit(value)

        def test(found: Any) -> bool:
            found_kind, rank = _rank(found)
            return found_kind == kind and holds(rank, limit)

        return _any(test)

    return make


def _between(value: Any) -> Test:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueNotUsable("takes an array of two limits")
    (kind, low), (other, high) = _limit(value[0]), _limit(value[1])
    if kind != other:
        raise ValueNotUsable("takes two limits of one kind")

    def test(found: Any) -> bool:
        found_kind, rank = _rank(found)
        return bool(found_kind == kind and low <= rank <= high)

    return _any(test)


def _exists(value: Any) -> Test:
    if not isinstance(value, bool):
        raise ValueNotUsable("takes a boolean")
    return lambda nodes: any(node not in (None, "", [], {}) for node in nodes) is value


def _elements(holds: Callable[[set[_Key], set[_Key]], bool]) -> Any:
    """Of what all arrays at the path have together."""

    def make(value: Any) -> Test:
        given = {_folded(each) for each in _list(value)}

        def test(nodes: list[Any]) -> bool:
            arrays = [node for node in nodes if isinstance(node, list)]
            found = {_folded(item) for array in arrays for item in scalars(array)}
            return bool(arrays) and holds(found, given)

        return test

    return make


def _size(holds: Callable[[Any, Any], bool]) -> Any:
    def make(value: Any) -> Test:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueNotUsable("takes a whole number")
        return lambda nodes: any(isinstance(n, list) and holds(len(n), value) for n in nodes)

    return make


def _keys(holds: Callable[[Iterable[bool]], bool]) -> Any:
    def make(value: Any) -> Test:
        given = _list(value, _text) if isinstance(value, list) else [_text(value)]
        return lambda nodes: any(
            isinstance(node, dict) and holds(key in node for key in given) for node in nodes
        )

    return make


OPERATORS: dict[str, Callable[[Any], Test]] = {
    "eq": _equal(_folded, _scalar, wanted=True),
    "ne": _equal(_folded, _scalar, wanted=False),
    "eqCs": _equal(_exact, _text, wanted=True),
    "neCs": _equal(_exact, _text, wanted=False),
    "in": _among(_folded, _scalar, wanted=True),
    "nin": _among(_folded, _scalar, wanted=False),
    "inCs": _among(_exact, _text, wanted=True),
    "ninCs": _among(_exact, _text, wanted=False),
    "contains": _string(_folded, operator.contains),
    "containsCs": _string(_exact, operator.contains),
    "notContains": _string(_folded, operator.contains, wanted=False),
    "notContainsCs": _string(_exact, operator.contains, wanted=False),
    "startsWith": _string(_folded, str.startswith),
    "startsWithCs": _string(_exact, str.startswith),
    "endsWith": _string(_folded, str.endswith),
    "endsWithCs": _string(_exact, str.endswith),
    **{name: _compared(holds) for name, holds in _ORDERS.items()},
    "between": _between,
    "exists": _exists,
    "anyOf": _elements(lambda found, given: not found.isdisjoint(given)),
    "allOf": _elements(lambda found, given: found >= given),
    "noneOf": _elements(lambda found, given: found.isdisjoint(given)),
    "size": _size(operator.eq),
    **{f"size{name.title()}": _size(holds) for name, holds in _ORDERS.items()},
    "hasKey": _keys(all),
    "hasAllKeys": _keys(all),
    "hasAnyKey": _keys(any),
    "hasNoKey": _keys(lambda there: not any(there)),
}
