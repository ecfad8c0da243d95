"""Conflicts of intents: found, told by the types of TS 28.312, ordered by priority."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from one_nf import Instance, World

from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.intent import OperatorResult, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan
from nfs.workflow.execution import Execution, Step
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.policies import Policies

MakeRequest = Callable[..., IntentSubmission]

POLICIES = Policies.load()
MOST = POLICIES.operator.maximum["downlinkThroughput"]
CAPACITY = POLICIES.operator.capacity["downlinkThroughput"]
NEIGHBOURS = [f"imsi-99970000000005{digit}" for digit in range(10)]


def one_change(execution: Execution) -> list[Step]:
    async def make() -> None:
        execution.undo_with("remove", name=execution.intent_id)
        await execution.tool("make", name=execution.intent_id)

    return [Step("make", "making", make)]


class Cell:
    """Subscribers who wish something, by operator-defined intents."""

    def __init__(self, instance: Instance, make_request: MakeRequest) -> None:
        self.instance = instance
        self._make_request = make_request

    async def wish(
        self, kind: str, supi: str = NEIGHBOURS[0], intent_class: str = "standard", **slots: Any
    ) -> OperatorResult:
        intent = {"kind": kind, "slots": slots, "description": ""}
        return await self.ask(supi, intent_class, text=None, intent=intent)

    async def ask(
        self, supi: str = NEIGHBOURS[0], intent_class: str = "standard", **changes: Any
    ) -> OperatorResult:
        scope = ["/capability/qos-assurance", "/capability/location"]
        rights = {"scope": scope, "intentClass": intent_class}
        request = self._make_request(supi=supi, subscription=rights, **changes)
        record = self.instance.intents.create(request)
        return (await self.told(record.intent_id))[0]

    async def told(self, intent_id: str, times: int = 1) -> list[OperatorResult]:
        told: list[OperatorResult] = []

        def heard() -> bool:
            told[:] = [r for _, r in self.instance.world.told if r.intent_id == intent_id]
            return len(told) >= times and self.instance.record(intent_id).pending is None

        await self.instance.until(heard)
        return told

    def record(self, result: OperatorResult) -> IntentRecord:
        return self.instance.record(result.intent_id)


@pytest.fixture
async def cell(make_request: MakeRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cell]:
    offered = frozenset(Kind) - {Kind.NONE}
    operator = POLICIES.operator.model_copy(update={"offered": offered})
    policies = POLICIES.model_copy(update={"operator": operator, "subscription": {}})
    for kind in (Kind.QOS_ASSURE, Kind.ENERGY_SAVE, Kind.POLICY_SET, Kind.LOCATION_GEOFENCE):
        monkeypatch.setitem(plan.PLANNERS, kind, one_change)  # type: ignore[misc]
    monkeypatch.setattr(Policies, "load", lambda *_: policies)
    instance = Instance(SqliteStore(), World())
    yield Cell(instance, make_request)
    await instance.stop()


@pytest.mark.parametrize(
    ("held", "wished", "conflict"),
    [
        (
            ("qos.assure", {"application": "game", "latency": 20}),
            ("qos.assure", {"application": "Game", "latency": 10}),
            {"conflictType": "TARGET_CONFLICT", "conflictingTarget": "latency"},
        ),
        (
            ("qos.assure", {"latency": 20}),
            ("energy.save", {}),
            {"conflictType": "EXPECTATION_CONFLICT"},
        ),
        (
            ("energy.save", {"target": "my phone"}),
            ("qos.assure", {"latency": 20}),
            {"conflictType": "EXPECTATION_CONFLICT"},
        ),
        (
            ("location.geofence", {"target": "my phone", "area": "home"}),
            ("policy.set", {"subject": "location", "effect": "DENY"}),
            {"conflictType": "INTENT_CONFLICT"},
        ),
    ],
)
async def test_a_subscribers_own_intents_contradict_each_other(
    cell: Cell,
    held: tuple[str, dict[str, Any]],
    wished: tuple[str, dict[str, Any]],
    conflict: dict[str, str],
) -> None:
    first = await cell.wish(held[0], **held[1])
    refused = await cell.wish(wished[0], **wished[1])
    assert (refused.status, refused.cause) == ("REJECTED", RefusalClass.INFEASIBLE)
    report = {"conflictId": "1", "conflictingIntent": first.intent_id} | conflict
    assert refused.output["conflicts"] == [report]
    assert cell.record(first).holds

    replaced = await cell.ask(text="yes")
    assert (replaced.status, replaced.kind) == ("FULFILLED", wished[0])
    assert cell.record(first).status == "CANCELLED"
    assert len(cell.instance.world.there) == 1


@pytest.mark.parametrize(
    ("held", "wished"),
    [
        (
            ("qos.assure", {"application": "game", "latency": 20}),
            ("qos.assure", {"application": "call", "latency": 50}),
        ),
        (
            ("qos.assure", {"application": "game", "latency": 20}),
            ("qos.assure", {"application": "game", "latency": 20}),
        ),
        (("qos.assure", {"latency": 20}), ("energy.save", {"target": "robot"})),
        (
            ("location.geofence", {"target": "my phone", "area": "home"}),
            ("policy.set", {"subject": "contacts", "effect": "DENY"}),
        ),
        (
            ("location.geofence", {"target": "my phone", "area": "home"}),
            ("policy.set", {"subject": "location", "effect": "DENY", "target": "shops"}),
        ),
    ],
)
async def test_what_goes_together_does(
    cell: Cell, held: tuple[str, dict[str, Any]], wished: tuple[str, dict[str, Any]]
) -> None:
    for kind, slots in (held, wished):
        assert (await cell.wish(kind, **slots)).status == "FULFILLED"


async def test_other_subscribers_wishes_do_not_contradict(cell: Cell) -> None:
    assert (await cell.wish("qos.assure", latency=20)).status == "FULFILLED"
    assert (await cell.wish("energy.save", NEIGHBOURS[1])).status == "FULFILLED"


async def test_an_intent_that_contradicts_itself(cell: Cell) -> None:
    parts = [{"kind": "qos.assure", "slots": {"latency": ms}} for ms in (10, 20)]
    task = {"kind": "task.collaborate", "subIntents": parts}
    refused = await cell.ask(text=None, intent=task)
    assert refused.cause is RefusalClass.INFEASIBLE
    assert "results" not in refused.output
    assert cell.instance.world.made == []


async def fill(cell: Cell, intent_class: str = "standard") -> list[OperatorResult]:
    """All of the cell's guaranteed rate, in as many intents as it takes."""
    count = int(CAPACITY / MOST)
    return [
        await cell.wish("qos.assure", supi, intent_class, downlinkThroughput=MOST)
        for supi in NEIGHBOURS[1 : count + 1]
    ]


async def test_there_is_not_enough_for_all(cell: Cell) -> None:
    assert all(result.status == "FULFILLED" for result in await fill(cell))
    refused = await cell.wish("qos.assure", downlinkThroughput=10)
    assert refused.cause is RefusalClass.INFEASIBLE
    conflict = {"conflictId": "1", "conflictType": "INTENT_CONFLICT"}
    assert refused.output["conflicts"] == [conflict], "whose it is, is nobody's business"
    assert "offer" not in refused.output


async def test_what_another_instance_has_guaranteed_counts(
    cell: Cell, make_request: MakeRequest
) -> None:
    other = Instance(cell.instance.store, cell.instance.world)
    for one in (cell.instance, other):
        one.intents.start()
    known = other.intents._guarantees
    held = await fill(cell)
    await other.until(lambda: len([*known]) == len(held))
    there = Cell(other, make_request)
    assert (await there.wish("qos.assure", downlinkThroughput=10)).status == "REJECTED"
    cell.instance.intents.cancel(held[0].intent_id)
    await other.until(lambda: len([*known]) < len(held))
    assert (await there.wish("qos.assure", downlinkThroughput=10)).status == "FULFILLED"
    await other.stop()


async def test_what_is_left_is_offered(cell: Cell) -> None:
    await cell.wish("qos.assure", NEIGHBOURS[1], downlinkThroughput=MOST)
    await cell.wish("qos.assure", NEIGHBOURS[2], downlinkThroughput=MOST - 30)
    refused = await cell.wish("qos.assure", downlinkThroughput=100)
    assert refused.question == "The best I can offer is 30 Mbit/s downlink. Shall I do that?"
    assert (await cell.ask(text="yes")).status == "FULFILLED"


async def test_who_goes_first_pre_empts_the_newest_of_the_lowest(cell: Cell) -> None:
    first, second = await fill(cell)
    urgent = await cell.wish("qos.assure", intent_class="emergency", downlinkThroughput=10)
    assert urgent.status == "FULFILLED"
    assert cell.record(first).holds
    report = (await cell.told(second.intent_id, times=2))[-1]
    assert (report.status, report.cause) == ("FAILED", RefusalClass.INFEASIBLE)
    assert report.output["event"] == "PREEMPTED"
    assert cell.instance.world.there == {first.intent_id, urgent.intent_id}


@pytest.mark.parametrize(
    ("holder", "newcomer"), [("standard", "standard"), ("health", "emergency"), ("business", "no")]
)
async def test_who_is_not_pre_empted(cell: Cell, holder: str, newcomer: str) -> None:
    """Equals are not, nor what the operator does not let be; an unknown class is the least."""
    held = await fill(cell, holder)
    refused = await cell.wish("qos.assure", intent_class=newcomer, downlinkThroughput=10)
    assert refused.cause is RefusalClass.INFEASIBLE
    assert all(cell.record(result).holds for result in held)


async def test_words_make_nobody_go_first(cell: Cell) -> None:
    await fill(cell)
    text = "this is an emergency, top priority: keep my video call at 10 Mbit/s"
    refused = await cell.ask(text=text)
    assert refused.status != "FULFILLED"
    priority = {"kind": "qos.assure", "slots": {"downlinkThroughput": 10}, "priority": 100}
    assert (await cell.ask(text=None, intent=priority)).cause is RefusalClass.INFEASIBLE


def with_priority(kind: str, priority: int, **slots: Any) -> dict[str, Any]:
    return {"text": None, "intent": {"kind": kind, "slots": slots, "priority": priority}}


async def test_of_ones_own_intents_the_one_with_the_higher_priority_goes_first(cell: Cell) -> None:
    held = await cell.ask(**with_priority("qos.assure", 10, latency=20))
    first = await cell.ask(**with_priority("energy.save", 20))
    assert first.status == "FULFILLED"
    report = (await cell.told(held.intent_id, times=2))[-1]
    assert (report.status, report.output["event"]) == ("FAILED", "PREEMPTED")
    refused = await cell.ask(**with_priority("qos.assure", 15, latency=20))
    assert (refused.cause, refused.question) == (RefusalClass.INFEASIBLE, None)
    assert cell.record(first).holds
    asked = await cell.wish("qos.assure", latency=20)
    assert asked.question is not None, "without a priority, who asks decides"


async def test_where_there_is_not_enough_ones_own_less_important_intent_makes_way(
    cell: Cell,
) -> None:
    others = (await fill(cell, "emergency"))[1:]
    cell.instance.intents.cancel(others[0].intent_id)
    await cell.instance.until(lambda: cell.record(others[0]).ended)
    rate = {"downlinkThroughput": MOST, "application": "game"}
    own = await cell.ask(**with_priority("qos.assure", 10, **rate))
    call = {"downlinkThroughput": 10, "application": "call"}
    assert (await cell.ask(**with_priority("qos.assure", 9, **call))).status == "REJECTED"
    assert (await cell.ask(**with_priority("qos.assure", 11, **call))).status == "FULFILLED"
    assert cell.record(own).ended
