"""Intents from acknowledgement to their end, with instances that are killed anywhere (L25)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from one_nf import Fate, Instance, Killed, World, forget_leases
from structlog.testing import capture_logs

from nfs.common.models.iaf import IntentSubmission
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import SqliteStore
from nfs.semantics.intent import OperatorResult, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan, records
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Refusal

MakeRequest = Callable[..., IntentSubmission]

WISH = {"kind": "location.get"}


def make_two(execution: Execution) -> list[Step]:
    """Two changes, one after the other, each with a name that undoes it; then a look."""

    def make(name: str) -> Step:
        async def perform() -> None:
            own = f"{execution.intent_id}/{name}"
            execution.undo_with("remove", name=own)
            await execution.tool("make", name=own)

        needs = frozenset({"first"} if name == "second" else ())
        return Step(name, f"making {name}", perform, needs, frozenset({name}))

    async def look() -> None:
        await execution.tool("look", name="anything")

    return [make("first"), make("second"), Step("look", "looking", look, frozenset({"second"}))]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(plan.PLANNERS, Kind.LOCATION_GET, make_two)  # type: ignore[misc]
    monkeypatch.setattr("nfs.workflow.execution.compensation.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("nfs.workflow.life.RETRY", 0.01)


@pytest.fixture
def request_(make_request: MakeRequest) -> IntentSubmission:
    return make_request(text=None, intent=WISH)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def store() -> SqliteStore:
    return SqliteStore()


@asynccontextmanager
async def instance(
    store: SqliteStore, world: World, fate: Fate | None = None
) -> AsyncIterator[Instance]:
    one = Instance(store, world, fate)
    one.intents.start()
    yield one
    await one.stop()


async def test_what_was_done_holds_until_it_is_cancelled(
    store: SqliteStore, world: World, request_: IntentSubmission
) -> None:
    async with instance(store, world) as iaf:
        intent = iaf.intents.create(request_).intent_id
        await iaf.until(lambda: world.told)
        assert iaf.record(intent).holds
        assert len(world.there) == 2
        iaf.intents.cancel(intent)
        await iaf.until(lambda: len(world.told) > 1)
        assert world.there == set()
        assert world.removed == world.made[::-1]
        assert world.statuses() == [("result", "FULFILLED"), ("report", "CANCELLED")]
        with pytest.raises(SbiProblem, match="404 INTENT_NOT_FOUND"):
            iaf.intents.cancel(intent)
        assert iaf.record(intent).ended


async def test_at_its_end_it_is_undone_and_reported(
    store: SqliteStore,
    world: World,
    request_: IntentSubmission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nfs.workflow.workflow.holds_for", lambda _: 0.05)
    async with instance(store, world) as iaf:
        iaf.intents.create(request_)
        await iaf.until(lambda: len(world.told) > 1)
        assert world.statuses() == [("result", "FULFILLED"), ("report", "EXPIRED")]
        assert world.there == set()


async def test_when_a_step_fails_those_before_are_undone(
    store: SqliteStore, world: World, request_: IntentSubmission
) -> None:
    world.fails = {"look"}
    async with instance(store, world) as iaf:
        intent = iaf.intents.create(request_).intent_id
        await iaf.until(lambda: world.told)
        assert world.statuses() == [("result", "FAILED")]
        assert world.removed == world.made[::-1]
        assert world.there == set()
        assert iaf.record(intent).undo_calls == []


async def test_what_cannot_be_undone_yet_is_undone_later(
    store: SqliteStore, world: World, request_: IntentSubmission
) -> None:
    world.fails = {"look", "remove"}
    async with instance(store, world) as iaf:
        intent = iaf.intents.create(request_).intent_id
        await iaf.until(lambda: world.told)  # the user need not wait
        assert len(world.there) == 2
        assert len(iaf.record(intent).undo_calls) == 2
        world.fails.clear()
        await iaf.until(lambda: not world.there)


async def test_an_answer_that_nobody_waits_for_becomes_a_report(
    store: SqliteStore, world: World, request_: IntentSubmission
) -> None:
    world.takes_results = False
    async with instance(store, world) as iaf:
        iaf.intents.create(request_)
        await iaf.until(lambda: world.told)
        assert world.statuses() == [("report", "FULFILLED")]


@pytest.mark.parametrize(("fails", "wishes"), [(False, 1), (True, 1), (False, 2)])
async def test_wherever_an_instance_is_killed_nothing_is_left_and_nothing_is_undone_twice(
    *, fails: bool, wishes: int, make_request: MakeRequest
) -> None:
    """Killed before and after each write, tool call and notification, then taken over; last, what
    still holds is cancelled."""
    kill_at = 1
    request = several(make_request, *["location.get"] * wishes)
    with capture_logs():  # of a hundred dead instances
        while await _killed_and_taken_over(kill_at, request, fails=fails):
            kill_at += 1
    assert kill_at > 20


async def _killed_and_taken_over(kill_at: int, request: IntentSubmission, *, fails: bool) -> bool:
    """Whether the instance has so many points at which it may be killed."""
    store, world, fate = SqliteStore(), World(), Fate(kill_at)
    world.fails = {"look"} if fails else set()
    async with instance(store, world, fate) as first:
        with suppress(Killed):
            first.intents.create(request)
            await first.until(first.at_rest)
    forget_leases(store)
    async with instance(store, world) as second:
        await second.until(second.at_rest)
        for record in second.intents.records.of(request.supi):
            if record.holds:
                second.intents.cancel(record.intent_id)
        await second.until(lambda: not list(store.scan(records.LIVE)))
    assert world.there == set()
    assert sorted(world.removed) == sorted(world.made)
    return fate.dead.is_set()


async def test_another_instance_cancels(
    store: SqliteStore, world: World, request_: IntentSubmission
) -> None:
    async with instance(store, world) as first, instance(store, world) as second:
        intent = first.intents.create(request_).intent_id
        await first.until(lambda: world.told)
        second.intents.cancel(intent)
        await first.until(lambda: len(world.told) > 1)
        assert world.there == set()


async def test_an_instance_that_was_thought_dead_does_nothing_more(
    store: SqliteStore, world: World, request_: IntentSubmission
) -> None:
    async with instance(store, world) as first:
        intent = first.intents.create(request_).intent_id
        await first.until(lambda: first.record(intent).pending is None and world.told)
        forget_leases(store)
        async with instance(store, world) as second:
            await second.until(second.at_rest)
            first.intents.cancel(intent)
            await first.until(lambda: intent not in first.intents._lives)
            assert len(world.there) == 2
            second.intents.cancel(intent)
            await second.until(lambda: not world.there)


async def test_records_are_kept_for_a_time_and_in_a_number(
    store: SqliteStore,
    world: World,
    make_request: MakeRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "KEPT_PER_SUBSCRIBER", 3)
    async with instance(store, world) as iaf:
        other = make_request(supi="imsi-999700000000009", text="what should I cook tonight")
        iaf.intents.create(other)
        for _ in range(5):
            iaf.intents.create(make_request(text="what should I cook tonight"))
        await iaf.until(lambda: not list(store.scan(records.LIVE)))
        mine = iaf.intents.records.of("imsi-999700000000001")
        assert [record.status for record in mine] == ["REJECTED"] * 3
        assert mine == sorted(mine, key=lambda record: record.created_at, reverse=True)
        assert len(iaf.intents.records.of("imsi-999700000000009")) == 1
        monkeypatch.setattr(records, "KEPT_SECONDS", 0.01)
        last = iaf.intents.create(other).intent_id
        await iaf.until(lambda: iaf.intents.records.get(last) is None)


async def test_a_subscriber_has_so_many_at_most(
    store: SqliteStore,
    world: World,
    request_: IntentSubmission,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nfs.workflow.intents.MAX_LIVE", 2)
    async with instance(store, world) as iaf:
        for _ in range(2):
            iaf.intents.create(request_)
        with pytest.raises(SbiProblem, match="429"):
            iaf.intents.create(request_)


NEEDED = {
    "sensing.detect": {"object": "people", "area": "yard"},
    "session.establish": {"dnn": "internet"},
}


def several(make_request: MakeRequest, *kinds: str) -> IntentSubmission:
    subs = [{"kind": kind, "slots": NEEDED.get(kind, {})} for kind in kinds]
    return make_request(text=None, intent={"kind": "task.collaborate", "subIntents": subs})


async def test_wishes_are_carried_out_and_answered_each_for_itself(
    store: SqliteStore, world: World, make_request: MakeRequest
) -> None:
    request = several(make_request, "location.get", "sensing.detect", "location.get")
    async with instance(store, world) as iaf:
        intent = iaf.intents.create(request).intent_id
        await iaf.until(lambda: world.told)
        ((_, result),) = world.told
        assert (result.intent_id, result.status) == (intent, "FULFILLED")
        results = result.output["results"]
        assert isinstance(results, list)
        outcomes = [OperatorResult.model_validate(each) for each in results]
        assert [o.status for o in outcomes] == ["FULFILLED", "REJECTED", "FULFILLED"]
        assert outcomes[1].cause == "OPERATOR_POLICY"
        assert len(world.there) == 4
        iaf.intents.cancel(outcomes[0].intent_id)
        await iaf.until(lambda: len(world.told) > 1)
        assert world.statuses()[1] == ("report", "CANCELLED")
        assert len(world.there) == 2


async def test_a_wish_to_end_something_does_not_mean_what_is_said_with_it(
    store: SqliteStore, world: World, request_: IntentSubmission, make_request: MakeRequest
) -> None:
    async with instance(store, world) as iaf:
        first = iaf.intents.create(request_).intent_id
        await iaf.until(lambda: world.told)
        iaf.intents.create(several(make_request, "intent.cancel", "location.get"))
        await iaf.until(lambda: len(world.told) > 1)
        results = world.told[1][1].output["results"]
        assert isinstance(results, list)
        cancelled, other = [OperatorResult.model_validate(each) for each in results]
        assert cancelled.output["cancelled"] == [first]
        assert other.status == "FULFILLED"
        assert len(world.there) == 2


async def test_the_wishes_end_with_the_text_that_has_them(
    store: SqliteStore, world: World, make_request: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: Execution) -> list[Step]:
        return [Step("wait", "waiting", asyncio.Event().wait)]  # type: ignore[list-item, arg-type]

    monkeypatch.setitem(plan.PLANNERS, Kind.QOS_ASSURE, never)  # type: ignore[misc]
    monkeypatch.setattr("nfs.workflow.execution.run.GRACE", 0.01)
    async with instance(store, world) as iaf:
        intent = iaf.intents.create(several(make_request, "location.get", "qos.assure")).intent_id
        await iaf.until(lambda: len(world.there) == 2)
        iaf.intents.cancel(intent)
        await iaf.until(lambda: world.told)
        assert world.statuses() == [("result", "CANCELLED")]
        await iaf.until(lambda: not world.there)


async def test_a_task_is_undone_as_a_whole(
    store: SqliteStore, world: World, make_request: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flow of a session that is established with it: nothing of it stays (L8)."""

    def fails(_: Execution) -> list[Step]:
        async def refuse() -> None:
            raise Refusal(RefusalClass.EXECUTION, "broken")

        return [Step("fail", "failing", refuse, frozenset({"second"}))]

    monkeypatch.setitem(plan.PLANNERS, Kind.SESSION_ESTABLISH, make_two)  # type: ignore[misc]
    monkeypatch.setitem(plan.PLANNERS, Kind.QOS_ASSURE, fails)  # type: ignore[misc]
    monkeypatch.setattr("nfs.workflow.workflow.admit", lambda *_: None)
    async with instance(store, world) as iaf:
        iaf.intents.create(several(make_request, "session.establish", "qos.assure"))
        await iaf.until(lambda: world.told)
        assert world.statuses() == [("result", "FAILED")]
        assert len(world.made) == 2
        assert world.there == set()
