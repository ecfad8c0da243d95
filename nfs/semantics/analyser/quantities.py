"""Masks quantities with a unit, and the numbers whose unit goes without saying."""

from __future__ import annotations

import re
from functools import cache

from nfs.semantics.analyser.masks import MaskedText, Measure
from nfs.semantics.analyser.numerals import numerals
from nfs.semantics.analyser.units import Units
from nfs.semantics.resources import load

_WITH_UNIT = (Measure.THROUGHPUT, Measure.SPEED, Measure.PERCENT, Measure.DELAY)
_COUNTED_IN_WORDS = (Measure.THROUGHPUT, Measure.DELAY, Measure.PERCENT, Measure.DISTANCE)
_MILLISECONDS = 1000
_MINUS = r"(?P<minus>(?<![\w.,)])[-\u2212](?=\d))?"
"""Nothing that is measured is less than nothing: what is said so is left open."""


class QuantityReader:
    """Masks the quantities of one language, all but times."""

    def __init__(self, language: str) -> None:
        data = load("quantities", language)
        self._numerals = numerals(language)
        number = f"(?P<number>{self._numerals.pattern})"
        amounts = "|".join(entry["pattern"] for entry in data["amounts"])
        counts = dict.fromkeys(_COUNTED_IN_WORDS, rf"(?:{number}|\b(?P<amount>{amounts}))")
        self._units = {
            measure: Units(language, measure.name.lower())
            for measure in (*_WITH_UNIT, Measure.DISTANCE)
        }
        self._with_unit = {
            measure: _compile(
                rf"{_MINUS}{counts.get(measure, number)}[ -]?(?P<unit>{units.pattern})"
            )
            for measure, units in self._units.items()
        }
        self._nines = _compile(data["nines"].replace("{number}", number))
        self._lossless = _compile(data["lossless"])
        latency = data["measures"]["latency"]
        seconds = Units(language, "duration").pattern
        gap = rf"(?: {data['comparators']}){{0,5}}"
        self._bare_delay = _compile(
            rf"(?P<head>\b(?:{latency}){gap} ?){number}(?![.,]?\w|%| ?(?:{seconds}))"
        )
        second = data["second"]
        self._seconds = _compile(
            rf"(?P<head>\b(?:{latency}){gap} ){number}[ -]?(?:{second})\b"
            rf"|(?:(?P<amount>{amounts}) |(?P<other>{self._numerals.pattern})[ -]?)(?:{second})"
            rf"(?=(?: of)? (?:{latency})\b)"
        )
        self._amounts = [(_compile(e["pattern"]), e["value"]) for e in data["amounts"]]
        fraction = "|".join(entry["pattern"] for entry in data["amounts"] if entry["value"] < 1)
        self._below_second = _compile(
            rf"\b(?:(?P<number>0?[.,]\d+)[ -]?|(?P<amount>{fraction}) )(?:{second})(?!\w)"
        )
        self._ratio = _compile(
            data.get("ratio", "(?!)").replace("{number}", numerals(language).pattern)
        )
        direction = f"{data['measures']['up']}|{data['measures']['down']}"
        bare = rf"(?:{direction}),?(?: and)? "
        self._bare_pair = _compile(rf"{number}(?= {bare}\d+(?:\.\d+)? (?:{direction})\b)")
        self._bare_throughput = _compile(
            rf"(?P<head>{Measure.THROUGHPUT.pattern} (?:{direction}),?(?: and)? )"
            rf"{number}(?= (?:{direction})\b)"
        )

    def hide(self, masked: MaskedText) -> None:
        """Mask every quantity but times and distances, which look alike until times are masked."""
        masked.hide(self._ratio, Measure.PERCENT, self._read_ratio)
        for measure in _WITH_UNIT:
            self._hide_with_unit(masked, measure)
        masked.hide(self._nines, Measure.PERCENT, self._read_nines)
        masked.hide(self._lossless, Measure.PERCENT, lambda _: 0)
        masked.hide(self._bare_pair, Measure.THROUGHPUT, self._number)
        masked.hide(self._bare_throughput, Measure.THROUGHPUT, self._number)
        masked.hide(self._seconds, Measure.DELAY, self._read_seconds)
        masked.hide(self._below_second, Measure.DELAY, self._read_below_second)
        masked.hide(self._bare_delay, Measure.DELAY, self._number)

    def hide_distances(self, masked: MaskedText) -> None:
        self._hide_with_unit(masked, Measure.DISTANCE)

    def _hide_with_unit(self, masked: MaskedText, measure: Measure) -> None:
        units = self._units[measure]

        def read(match: re.Match[str]) -> float | None:
            if match["minus"] is not None:
                return None
            return self._amount(match) * units.factor(match["unit"])

        masked.hide(self._with_unit[measure], measure, read)

    def _amount(self, match: re.Match[str]) -> float:
        """The number, or what words such as ``half a`` stand for."""
        words = match.groupdict().get("amount")
        if words is None:
            return self._number(match)
        return float(next(value for name, value in self._amounts if name.fullmatch(words)))

    def _number(self, match: re.Match[str]) -> float:
        return self._numerals.parse(match["number"])

    def _read_nines(self, match: re.Match[str]) -> float | None:
        """Five nines are 99.999 percent."""
        count = int(self._number(match))
        return 100 - 10.0 ** (2 - count) if 1 <= count <= 9 else None

    def _read_ratio(self, match: re.Match[str]) -> float | None:
        """One in a thousand is 0.1 percent."""
        whole = self._numerals.parse(match["whole"])
        return 100 * self._numerals.parse(match["part"]) / whole if whole else None

    def _read_below_second(self, match: re.Match[str]) -> float:
        """No time that a wish could last is that short."""
        return self._amount(match) * _MILLISECONDS

    def _read_seconds(self, match: re.Match[str]) -> float:
        if match["other"] is not None:
            return self._numerals.parse(match["other"]) * _MILLISECONDS
        return self._amount(match) * _MILLISECONDS


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def quantity_reader(language: str) -> QuantityReader:
    return QuantityReader(language)
