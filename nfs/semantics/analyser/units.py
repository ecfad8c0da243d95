"""Units as a language writes them, and what one of each is in the unit of the vocabulary."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nfs.semantics.resources import load

_AFTER_DIGIT = r"(?:(?<=\d)|(?<=\d ))"


@dataclass(frozen=True, slots=True)
class _Unit:
    exact: re.Pattern[str]
    pattern: str
    factor: float


class Units:
    """The units of one measure; ``pattern`` matches any of them."""

    def __init__(self, language: str, measure: str) -> None:
        self._units: list[_Unit] = []
        for entry in load("quantities", language)["units"][measure]:
            pattern = f"(?:{entry['pattern']})"
            case = 0 if entry.get("caseSensitive") else re.IGNORECASE
            guard = _AFTER_DIGIT if entry.get("afterDigit") else ""
            self._units.append(_Unit(re.compile(pattern, case), guard + pattern, entry["value"]))
        self.pattern = "(?:" + "|".join(unit.pattern for unit in self._units) + r")(?!\w)"

    def factor(self, written: str) -> float:
        """What one of ``written`` is; the first unit of the file that it is."""
        return next(unit.factor for unit in self._units if unit.exact.fullmatch(written))
