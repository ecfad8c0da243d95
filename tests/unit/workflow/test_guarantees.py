"""The sums of what intents have guaranteed are those of all intents, whatever becomes of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import IntentStatus, OperatorIntent, Slots
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission.guarantees import Guarantees
from nfs.workflow.execution import UndoCall
from nfs.workflow.lives.records import IntentRecord

SLOT, OTHER = "downlinkThroughput", "uplinkThroughput"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
RATES = (0.1, 0.3, 2.5, 100.0)
STATES = (
    IntentStatus.ACKNOWLEDGED,
    IntentStatus.IN_PROGRESS,
    IntentStatus.FULFILLED,
    IntentStatus.DEGRADED,
    IntentStatus.EXPIRED,
)


@pytest.fixture
def make(request_: IntentSubmission) -> Callable[[int], IntentRecord]:
    def made(number: int) -> IntentRecord:
        rate = RATES[number % len(RATES)]
        uplink = {"uplinkThroughput": rate} if number % 2 else {}
        slots = Slots.model_validate({"downlinkThroughput": rate} | uplink)
        return IntentRecord(
            intent_id=str(number),
            owner="one",
            created_at=NOW + timedelta(seconds=number),
            request=request_,
            intent=OperatorIntent(kind=Kind.QOS_ASSURE, slots=slots),
        )

    return made


def counted(record: IntentRecord, new: IntentRecord) -> bool:
    return not record.ended and (record.holds or record.created_at < new.created_at)


def test_sums_are_those_of_all_intents(make: Callable[[int], IntentRecord]) -> None:
    generated = random.Random(7)
    guarantees, records = Guarantees((SLOT, OTHER)), [make(number) for number in range(40)]
    for _ in range(2000):
        record = generated.choice(records)
        record.status = generated.choice(STATES)
        record.undo_calls = [UndoCall(tool="remove", input={})] * generated.randrange(2)
        guarantees.note(record)
        if generated.random() < 0.1:
            guarantees.forget(record.intent_id)
            record.status = IntentStatus.EXPIRED
        new = generated.choice(records)
        noted = [r for r in records if r.intent_id in set(guarantees)]
        others = [r for r in noted if r is not new and counted(r, new)]
        taken = guarantees.taken(new, {new.intent_id})
        for slot in (SLOT, OTHER):
            rates = (r.intent.slots.to_json().get(slot, 0) for r in others if r.intent)
            assert taken[slot] == round(sum(rates) * 1_000_000)
    for record in records:
        guarantees.forget(record.intent_id)
    assert set(guarantees) == set()
    assert not any(guarantees.taken(make(99), ()).values())
