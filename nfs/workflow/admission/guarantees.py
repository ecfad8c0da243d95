"""What intents have guaranteed, in sums: whether there is room for one more is known without a look
at all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nfs.semantics.intent import OperatorIntent, SubIntent
from nfs.semantics.vocabulary import Kind
from nfs.workflow.kinds.task_collaborate import wishes
from nfs.workflow.lives.records import IntentRecord

_GUARANTEED = frozenset({Kind.QOS_ASSURE, Kind.PRIVATELINE_CREATE})
_MEGA = 1_000_000

Rates = Mapping[str, int]
"""Bit/s by slot: whole numbers, so that what was added and taken away again leaves nothing."""


def bits(megabits: float) -> int:
    return round(megabits * _MEGA)


def megabits(bits_: int) -> float:
    return bits_ / _MEGA


@dataclass(frozen=True, slots=True)
class Claim:
    record: IntentRecord
    rates: Rates


class Guarantees:
    """The claims of all intents, whichever instance drives them; ``slots`` are what is bounded."""

    def __init__(self, slots: Collection[str]) -> None:
        self._slots = tuple(slots)
        self._in_effect: dict[str, Claim] = {}
        self._under_way: dict[str, Claim] = {}
        self._sums: Counter[str] = Counter()

    def __iter__(self) -> Iterator[str]:
        """Identifiers of the intents with a claim."""
        return iter([*self._in_effect, *self._under_way])

    def note(self, record: IntentRecord) -> None:
        """How an intent stands now. What is a whole of several wishes is claimed by these."""
        self.forget(record.intent_id)
        intent = record.intent
        if intent is None or record.ended or not (rates := self.rates(intent)):
            return
        if len(wishes(intent)) > 1:
            return
        if record.holds:
            self._in_effect[record.intent_id] = Claim(record, rates)
            self._sums.update(rates)
        else:
            self._under_way[record.intent_id] = Claim(record, rates)

    def forget(self, intent_id: str) -> None:
        self._under_way.pop(intent_id, None)
        if (claim := self._in_effect.pop(intent_id, None)) is not None:
            self._sums.subtract(claim.rates)

    def rates(self, intent: OperatorIntent) -> Rates:
        """What an intent wants of what is bounded."""
        parts: Sequence[OperatorIntent | SubIntent] = intent.sub_intents or [intent]
        slots = [part.slots.to_json() for part in parts if part.kind in _GUARANTEED]
        sums = {name: sum(bits(each.get(name, 0)) for each in slots) for name in self._slots}
        return {name: wanted for name, wanted in sums.items() if wanted}

    def taken(self, record: IntentRecord, besides: Collection[str]) -> Rates:
        """What is in effect, and under way since before ``record``, but for the intents
        ``besides``."""
        taken = Counter(self._sums)
        for intent_id in besides:
            if (claim := self._in_effect.get(intent_id)) is not None:
                taken.subtract(claim.rates)
        for intent_id, claim in self._under_way.items():
            if claim.record.created_at < record.created_at and intent_id not in besides:
                taken.update(claim.rates)
        return taken

    def in_effect(self, besides: Collection[str]) -> list[Claim]:
        """What might make way; what is under way may fail by itself."""
        return [c for intent_id, c in self._in_effect.items() if intent_id not in besides]
