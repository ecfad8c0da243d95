"""Conflicts of an intent with others that are carried out or hold, by the types of TS 28.312.

Of a subscriber's own intents that contradict each other the one with the higher intentPriority
goes first; without priorities he is told, and may have the new one replace the other. Where
intents of several subscribers want more than there is, see ``capacity``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from pydantic import JsonValue

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import Effect, OperatorIntent, Slots, SubIntent, Subject
from nfs.semantics.letters import lower
from nfs.semantics.render import replace_question
from nfs.semantics.vocabulary import MEASURED, Kind
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.meaning.devices import find_device
from nfs.workflow.refusal import Conflict


class ConflictType(StrEnum):
    """conflictType of IntentConflictReport (TS 28.312)."""

    INTENT = "INTENT_CONFLICT"
    EXPECTATION = "EXPECTATION_CONFLICT"
    TARGET = "TARGET_CONFLICT"


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish of an intent, and the device that it is about (a SUPI, None if unknown)."""

    kind: Kind
    slots: Slots
    device: str | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What two wishes disagree on; ``target`` names the target of a target conflict."""

    type: ConflictType
    target: str | None = None

    def report(self, intent_id: str | None = None) -> dict[str, JsonValue]:
        """As an IntentConflictReport; ``intent_id`` is the other intent, if one may know it."""
        told: dict[str, JsonValue] = {"conflictId": "1", "conflictType": self.type.value}
        if intent_id is not None:
            told["conflictingIntent"] = intent_id
        return told | ({"conflictingTarget": self.target} if self.target else {})


def own_conflicts(
    intent: OperatorIntent, request: IntentSubmission, others: Iterable[IntentRecord]
) -> list[IntentRecord]:
    """Those of the subscriber's ``others`` that ``intent`` contradicts and goes before.

    Raises Conflict when a wish of it contradicts another of its own, or one of ``others`` that
    does not make way by itself: then the subscriber is asked, unless that one goes first.
    """
    obsolete: list[IntentRecord] = []
    wishes = wishes_of(intent, request)
    for number, wish in enumerate(wishes):
        for earlier in wishes[:number]:
            if (found := contradiction(wish, earlier)) is not None:
                raise Conflict([found.report()], reason="these wishes contradict each other")
    for other in others:
        if other.intent is None:
            continue
        pairs = product(wishes, wishes_of(other.intent, other.request))
        found = next(filter(None, (contradiction(*pair) for pair in pairs)), None)
        if found is None:
            continue
        if goes_before(intent, other.intent):
            obsolete.append(other)
            continue
        report = found.report(other.intent_id)
        if goes_before(other.intent, intent):
            raise Conflict([report], reason="a request that goes first contradicts this")
        name = other.intent.description or str(other.intent.kind)
        raise Conflict([report], replace_question(name, intent.language), other.intent_id)
    return obsolete


def goes_before(one: OperatorIntent, other: OperatorIntent) -> bool:
    """Among the intents of one subscriber, who may give them an intentPriority (TS 28.312)."""
    return (one.priority or 0) > (other.priority or 0) > 0


def wishes_of(intent: OperatorIntent, request: IntentSubmission) -> list[Wish]:
    parts: Sequence[OperatorIntent | SubIntent] = intent.sub_intents or [intent]
    return [Wish(p.kind, p.slots, find_device(p.slots.target, request)) for p in parts]


def contradiction(one: Wish, other: Wish) -> Contradiction | None:
    """Why both cannot be; None when they can."""
    if one.device is None or one.device != other.device:
        return None
    found = (rule(*pair) for rule in _RULES for pair in ((one, other), (other, one)))
    return next((each for each in found if each is not None), None)


def _quality_while_saving(one: Wish, other: Wish) -> Contradiction | None:
    if one.kind is Kind.ENERGY_SAVE and other.kind is Kind.QOS_ASSURE:
        return Contradiction(ConflictType.EXPECTATION)
    return None


def _two_values(one: Wish, other: Wish) -> Contradiction | None:
    """Two values of a target, for one application."""
    same_flow = _plain(one.slots.application) == _plain(other.slots.application)
    if not (one.kind is other.kind is Kind.QOS_ASSURE and same_flow):
        return None
    wanted, had = one.slots.to_json(), other.slots.to_json()
    for name in MEASURED:
        if name in wanted and name in had and wanted[name] != had[name]:
            return Contradiction(ConflictType.TARGET, name)
    return None


def _watched_though_forbidden(one: Wish, other: Wish) -> Contradiction | None:
    forbids = one.kind is Kind.POLICY_SET and one.slots.effect is Effect.DENY
    about_place = one.slots.subject in (Subject.LOCATION, Subject.ALL)
    everybody = one.slots.target is None
    if forbids and about_place and everybody and other.kind is Kind.LOCATION_GEOFENCE:
        return Contradiction(ConflictType.INTENT)
    return None


_RULES: Sequence[Callable[[Wish, Wish], Contradiction | None]] = (
    _quality_while_saving,
    _two_values,
    _watched_though_forbidden,
)


def _plain(name: str | None) -> str:
    return lower(name or "")
