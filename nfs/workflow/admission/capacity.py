"""Guaranteed rates are bounded: who goes first when all intents together want more (TS 28.312
intentPriority and intentPreemptionCapability)."""

from __future__ import annotations

from collections.abc import Sequence

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent, SubIntent
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission.conflicts import ConflictType, Contradiction, goes_before
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Conflict

_GUARANTEED = frozenset({Kind.QOS_ASSURE, Kind.PRIVATELINE_CREATE})


def wants_guarantees(intent: OperatorIntent, policies: Policies) -> bool:
    """Whether it wants some of what is bounded."""
    return any(_rate(intent, slot) for slot in policies.operator.capacity)


def make_room(
    intent: OperatorIntent,
    request: IntentSubmission,
    others: Sequence[IntentRecord],
    policies: Policies,
) -> list[IntentRecord]:
    """Those of ``others``, which hold or come first, that must make way for ``intent``.

    They have a lower priority and may be pre-empted; the lowest go, the newest of them first. The
    priority is that of the subscription's class; only among a subscriber's own intents it is the
    one that he gives them.
    Raises Conflict, with an offer of what is left, when that does not make room enough.
    """
    lower = [other for other in others if _makes_way(other, intent, request, policies)]
    lower.sort(key=lambda other: _order(other, request, policies))
    gone: list[IntentRecord] = []
    for slot, capacity in policies.operator.capacity.items():
        wanted = _rate(intent, slot)
        if not wanted:
            continue
        for other in lower:
            if wanted <= _left(capacity, slot, others, gone):
                break
            if other not in gone and _rate(other.intent, slot):
                gone.append(other)
        left = _left(capacity, slot, others, gone)
        if wanted > left:
            refusal = Conflict([Contradiction(ConflictType.INTENT).report()])
            if left > 0 and not intent.sub_intents and not gone:
                refusal.output["offer"] = {slot: left}
            raise refusal
    return gone


def _left(
    capacity: float, slot: str, others: Sequence[IntentRecord], gone: Sequence[IntentRecord]
) -> float:
    return capacity - sum(_rate(other.intent, slot) for other in others if other not in gone)


def _makes_way(
    other: IntentRecord, intent: OperatorIntent, request: IntentSubmission, policies: Policies
) -> bool:
    """What is still under way is not pre-empted: it may fail by itself."""
    if not other.holds or other.intent is None:
        return False
    if _own(other, request) and other.intent.priority and intent.priority:
        return goes_before(intent, other.intent)
    priority = policies.priority(intent.kind, request.subscription.intent_class)
    preemptable = policies.class_of(other.request.subscription.intent_class).preemptable
    return preemptable and _priority(other, policies) < priority


def _order(
    other: IntentRecord, request: IntentSubmission, policies: Policies
) -> tuple[bool, int, int, float]:
    """The subscriber's own first: others lose nothing for what he can give up himself."""
    own = _own(other, request)
    given = (other.intent.priority or 0) if own and other.intent is not None else 0
    return not own, _priority(other, policies), given, -other.created_at.timestamp()


def _own(other: IntentRecord, request: IntentSubmission) -> bool:
    return other.request.supi == request.supi


def _priority(record: IntentRecord, policies: Policies) -> int:
    return policies.priority(record.kind, record.request.subscription.intent_class)


def _rate(intent: OperatorIntent | None, slot: str) -> float:
    """Mbit/s that an intent wants guaranteed."""
    if intent is None:
        return 0
    parts: Sequence[OperatorIntent | SubIntent] = intent.sub_intents or [intent]
    rates = [p.slots.to_json().get(slot, 0) for p in parts if p.kind in _GUARANTEED]
    return float(sum(rates))
