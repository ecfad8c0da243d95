"""A clause as one wish: which kind, how sure, on what evidence; and which clauses are one wish."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.semantics.analyser.rules import Evidence, rules, scores
from nfs.semantics.analyser.slots import Filled
from nfs.semantics.letters import lower
from nfs.semantics.vocabulary import MEASURED, PROFILES, Kind

_LONGEST_CLAUSE = 512
"""What a clause wishes is said in its first characters; this bounds the work."""

_THRESHOLD = 1.0
_FORBIDDEN = 5.0
_FULL_STRENGTH = 3.0
_NOTHING_KNOWN = 0.6
_MOST_CONFIDENT = 0.99
_NO_COLLABORATION = frozenset({Kind.TASK_COLLABORATE})

_ABSORBING = {
    Kind.QOS_ASSURE: frozenset({Kind.NETWORK_DIAGNOSE}),
    Kind.NETWORK_DIAGNOSE: frozenset({Kind.QOS_ASSURE}),
    Kind.MOBILITY_ANNOUNCE: frozenset({Kind.QOS_ASSURE}),
    Kind.ENERGY_SAVE: frozenset({Kind.QOS_ASSURE}),
    Kind.PRIVATELINE_CREATE: frozenset({Kind.QOS_ASSURE}),
    Kind.COMPUTE_INFERENCE: frozenset({Kind.QOS_ASSURE}),
}
"""Kinds that another kind may stand for when both speak of one matter."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A clause read as one wish; ``score`` is the weight of the evidence for ``kind``."""

    text: str
    language: str
    kind: Kind
    score: float
    confidence: float
    evidence: list[Evidence]

    @property
    def forbidden(self) -> bool:
        """Whether the clause asks for what no network may do."""
        return self.kind is Kind.NONE and self.score >= _FORBIDDEN

    @property
    def names_work(self) -> bool:
        """Whether the clause says what is to be done with something."""
        mine = [item for item in self.evidence if item.rule.kind is self.kind]
        return any("capability" in item.rule.constants or item.captures() for item in mine)

    def as_single_wish(self) -> Reading:
        """This clause as a step of a task rather than the task itself."""
        if self.kind is not Kind.TASK_COLLABORATE:
            return self
        return _judge(self.text, self.language, self.evidence, _NO_COLLABORATION)

    def as_kind(self, kind: Kind, confidence: float | None = None) -> Reading:
        sure = self.confidence if confidence is None else confidence
        return Reading(self.text, self.language, kind, self.score, sure, self.evidence)


@dataclass(frozen=True, slots=True)
class Wish:
    """A reading with its slots."""

    reading: Reading
    filled: Filled


def read(text: str, language: str) -> Reading:
    """``text``, masked and without courtesies, as one wish."""
    evidence = rules(language).evidence(lower(text[:_LONGEST_CLAUSE]))
    return _judge(text, language, evidence, frozenset())


def join(first: Wish, second: Wish) -> Reading | None:
    """Both clauses as one reading if they speak of one wish, else None."""
    kind = _common_kind(first, second)
    if kind is None or _contradict(first.filled, second.filled):
        return None
    return read(f"{first.reading.text}, {second.reading.text}", first.reading.language).as_kind(
        kind
    )


def _common_kind(first: Wish, second: Wish) -> Kind | None:
    kinds = (first.reading.kind, second.reading.kind)
    if kinds[0] is kinds[1]:
        return kinds[0]
    if set(kinds) == {Kind.QOS_ASSURE, Kind.NETWORK_DIAGNOSE}:
        return Kind.NETWORK_DIAGNOSE
    for absorbing, other in ((first, second), (second, first)):
        absorbed = _ABSORBING.get(absorbing.reading.kind, frozenset())
        measures = MEASURED.keys() & PROFILES[absorbing.reading.kind].carries
        if other.reading.kind in absorbed and other.filled.slots.keys() <= measures:
            return absorbing.reading.kind
    return None


def _contradict(first: Filled, second: Filled) -> bool:
    return any(second.slots.get(slot, value) != value for slot, value in first.slots.items())


def _judge(
    text: str, language: str, evidence: list[Evidence], excluded: frozenset[Kind]
) -> Reading:
    weights = {kind: s for kind, s in scores(evidence).items() if kind not in excluded}
    best = max(weights, key=weights.__getitem__, default=Kind.NONE)
    score = weights.get(best, 0.0)
    if score < _THRESHOLD:
        return Reading(text, language, Kind.NONE, 0.0, _NOTHING_KNOWN, evidence)
    runner_up = max((s for kind, s in weights.items() if kind is not best), default=0.0)
    return Reading(text, language, best, score, _confidence(score, runner_up), evidence)


def _confidence(score: float, runner_up: float) -> float:
    """From how strong the evidence is, and how far ahead of the next kind."""
    strength = min(score / _FULL_STRENGTH, 1.0)
    margin = (score - runner_up) / score
    return min(round(0.35 + 0.35 * strength + 0.3 * margin, 3), _MOST_CONFIDENT)
