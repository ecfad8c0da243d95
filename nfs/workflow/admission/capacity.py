"""Guaranteed rates are bounded: who goes first when all intents together want more (TS 28.312
intentPriority and intentPreemptionCapability)."""

from __future__ import annotations

from collections.abc import Collection

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent
from nfs.workflow.admission.conflicts import ConflictType, Contradiction, goes_before
from nfs.workflow.admission.guarantees import Claim, Guarantees, bits, megabits
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Conflict


def make_room(
    intent: OperatorIntent,
    record: IntentRecord,
    guarantees: Guarantees,
    policies: Policies,
    besides: Collection[str] = (),
) -> list[IntentRecord]:
    """Those in effect that must make way for ``intent``, which is that of ``record``; those
    ``besides`` are none any more.

    They have a lower priority and may be pre-empted; the lowest go, the newest of them first. The
    priority is that of the subscription's class; only among a subscriber's own intents it is the
    one that he gives them.
    Raises Conflict, with an offer of what is left, when that does not make room enough.
    """
    wanted, taken = guarantees.rates(intent), guarantees.taken(record, besides)
    left = {slot: bits(policies.operator.capacity[slot]) - taken[slot] for slot in wanted}
    if all(wanted[slot] <= left[slot] for slot in wanted):
        return []
    request = record.request
    lower = [c for c in guarantees.in_effect(besides) if _makes_way(c, intent, request, policies)]
    lower.sort(key=lambda claim: _order(claim.record, request, policies))
    gone: list[Claim] = []
    for slot in wanted:
        for claim in lower:
            if wanted[slot] <= left[slot]:
                break
            if claim not in gone and slot in claim.rates:
                gone.append(claim)
                left = {name: rate + claim.rates.get(name, 0) for name, rate in left.items()}
        if wanted[slot] > left[slot]:
            refusal = Conflict([Contradiction(ConflictType.INTENT).report()])
            if left[slot] > 0 and not intent.sub_intents and not gone:
                refusal.output["offer"] = {slot: megabits(left[slot])}
            raise refusal
    return [claim.record for claim in gone]


def _makes_way(
    claim: Claim, intent: OperatorIntent, request: IntentSubmission, policies: Policies
) -> bool:
    other = claim.record
    if other.intent is None:
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
