"""Numbers in digits and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol

from nfs.semantics.letters import lower
from nfs.semantics.resources import load

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d+(?:[.,]\d+)?|[.,]\d+"
_POWER = r"\d+(?:\.\d+)?(?:e\+?|\^)\d{1,3}"
_POWER_PARTS = re.compile(r"(?P<base>[\d.]+)(?:(?P<tens>e)\+?|\^)(?P<power>\d+)", re.IGNORECASE)
_MOST_POWER = 15
_NUMBER = rf"(?:{_POWER}|{_DIGITS})"
_THOUSANDS = {
    ".": re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?"),
    ",": re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?"),
}
"""Numbers in groups of three digits, by the decimal mark of the language."""
_LONGEST = 8
_HUGE = 1e15
_THOUSAND = 1000
_TEN_THOUSAND = 10_000


class Numerals(Protocol):
    """The numbers of one language; ``pattern`` matches one, ``parse`` reads it."""

    pattern: str
    hours: str
    """The words for the hours of a clock."""

    def parse(self, text: str) -> float: ...


class WordNumerals:
    """Numbers of words: ``one hundred and fifty``, ``einundzwanzig``, ``quatre-vingt-dix``."""

    def __init__(self, data: dict[str, Any], hours: dict[str, int]) -> None:
        self._values: dict[str, int] = data["values"] | hours
        self._multipliers: dict[str, int] = data["multipliers"]
        self._point: str = data["point"]
        self._mark: str = data.get("decimal", ".")
        gap = "[ -]?" if data.get("glued") else "[ -]"
        word = any_of([*data["values"], *self._multipliers])
        self._word = re.compile(any_of([*self._values, *self._multipliers]))
        links = rf"(?:{gap}(?:{data['and']})?(?:{self._point} )?(?:{word})){{0,{_LONGEST}}}"
        before = rf"(?:{data['article']} (?=(?:{any_of(self._multipliers)})\b))?"
        self.pattern = rf"(?<![\w.,])(?:{_NUMBER}|{before}(?:{word}){links}(?!\w))"
        self.hours = any_of(hours or [w for w, value in self._values.items() if 1 <= value <= 12])

    def parse(self, text: str) -> float:
        """The value of what ``pattern`` matched: ``99.9``, ``1,000``, ``one hundred and fifty``."""
        if text[-1].isdigit():
            return _digits(text, self._mark)
        whole, _, fraction = lower(text).partition(f" {self._point} ")
        value = float(self._whole(whole))
        for place, word in enumerate(self._word.findall(fraction), start=1):
            value += self._values.get(word, 0) / 10**place
        return value

    def _whole(self, text: str) -> int:
        total = current = 0
        for word in self._word.findall(text):
            if word in self._multipliers:
                current = (current or 1) * self._multipliers[word]
                if self._multipliers[word] >= _THOUSAND:
                    total, current = total + current, 0
            else:
                current += self._values.get(word, 0)
        return min(total + current, int(_HUGE))


class HanNumerals:
    """Numbers in Chinese characters: ``三百五十``, ``两万``, ``九十九点九``."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._values: dict[str, int] = data["values"]
        self._multipliers: dict[str, int] = data["multipliers"]
        self._point: str = data["point"]
        digit = f"[{''.join([*self._values, *self._multipliers])}]"
        self.hours = rf"{digit}{{1,3}}"
        decimals = rf"(?: ?{self._point} ?{digit}{{1,{_LONGEST}}})?"
        large = rf"(?:{_NUMBER})(?: ?[万亿](?!\w))?"
        self.pattern = rf"(?<![\w.,])(?:{large}|{digit}{{1,16}}{decimals}(?!\w))"

    def parse(self, text: str) -> float:
        whole, _, fraction = text.replace(" ", "").partition(self._point)
        if whole[-1].isdecimal():
            return _digits(whole)
        if whole[0].isdecimal():
            return _digits(whole[:-1]) * self._multipliers[whole[-1]]
        value = float(self._whole(whole))
        for place, character in enumerate(fraction, start=1):
            value += self._values.get(character, 0) / 10**place
        return value

    def _whole(self, text: str) -> int:
        if not set(text) & self._multipliers.keys():
            return int("".join(str(self._values[c]) for c in text))
        total = section = digit = 0
        for character in text:
            unit = self._multipliers.get(character)
            if unit is None:
                digit = self._values[character]
            elif unit < _TEN_THOUSAND:
                section, digit = section + (digit or 1) * unit, 0
            else:
                total, section, digit = (total + section + digit) * unit, 0, 0
        return min(total + section + digit, int(_HUGE))


@cache
def numerals(language: str) -> Numerals:
    quantities = load("quantities", language)
    data = quantities["numerals"]
    if data.get("han"):
        return HanNumerals(data)
    return WordNumerals(data, quantities["times"].get("hours", {}))


def tidy(value: float) -> int | float:
    """``value`` without a spurious fraction: 20 instead of 20.0, 0.3 instead of 0.30000000004."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _digits(text: str, mark: str = ".") -> float:
    if parts := _POWER_PARTS.fullmatch(text):
        base, power = float(parts["base"]), min(int(parts["power"]), _MOST_POWER)
        return min(base * 10.0**power if parts["tens"] else min(base, _HUGE) ** power, _HUGE)
    if _THOUSANDS[mark].fullmatch(text):
        text = text.replace("," if mark == "." else ".", "")
    return min(float(text.replace(",", ".")), _HUGE)


def any_of(words: Iterable[str]) -> str:
    """An alternation of ``words``, the longest first; of none, what nothing matches."""
    return "|".join(sorted(words, key=len, reverse=True)) or "(?!)"
