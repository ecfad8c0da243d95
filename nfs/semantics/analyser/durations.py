"""Masks durations, and the points in time that are a duration away.

Values are seconds and ``+SECONDS``, None where the words do not say (``a few minutes``).
"""

from __future__ import annotations

import re
from functools import cache

from nfs.semantics.analyser.masks import MaskedText, Measure
from nfs.semantics.analyser.numerals import numerals
from nfs.semantics.analyser.units import Units
from nfs.semantics.resources import load


class DurationReader:
    """Masks durations and the points in time that are a duration away."""

    def __init__(self, language: str) -> None:
        data = load("quantities", language)
        words = data["times"]
        self._numerals = numerals(language)
        self._units = Units(language, "duration")
        self._amounts = [(_compile(e["pattern"]), e["value"]) for e in data["amounts"]]
        self._fractions = [(_compile(e["pattern"]), e["value"]) for e in data["fractions"]]
        unit = self._units.pattern
        amount = f"(?:{self._numerals.pattern}|{_any(data['amounts'])})"
        fraction = f"(?:{_any(data['fractions'])})?"
        self._single = _compile(
            rf"(?:(?P<number>{self._numerals.pattern})|(?P<amount>{_any(data['amounts'])}))"
            rf"(?P<inner>{fraction})[ -]?(?P<unit>{unit})(?P<outer>{fraction})"
        )
        single = rf"{amount}{fraction}[ -]?{unit}{fraction}"
        span = rf"(?<!\w){single}(?:(?: and|,)? {single})?"
        lasting, start, coming = (f"(?:{words[name]})" for name in ("lasting", "start", "next"))
        self._past = _compile(
            rf"\b(?:{words['past']})\b".replace("{amount}", amount).replace("{unit}", unit)
        )
        vague = rf"(?:(?:{words['vague']}) {unit}|(?:{words['while']})\b)"
        self._vague_start = _compile(rf"\b{start} {vague}")
        self._vague_span = _compile(rf"\b(?:{lasting} (?:{coming} )?)?{vague}")
        self._later = _compile(rf"{span} (?:{words['later']})\b")
        self._coming = _compile(
            rf"\b(?:{lasting} )?"
            rf"(?:{coming} (?:(?P<span>{span})|(?P<one>{unit})(?P<more>{fraction}))"
            rf"|(?:{words['whole']}) (?P<all>{unit})(?P<rest>{fraction}))"
        )
        self._start = _compile(rf"\b{start} (?P<span>{span})")
        long = rf"(?:[ -](?:{words['long']})\b)?"
        self._lasting = _compile(rf"(?:\b{lasting} )?(?P<span>{span}){long}")

    def hide(self, masked: MaskedText) -> None:
        masked.hide(self._past, Measure.PAST, lambda _: None)
        masked.hide(self._vague_start, Measure.START, lambda _: None)
        masked.hide(self._vague_span, Measure.DURATION, lambda _: None)
        masked.hide(self._later, Measure.START, lambda m: self._offset(m[0]))
        masked.hide(self._coming, Measure.DURATION, self._read_coming)
        masked.hide(self._start, Measure.START, lambda m: self._offset(m["span"]))
        masked.hide(self._lasting, Measure.DURATION, lambda m: self.seconds(m["span"]))

    def seconds(self, text: str) -> int | None:
        """Seconds of ``an hour and a half``, ``1 h 30 min``; None below one second."""
        total = 0.0
        for match in self._single.finditer(text):
            amount = self._amount(match) + self._fraction(match["inner"])
            factor = self._units.factor(match["unit"])
            total += (amount + self._fraction(match["outer"])) * factor
        return round(total) or None

    def _amount(self, match: re.Match[str]) -> float:
        if match["number"] is not None:
            return self._numerals.parse(match["number"])
        fits = (value for name, value in self._amounts if name.fullmatch(match["amount"]))
        return float(next(fits))

    def _fraction(self, text: str) -> float:
        fits = (value for name, value in self._fractions if name.fullmatch(text))
        return float(next(fits, 0))

    def _offset(self, text: str) -> str | None:
        seconds = self.seconds(text)
        return None if seconds is None else f"+{seconds}"

    def _read_coming(self, match: re.Match[str]) -> int | None:
        if match["span"] is not None:
            return self.seconds(match["span"])
        more = self._fraction(match["more"] or match["rest"] or "")
        return round(self._units.factor(match["one"] or match["all"]) * (1 + more))


def _any(entries: list[dict[str, str]]) -> str:
    return "|".join(entry["pattern"] for entry in entries)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def duration_reader(language: str) -> DurationReader:
    return DurationReader(language)
