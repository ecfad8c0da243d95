"""What the quantities of a text measure: the slots they fill, by the words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from nfs.semantics.analyser.masks import MaskedText, Measure, Quantity
from nfs.semantics.analyser.numerals import tidy
from nfs.semantics.letters import lower
from nfs.semantics.resources import load

_MOSTLY = 50
"""A bare percentage from here on is a reliability; below it says nothing."""

_LIMITS = frozenset({"latency", "jitter", "packetLoss", "accuracy"})
"""Slots that are to be at most their value; throughputs and reliability are to be at least that."""

_FIXED_SLOTS = {
    Measure.SPEED: "speed",
    Measure.DISTANCE: "accuracy",
    Measure.DURATION: "durationSeconds",
    Measure.START: "startTime",
    Measure.END: "endTime",
}


@dataclass(slots=True)
class Measured:
    """Slots by wire name, and those that the text speaks of without giving a value."""

    slots: dict[str, int | float | str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    bounds: dict[str, dict[str, float]] = field(default_factory=dict)
    """Of a slot, what it is to be at most and at least."""

    def bound(self, slot: str, side: str, value: float | str | None) -> None:
        """The text gives ``side`` (``atMost``, ``atLeast``) of a slot; both may be said."""
        if isinstance(value, int | float):
            self.bounds.setdefault(slot, {}).setdefault(side, value)

    def settle(self) -> None:
        """Where both bounds of a slot are said, the one it is about; none that contradict."""
        for slot, sides in self.bounds.items():
            most, least = sides.get("atMost"), sides.get("atLeast")
            if most is None or least is None:
                continue
            if least > most:
                self.slots.pop(slot, None)
                self.put(slot, None)
            else:
                self.slots[slot] = tidy(most if slot in _LIMITS else least)
        self.open = [slot for slot in self.open if slot not in self.slots]

    def put(self, slot: str, value: float | str | None) -> None:
        """The first value of a slot counts."""
        if value is None:
            if slot not in self.open:
                self.open.append(slot)
        else:
            self.slots.setdefault(slot, value if isinstance(value, str) else tidy(value))


class MeasureReader:
    """Reads the measures of one language."""

    def __init__(self, language: str) -> None:
        data = load("quantities", language)
        names: dict[str, str] = data["measures"]
        flows: list[str] = load("words", language)["uplinkFlows"]
        self._words = {name: _words(pattern) for name, pattern in names.items()}
        self._sides = {side: _words(data.get(side, "(?!)")) for side in ("atMost", "atLeast")}
        self._directions = {
            "uplinkThroughput": _words(f"{names['uplink']}|{names['up']}"),
            "downlinkThroughput": _words(f"{names['downlink']}|{names['down']}"),
        }
        self._glue = rf",?(?: (?:{data['glue']})){{0,3}} "
        self._leaves_device = _words("|".join(flows))

    def read(self, text: str, masked: MaskedText) -> Measured:
        """The measures of ``text``, a piece of ``masked``."""
        measured = Measured()
        found = masked.in_order(text)
        delay = "latency"
        for n, (offset, quantity) in enumerate(found):
            before = lower(text[found[n - 1][0] + 1 if n else 0 : offset])
            after = lower(text[offset + 1 : found[n + 1][0] if n + 1 < len(found) else None])
            slots = self._slots(quantity, before, after, text, delay)
            if quantity.measure is Measure.DELAY:
                (delay,) = slots
            for slot in slots:
                measured.put(slot, quantity.value)
                if side := self._side(before):
                    measured.bound(slot, side, quantity.value)
        measured.settle()
        return measured

    def _side(self, before: str) -> str | None:
        """Whether the words before a quantity make it the most or the least."""
        last = {side: _last(words, before) for side, words in self._sides.items()}
        side = max(last, key=last.__getitem__)
        return side if last[side] >= 0 else None

    def _slots(
        self, quantity: Quantity, before: str, after: str, text: str, delay: str
    ) -> list[str]:
        match quantity.measure:
            case Measure.DELAY:
                return [self._nearest(("jitter", "latency"), quantity, before, after) or delay]
            case Measure.PERCENT:
                names = ("packetLoss", "reliability")
                named = self._nearest(names, quantity, before, after)
                bare = isinstance(quantity.value, float) and quantity.value >= _MOSTLY
                return [named] if named else ["reliability"] if bare else []
            case Measure.THROUGHPUT:
                return self._throughputs(before, after, text)
            case measure if measure in _FIXED_SLOTS:
                return [_FIXED_SLOTS[measure]]
        return []

    def _nearest(
        self, names: tuple[str, ...], quantity: Quantity, before: str, after: str
    ) -> str | None:
        """The measure named in the quantity, right behind it, last before it, or behind it."""
        for name in names:
            if self._words[name].search(lower(quantity.source)):
                return name
        for name in names:
            if re.match(self._glue + self._words[name].pattern, after):
                return name
        last = {name: _last(self._words[name], before) for name in names}
        best = max(names, key=last.__getitem__)
        if last[best] >= 0:
            return best
        return next((name for name in names if self._words[name].search(after)), None)

    def _throughputs(self, before: str, after: str, text: str) -> list[str]:
        both = self._words["bothWays"]
        if both.search(after) or both.search(before):
            return list(self._directions)
        for slot, words in self._directions.items():
            if re.match(self._glue + words.pattern, after):
                return [slot]
        last = {
            "uplinkThroughput": _last(self._words["uplink"], before),
            "downlinkThroughput": _last(self._words["downlink"], before),
        }
        named = max(last, key=last.__getitem__)
        if last[named] >= 0:
            return [named]
        if self._words["uplink"].search(after):
            return ["uplinkThroughput"]
        leaves = self._leaves_device.search(lower(text)) is not None
        return ["uplinkThroughput" if leaves else "downlinkThroughput"]


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


@cache
def measure_reader(language: str) -> MeasureReader:
    return MeasureReader(language)
