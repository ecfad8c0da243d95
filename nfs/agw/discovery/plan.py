"""Where to look for what a filter may match, so that few agents of a million are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from nfs.agw.directory.index import INDEXED, AgentIndex
from nfs.agw.discovery.filter import Condition, Filter

_ONE = frozenset({"eq", "eqCs"})
_ONE_OF = frozenset({"in", "inCs", "anyOf"})
_ALL_OF = frozenset({"allOf"})


def candidates(index: AgentIndex, wanted: Filter | None) -> Iterator[str]:
    """AICs of live agents, all that match among them: by the need that fewest meet."""
    needs = list(wanted.needs()) if wanted else []
    for need in needs:
        if need.field == "aic" and need.op.removesuffix("Cs") in ("eq", "startsWith"):
            return index.starting(str(need.value).casefold().upper())
    leads = [(need.field, values) for need in needs for values in _values(need)]
    if not leads:
        return index.starting("")
    path, values = min(leads, key=lambda lead: sum(len(index.group(lead[0], v)) for v in lead[1]))
    return iter(dict.fromkeys(chain.from_iterable(index.group(path, value) for value in values)))


def _values(need: Condition) -> list[list[Any]]:
    """Sets of values, of each of which a match has one at the path of ``need``."""
    if need.field not in INDEXED:
        return []
    if need.op in _ONE:
        return [[need.value]]
    if need.op in _ONE_OF:
        return [need.value]
    if need.op in _ALL_OF:
        return [[value] for value in need.value]
    return []
