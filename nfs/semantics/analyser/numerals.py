"""Numbers in digits and in words."""

from __future__ import annotations

import re
from functools import cache

from nfs.semantics.resources import load

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|[.,]\d+"
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_LONGEST = 8
_HUGE = 1e15


class Numerals:
    """The number words of one language; ``pattern`` matches a number, ``parse`` reads it."""

    def __init__(self, language: str) -> None:
        data = load("quantities", language)["numerals"]
        self._values: dict[str, int] = data["values"]
        self._multipliers: dict[str, int] = data["multipliers"]
        self._point: str = data["point"]
        word = "|".join(sorted([*self._values, *self._multipliers], key=len, reverse=True))
        links = rf"(?:[ -](?:{data['and']} )?(?:{self._point} )?(?:{word})\b){{0,{_LONGEST}}}"
        article = rf"(?:an? (?=(?:{'|'.join(self._multipliers)})\b))?"
        self.pattern = rf"(?<![\w.,])(?:{_DIGITS}|{article}(?:{word})\b{links})"

    def parse(self, text: str) -> float:
        """The value of what ``pattern`` matched: ``99.9``, ``1,000``, ``one hundred and fifty``."""
        if text[-1].isdigit():
            grouped = _THOUSANDS.fullmatch(text)
            return min(float(text.replace(",", "" if grouped else ".")), _HUGE)
        whole, _, fraction = text.lower().partition(f" {self._point} ")
        value = float(self._words(whole))
        for place, word in enumerate(re.findall(r"\w+", fraction), start=1):
            value += self._values.get(word, 0) / 10**place
        return value

    def _words(self, text: str) -> int:
        total = current = 0
        for word in re.findall(r"\w+", text):
            if word in self._multipliers:
                current = (current or 1) * self._multipliers[word]
                if self._multipliers[word] >= 1000:
                    total, current = total + current, 0
            else:
                current += self._values.get(word, 0)
        return min(total + current, int(_HUGE))


@cache
def numerals(language: str) -> Numerals:
    return Numerals(language)


def tidy(value: float) -> int | float:
    """``value`` without a spurious fraction: 20 instead of 20.0, 0.3 instead of 0.30000000004."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
