"""Which words a text must have for a pattern to match it at all.

Most patterns of a grammar have nothing to do with a text. Those whose words it lacks are told by
set operations on how its words begin, which is far cheaper than to try them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_LETTERS = 3
_BEGINNING = re.compile(rf"\b\w{{1,{_LETTERS}}}")
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)

Beginnings = frozenset[str]
"""Of words: up to three letters each."""


def beginnings(text: str) -> Beginnings:
    """Every beginning of every word of ``text``."""
    longest = set(_BEGINNING.findall(text))
    return frozenset(word[:n] for word in longest for n in range(1, len(word) + 1))


def needed(pattern: str) -> Beginnings | None:
    """Beginnings of which any text that ``pattern`` matches has one; None if that is unknown."""
    found = _of_sequence(parser.parse(pattern), False)[0]
    return min(found, key=_cost, default=None)


def _cost(words: Beginnings) -> float:
    """How often one of the beginnings is to be expected: the shorter, the more often."""
    return sum(10.0 ** -len(word) for word in words)


def _of_sequence(items: Iterable[Any], at_start: bool) -> tuple[list[Beginnings], bool]:
    """What each item that is always there needs, and whether a word may only start behind them.

    ``at_start``: a letter at this place can but be the first of a word.
    """
    found: list[Beginnings] = []
    literals = ""
    for code, argument in [*items, (None, None)]:
        if code is op.LITERAL and chr(argument).isalnum():
            literals += chr(argument) if at_start or literals else ""
            at_start = False
            continue
        if literals:
            found.append(frozenset({literals[:_LETTERS]}))
            literals = ""
        if code is not None:
            more, at_start = _of_item(code, argument, at_start)
            found += more
    return found, at_start


def _of_item(code: Any, argument: Any, at_start: bool) -> tuple[list[Beginnings], bool]:
    if code is op.LITERAL:
        return [], chr(argument) != "_"
    if code is op.AT:
        return [], argument in (op.AT_BOUNDARY, op.AT_BEGINNING, op.AT_BEGINNING_STRING)
    if code in (op.ASSERT, op.ASSERT_NOT):
        return [], at_start
    if code is op.SUBPATTERN:
        return _of_sequence(argument[3], at_start)
    if code is op.ATOMIC_GROUP:
        return _of_sequence(argument, at_start)
    if code is op.BRANCH:
        return _of_branches([_of_sequence(way, at_start) for way in argument[1]])
    if code in _REPEATS:
        least, _, body = argument
        found, ends_at_start = _of_sequence(body, at_start)
        return (found, ends_at_start) if least else ([], at_start and ends_at_start)
    return [], False


def _of_branches(ways: list[tuple[list[Beginnings], bool]]) -> tuple[list[Beginnings], bool]:
    best = [min(found, key=_cost, default=None) for found, _ in ways]
    told = [words for words in best if words is not None]
    union = [frozenset[str]().union(*told)] if len(told) == len(ways) else []
    return union, all(at_start for _, at_start in ways)
