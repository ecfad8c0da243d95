"""Masking: what is read in one piece (quotations, quantities, times) stands as one character.

Patterns over the rest of the text then see neither digits nor quoted words: a quotation cannot
speak for a kind, and a noun phrase ends where a quantity begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from nfs.semantics.letters import alike

_FIRST = 0xE000
_PER_MEASURE = 64
_LONGEST_SIGN = 10
_BELOW_ZERO = re.compile(
    r"(?:(?<!\S)[-−–]|\b(?:minus|negative) |负 ?|マイナス ?|سالب |माइनस )$", re.IGNORECASE
)
"""In front of a number; a hyphen after a word or before a space is none."""

ANY_MASK = f"[{chr(_FIRST)}-\uf8ff]"


class Measure(Enum):
    """What a mask stands for; the value's unit is that of the intent vocabulary."""

    QUOTE = 0
    THROUGHPUT = 1
    SPEED = 2
    PERCENT = 3
    DELAY = 4
    DURATION = 5
    START = 6
    END = 7
    PAST = 8
    DISTANCE = 9

    @property
    def pattern(self) -> str:
        """A character class of this measure's masks."""
        first = _FIRST + self.value * _PER_MEASURE
        return f"[{chr(first)}-{chr(first + _PER_MEASURE - 1)}]"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A masked piece: its words, and its value where the text gives one."""

    measure: Measure
    source: str
    value: float | str | None


@dataclass(slots=True)
class MaskedText:
    """A text whose pieces are masked step by step; ``quantities`` has the piece of each mask."""

    text: str
    quantities: dict[str, Quantity] = field(default_factory=dict)

    def hide(
        self,
        pattern: re.Pattern[str],
        measure: Measure,
        read: Callable[[re.Match[str]], float | str | None],
    ) -> None:
        """Mask what ``pattern`` matches; group ``head``, if it has one, stays in front.

        No quantity is below zero: such a number has no value.
        """

        def replace(match: re.Match[str]) -> str:
            whole = self.text[slice(*match.span())]
            head = whole[: len(match.groupdict().get("head") or "")]
            value = read(match)
            if isinstance(value, int | float) and self._below_zero(match.start() + len(head)):
                value = None
            mask = self.add(measure, whole[len(head) :], value)
            return whole if mask is None else head + mask

        kept, end = [], 0
        for match in pattern.finditer(alike(self.text)):
            kept += [self.text[end : match.start()], replace(match)]
            end = match.end()
        self.text = "".join([*kept, self.text[end:]])

    def _below_zero(self, start: int) -> bool:
        before = self.text[max(0, start - _LONGEST_SIGN) : start]
        return _BELOW_ZERO.search(before) is not None

    def add(self, measure: Measure, source: str, value: float | str | None) -> str | None:
        """A new mask, None when there are as many of this measure as can be told apart."""
        count = sum(q.measure is measure for q in self.quantities.values())
        if count == _PER_MEASURE:
            return None
        mask = chr(_FIRST + measure.value * _PER_MEASURE + count)
        self.quantities[mask] = Quantity(measure, self.reveal(source), value)
        return mask

    def reveal(self, text: str) -> str:
        """``text`` with its masks undone."""
        if text.isascii():
            return text
        return "".join(self.quantities[c].source if c in self.quantities else c for c in text)

    def in_order(self, text: str) -> list[tuple[int, Quantity]]:
        """Offset and quantity of each mask in ``text``."""
        return [(i, self.quantities[c]) for i, c in enumerate(text) if c in self.quantities]
