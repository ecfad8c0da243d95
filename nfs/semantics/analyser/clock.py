"""Masks times of day: ``from 6 to 8 pm``, ``until half past ten``, ``now``.

Values are ``now`` or local ISO 8601, None where the words do not say which of two hours is meant
and the user's local time is not known either.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import cache

from nfs.semantics.analyser.masks import ANY_MASK, MaskedText, Measure
from nfs.semantics.analyser.numerals import any_of, numerals
from nfs.semantics.letters import lower
from nfs.semantics.resources import load

_ISO = r"(?:\d{4}-\d\d-\d\d)?T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?"
_LOCAL = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?"
_HOUR_MINUTE = r"T\d\d:\d\d"
_HALF_DAY = 12


class ClockReader:
    """Masks the times of day of one language."""

    def __init__(self, language: str) -> None:
        data = load("quantities", language)
        words = data["times"]
        self._numerals = numerals(language)
        self._meridiem: dict[str, re.Pattern[str]] = {
            name: re.compile(rf"(?<![a-z])(?:{p})(?!\w)") for name, p in words["meridiem"].items()
        }
        self._shifts: dict[str, int] = words["minutesPast"] | words["minutesAfter"]
        self._oclock_in_24: bool = words.get("oclockIn24", False)
        self._named: dict[str, str] = words["named"]
        self._morning, self._afternoon, self._tomorrow = (
            _compile(words[name]) for name in ("morning", "afternoon", "tomorrow")
        )
        self._bygone = _compile(words.get("bygone", "(?!)"))
        hour = rf"(?:[01]?\d|2[0-4]|(?:{self._numerals.hours})(?!\w))(?!\d)"
        minute = rf"(?:[0-5]\d|{words['minutes']})" if "minutes" in words else r"[0-5]\d"
        meridiem = rf"(?:{'|'.join(words['meridiem'].values())})(?!\w)"
        past = rf"(?:(?:{any_of(words['minutesPast'])}) )?"
        after = rf"(?: (?:{any_of(words['minutesAfter'])}))?"
        oclock = rf" ?(?:{words['oclock']})(?!\w)"
        named = rf"(?:{words['morning']}|{words['afternoon']}|{words['tomorrow']})\b"
        part = rf"(?:{named}|{Measure.PAST.pattern})"
        self._parts = re.compile(
            rf"{past}(?P<hour>{hour})(?:(?:{words['separator']}|\.)(?P<minute>{minute}))?"
            rf"(?P<oclock>{oclock})?",
            re.IGNORECASE,
        )
        exact = (
            rf"(?:{_ISO}|(?:{'|'.join(self._named)})\b"
            rf"|(?:{part} )?{hour}(?:{words['separator']}){minute}(?: ?{meridiem})?"
            rf"|(?:{part} )?{past}{hour}{oclock}{after}"
            rf"|{past}{hour}(?:\.[0-5]\d)?(?: ?{meridiem}|(?:{oclock})?{after},? {part}))"
            rf"(?:,? {part})*"
        )
        bare = rf"{past}{hour}(?:{oclock})?{after}"
        ends = rf"(?= *(?:$|[,.;!?)،؛؟।]|{ANY_MASK}|(?:{words['followers']})\b))"
        clock = rf"(?:{exact}|{bare}{ends})"
        day = rf"(?:(?P<day>{part}),? )?"
        at = words.get("point", "(?!)")
        point = rf"(?!{at} (?:{any_of(words['minutesPast'])}) )"
        to = rf" ?(?:{words['to']}) ?"
        self._range = _compile(
            rf"(?<!\w){day}{point}(?:{words['from']}) (?P<clock>{exact}|{bare})"
            rf"(?={to}(?P<end>{clock}))"
        )
        self._short_range = _compile(
            rf"(?<!\w)(?<!{at} ){day}(?P<clock>{exact}|{bare})(?={to}(?P<end>{exact}))"
        )
        self._range_end = _compile(rf"(?P<head>{Measure.START.pattern}){to}(?P<clock>{clock})")
        behind = words.get("untilBehind", "(?!)")
        self._until = _compile(rf"\b(?:{words['until']}) {day}(?P<clock>{clock})")
        self._until_behind = _compile(rf"(?<!\w){day}(?P<clock>{exact}|{bare}) ?(?:{behind})\b")
        self._start = _compile(rf"(?<!\w){day}(?:{words['from']}) (?P<clock>{clock})")
        self._lone = _compile(rf"\b(?P<clock>{exact})")
        self._now = _compile(rf"\b(?:{words['now']})\b")
        self._day_part = _compile(rf"\b{named}")

    def hide(self, masked: MaskedText, now: datetime | None) -> None:
        """Mask the times of day; ``now`` is the user's local time where it is known.

        A time that is over has no value, so that the user is asked about it.
        """

        def read(match: re.Match[str]) -> str | None:
            if self._bygone.search(masked.reveal(match[0])):
                return None
            groups = match.groupdict()
            return self._read(match["clock"], groups.get("day"), groups.get("end"), now)

        def read_end(match: re.Match[str]) -> str | None:
            """The end of a range, in the half of the day that comes after its start."""
            value, start = read(match), masked.quantities[match["head"]].value
            if value is None and isinstance(start, str) and re.fullmatch(_HOUR_MINUTE, start):
                return f"T{self._next(lower(match['clock']), _at(start)):%H:%M}"
            return value

        masked.hide(self._range, Measure.START, read)
        masked.hide(self._short_range, Measure.START, read)
        masked.hide(self._range_end, Measure.END, read_end)
        masked.hide(self._until, Measure.END, read)
        masked.hide(self._until_behind, Measure.END, read)
        masked.hide(self._start, Measure.START, read)
        masked.hide(self._lone, Measure.START, read)
        masked.hide(self._now, Measure.START, lambda _: "now")
        masked.hide(self._day_part, Measure.PAST, lambda _: None)

    def _read(
        self, clock: str, day: str | None, range_end: str | None, now: datetime | None
    ) -> str | None:
        if re.fullmatch(_ISO, clock):
            return None if _is_over(clock, now) else clock
        words = f"{day or ''} {clock}".lower()
        tomorrow = self._tomorrow.search(words) is not None
        at = self._named_time(words) or self._time(words, f"{words} {range_end or ''}".lower())
        if at is None:
            at = None if now is None or tomorrow else self._next(words, now)
        if at is None or (tomorrow and now is None):
            return None
        date = f"{(now + timedelta(days=1)).date()}" if tomorrow and now else ""
        return f"{date}T{at:%H:%M}"

    def _named_time(self, words: str) -> time | None:
        named = (text for name, text in self._named.items() if re.search(rf"\b{name}\b", words))
        text = next(named, None)
        return None if text is None else time.fromisoformat(text)

    def _time(self, words: str, context: str) -> time | None:
        """The time of day, None if it may be either half; ``context`` may name the half."""
        hour, minute, in_24 = self._hour_minute(words)
        afternoon = self._half(words) or self._half(context)
        if afternoon is None:
            return time(hour % 24, minute) if in_24 else None
        if hour > _HALF_DAY:
            return time(hour % 24, minute)
        return time(hour % _HALF_DAY + (_HALF_DAY if afternoon == "pm" else 0), minute)

    def _half(self, words: str) -> str | None:
        for name, pattern in self._meridiem.items():
            if pattern.search(words):
                return name
        if self._afternoon.search(words):
            return "pm"
        return "am" if self._morning.search(words) else None

    def _hour_minute(self, words: str) -> tuple[int, int, bool]:
        """Hour, minute, and whether they are written as on a 24-hour clock."""
        match = self._parts.search(words)
        assert match is not None  # noqa: S101 - the clock's own pattern matched
        hour, minute = int(self._numerals.parse(match["hour"])), 0
        if match["minute"]:
            minute = int(self._numerals.parse(match["minute"]))
        shifts = (m for name, m in self._shifts.items() if re.search(rf"{name}(?!\w)", words))
        shift = next(shifts, 0)
        total = hour * 60 + minute + shift
        in_24 = match["minute"] is not None or hour > _HALF_DAY or hour == 0
        in_24 = in_24 or (self._oclock_in_24 and match["oclock"] is not None)
        return total // 60, total % 60, in_24

    def _next(self, words: str, now: datetime) -> time:
        """The one of the two hours that comes first after ``now``."""
        hour, minute, _ = self._hour_minute(words)
        first, second = time(hour % _HALF_DAY, minute), time(hour % _HALF_DAY + _HALF_DAY, minute)
        return second if first <= now.time() < second else first


def _is_over(clock: str, now: datetime | None) -> bool:
    """Whether a local date and time is before ``now``; a zone or no date leaves that open."""
    if now is None or not re.fullmatch(_LOCAL, clock):
        return False
    return datetime.fromisoformat(clock) < now


def _at(clock: str) -> datetime:
    return datetime.combine(datetime.min, time.fromisoformat(clock[1:]))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def clock_reader(language: str) -> ClockReader:
    return ClockReader(language)
