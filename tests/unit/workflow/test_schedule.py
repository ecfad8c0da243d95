"""Intents that are to begin later: kept over restarts, begun in time, withdrawn before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from one_nf import Instance, World, forget_leases

from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.intent import Slots
from nfs.semantics.render import render
from nfs.semantics.resources import supported_languages
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan
from nfs.workflow.execution import Execution, Step
from nfs.workflow.times import starts_at

MakeRequest = Callable[..., IntentSubmission]


def make_one(execution: Execution) -> list[Step]:
    async def perform() -> None:
        execution.undo_with("remove", name=execution.intent_id)
        await execution.tool("make", name=execution.intent_id)

    return [Step("make", "making it", perform)]


@pytest.fixture
def store() -> SqliteStore:
    return SqliteStore()


@pytest.fixture
def request_(make_request: MakeRequest, monkeypatch: pytest.MonkeyPatch) -> IntentSubmission:
    monkeypatch.setitem(plan.PLANNERS, Kind.QOS_ASSURE, make_one)  # type: ignore[misc]
    slots = {"latency": 20, "startTime": "+600"}
    return make_request(text=None, intent={"kind": "qos.assure", "slots": slots})


def begin_in(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    monkeypatch.setattr("nfs.workflow.workflow.starts_at", lambda _: moment)


async def test_it_is_begun_by_whoever_is_there_then(
    store: SqliteStore, request_: IntentSubmission, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    begin_in(0.5, monkeypatch)
    first = Instance(store, world)
    first.intents.start()
    intent = first.intents.create(request_).intent_id
    await first.until(lambda: world.told)
    ((how, told),) = world.told
    assert (how, told.status) == ("result", "ACKNOWLEDGED")
    for language in supported_languages():
        assert str(told.output["startsAt"]) in render(told, language)
    assert world.there == set()
    await first.stop()
    forget_leases(store)
    second = Instance(store, world)
    second.intents.start()
    await second.until(lambda: len(world.told) > 1)
    assert world.statuses()[1] == ("report", "FULFILLED")
    assert world.there == {intent}
    await second.stop()


async def test_it_may_be_withdrawn_before(
    store: SqliteStore, request_: IntentSubmission, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    begin_in(600, monkeypatch)
    iaf = Instance(store, world)
    iaf.intents.start()
    intent = iaf.intents.create(request_).intent_id
    await iaf.until(lambda: world.told)
    iaf.intents.cancel(intent)
    await iaf.until(lambda: len(world.told) > 1)
    assert world.statuses()[1] == ("report", "CANCELLED")
    assert world.made == []
    await iaf.stop()


def test_when_it_begins() -> None:
    assert starts_at(Slots()) is None
    assert starts_at(Slots(start_time="now")) is None
    later = starts_at(Slots(start_time="+600"))
    assert later is not None
    assert timedelta(seconds=590) < later - datetime.now(UTC) <= timedelta(seconds=600)
