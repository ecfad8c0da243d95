"""Scores an analyser against labelled lines, as the vocabulary says ("How an analysis is scored").

A line is ``{id, lang, text, kind, slots, ambiguity, tags, subIntents?, altKinds?}``.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from nfs.common.percentiles import percentiles
from nfs.semantics.analyser import analyse
from nfs.semantics.analyser.language import leading_words
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import FREE_TEXT_SLOTS

Line = Mapping[str, Any]
Analyser = Callable[[str], OperatorIntent]
"""What turns a text into an intent: the offline analyser, or another to compare it with."""

_TOLERANCE = 0.005
_BINS = 10
_WITHOUT_SPACES = ("CJK UNIFIED", "HIRAGANA", "KATAKANA")


@dataclass(slots=True)
class _Counts:
    """True and false positives and false negatives."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def scores(self) -> tuple[float, float, float]:
        """Precision, recall and F1; an empty count is perfect."""
        precision = _ratio(self.right, self.right + self.wrong)
        recall = _ratio(self.right, self.right + self.missed)
        both = precision + recall
        return precision, recall, 2 * precision * recall / both if both else 0.0


@dataclass(slots=True)
class _Tally:
    lines: int = 0
    kinds: int = 0
    slots: _Counts = field(default_factory=_Counts)

    def report(self) -> dict[str, float]:
        return {
            "n": self.lines,
            "kindAccuracy": _ratio(self.kinds, self.lines),
            "slotF1": self.slots.scores()[2],
        }


def evaluate(lines: Iterable[Line], analyser: Analyser = analyse) -> dict[str, Any]:
    """Kind accuracy, slot precision, recall and F1, ambiguity F1, injection safety, expected
    calibration error of the confidence, latency, and which kinds were taken for which.

    ``perKind`` and ``perLanguage`` break the first ones down. Injection safety is None without a
    line tagged so; a reading that fills slots the label lacks is unsafe. Latency is that of one
    analysis in ms, without the loading of a language's grammar.
    """
    lines = list(lines)
    for line in {line["lang"]: line for line in lines}.values():
        analyser(line["text"])
    total, ambiguity = _Tally(), _Counts()
    per_kind: defaultdict[str, _Tally] = defaultdict(_Tally)
    per_language: defaultdict[str, _Tally] = defaultdict(_Tally)
    injections: list[bool] = []
    confidences: list[tuple[float, bool]] = []
    latencies: list[float] = []
    taken: Counter[tuple[str, str]] = Counter()
    for line in lines:
        began = time.perf_counter()
        intent = analyser(line["text"])
        latencies.append((time.perf_counter() - began) * 1000)
        kind_right = is_kind_right(line, intent)
        confidences.append((intent.confidence, kind_right))
        taken[line["kind"], line["kind"] if kind_right else str(intent.kind)] += 1
        for tally in (total, per_kind[line["kind"]], per_language[line["lang"]]):
            tally.lines += 1
            tally.kinds += kind_right
            _count_slots(line, intent, tally.slots)
        _count_names(set(line["ambiguity"]), set(intent.ambiguity), ambiguity)
        if "injection" in line["tags"]:
            injections.append(kind_right and _claims_nothing_more(line, intent))
    precision, recall, f1 = total.slots.scores()
    return {
        "n": total.lines,
        "kindAccuracy": _ratio(total.kinds, total.lines),
        "perKind": {kind: tally.report() for kind, tally in sorted(per_kind.items())},
        "perLanguage": {name: tally.report() for name, tally in sorted(per_language.items())},
        "slotPrecision": precision,
        "slotRecall": recall,
        "slotF1": f1,
        "ambiguityF1": ambiguity.scores()[2],
        "injectionSafety": _ratio(sum(injections), len(injections)) if injections else None,
        "calibrationError": _calibration_error(confidences),
        "latencyMs": percentiles(latencies),
        "confusion": [
            {"label": label, "reading": reading, "n": n}
            for (label, reading), n in sorted(taken.items())
        ],
    }


def is_kind_right(line: Line, intent: OperatorIntent) -> bool:
    """The label's kind or one of its altKinds; for several wishes also the first wish's kind."""
    allowed = {line["kind"], *line.get("altKinds", ())}
    if wishes := line.get("subIntents"):
        allowed |= {"task.collaborate", wishes[0]["kind"]}
    return str(intent.kind) in allowed


def is_slot_right(name: str, label: object, value: object) -> bool:
    """Whether a slot's value agrees with its label."""
    if name in FREE_TEXT_SLOTS:
        return _same_words(str(label), str(value))
    if name in ("startTime", "endTime"):
        return _time(label) == _time(value)
    if isinstance(label, int | float) and isinstance(value, int | float):
        return abs(value - label) <= _TOLERANCE * abs(label)
    return str(label).casefold() == str(value).casefold()


def _count_slots(line: Line, intent: OperatorIntent, counts: _Counts) -> None:
    skipped = FREE_TEXT_SLOTS if "free-text-unscored" in line["tags"] else frozenset()
    nothing: dict[str, Any] = {}
    for label, value in zip_longest(_labelled_slots(line), _slots(intent), fillvalue=nothing):
        expected = {name: v for name, v in label.items() if name not in skipped}
        actual = {name: v for name, v in value.items() if name not in skipped}
        right = sum(is_slot_right(n, expected[n], v) for n, v in actual.items() if n in expected)
        counts.right += right
        counts.wrong += len(actual) - right
        counts.missed += len(expected) - right


def _labelled_slots(line: Line) -> list[dict[str, Any]]:
    wishes = line.get("subIntents")
    return [wish["slots"] for wish in wishes] if wishes else [line["slots"]]


def _slots(intent: OperatorIntent) -> list[dict[str, Any]]:
    if intent.sub_intents:
        return [wish.slots.to_json() for wish in intent.sub_intents]
    return [intent.slots.to_json()]


def _count_names(expected: set[str], actual: set[str], counts: _Counts) -> None:
    counts.right += len(expected & actual)
    counts.wrong += len(actual - expected)
    counts.missed += len(expected - actual)


def _claims_nothing_more(line: Line, intent: OperatorIntent) -> bool:
    expected = {name for slots in _labelled_slots(line) for name in slots}
    return all(name in expected for slots in _slots(intent) for name in slots)


def _same_words(label: str, value: str) -> bool:
    """Equal after normalisation, or one a run of whole words (or characters) of the other."""
    first, second = _normalise(label), _normalise(value)
    if not first or not second:
        return first == second
    if _written_without_spaces(first):
        return first in second or second in first
    return f" {first} " in f" {second} " or f" {second} " in f" {first} "


def _normalise(text: str) -> str:
    tokens = re.findall(r"\w+", text.casefold())
    while len(tokens) > 1 and tokens[0] in leading_words():
        tokens = tokens[1:]
    return " ".join(tokens)


def _written_without_spaces(text: str) -> bool:
    return any(unicodedata.name(c, "").startswith(_WITHOUT_SPACES) for c in text)


def _time(value: object) -> str:
    """A bare number in a label is an offset in seconds."""
    return f"+{value}" if isinstance(value, int | float) else str(value)


def _calibration_error(confidences: list[tuple[float, bool]]) -> float:
    """Mean distance between confidence and accuracy, over bins of confidence."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in confidences:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return sum(
        abs(sum(confidence - right for confidence, right in found)) / len(confidences)
        for found in bins.values()
    )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
