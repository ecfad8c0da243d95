"""Several wishes of one text, each an intent of its own; a task is one (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from one_nf import World, instance, make_two, several

from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.intent import OperatorResult, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Refusal

MakeRequest = Callable[..., IntentSubmission]

pytestmark = pytest.mark.usefixtures("two_changes")


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
