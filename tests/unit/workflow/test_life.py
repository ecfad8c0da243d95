"""Intents from acknowledgement to their end, with instances that are killed anywhere (L25)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from one_nf import Fate, Killed, World, forget_leases, instance, several
from structlog.testing import capture_logs

from nfs.common.models.iaf import IntentSubmission
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import SqliteStore
from nfs.workflow.lives import records

MakeRequest = Callable[..., IntentSubmission]

pytestmark = pytest.mark.usefixtures("two_changes")


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
            kill_at += wishes  # of several wishes, at some of the points
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
    monkeypatch.setattr("nfs.workflow.lives.intents.MAX_LIVE", 2)
    async with instance(store, world) as iaf:
        for _ in range(2):
            iaf.intents.create(request_)
        with pytest.raises(SbiProblem, match="429"):
            iaf.intents.create(request_)
