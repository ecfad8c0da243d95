"""The closed loop: a breach that lasts is planned again once, then reported (L25)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from one_nf import Instance, World, forget_leases
from structlog.testing import capture_logs

from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import SqliteStore
from nfs.semantics.intent import AchievedTarget, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow import plan
from nfs.workflow.assurance import Watch
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Gone, Refusal

MakeRequest = Callable[..., IntentSubmission]


def verdicts(watch: Watch, looks: str) -> list[str]:
    """``+`` is a look at which the targets are met; at which look there was which verdict."""
    found = []
    for number, look in enumerate(looks, 1):
        verdict = watch.look(met=look == "+")
        if verdict is not None:
            found.append(f"{number} {verdict.name}")
    return found


def test_one_bad_look_is_no_breach() -> None:
    assert verdicts(Watch(), "+-+-+-+-") == []
    assert verdicts(Watch(), "+--") == ["3 BREACHED"]
    assert verdicts(Watch(), "------") == ["2 BREACHED"]


def test_every_recovery_has_to_last_longer() -> None:
    assert verdicts(Watch(), "--++--++--++++") == [
        "2 BREACHED",
        "4 RECOVERED",
        "6 BREACHED",
        "14 RECOVERED",
    ]


def test_targets_on_the_edge_are_not_reported_for_ever() -> None:
    assert len(verdicts(Watch(), "--+++" * 2000)) <= 4


def test_when_something_was_done_another_breach_is_heard_of() -> None:
    watch = Watch()
    assert verdicts(watch, "--") == ["2 BREACHED"]
    watch.try_again()
    assert verdicts(watch, "---") == ["2 BREACHED"]
    assert Watch(kept=False).look(met=True) is None
    assert verdicts(Watch(kept=False), "++") == ["2 RECOVERED"]


class Line:
    """Has a latency for each strength of a flow."""

    def __init__(self) -> None:
        self.latency = {"weak": 10.0, "strong": 10.0}
        self.strong_is_offered = True
        self.looks = 0
        self.gone = False

    def steps(self, execution: Execution) -> list[Step]:
        strength = "strong" if execution.missed else "weak"

        async def assure() -> None:
            name = f"{execution.intent_id} {strength}"
            execution.undo_with("remove", name=name)
            await execution.tool("make", name=name)
            if strength == "strong" and not self.strong_is_offered:
                raise Refusal(RefusalClass.INFEASIBLE, "no stronger one")
            execution.output["strength"] = strength

        return [Step("flow", "adding a flow", assure)]

    async def measure(self, execution: Execution) -> list[AchievedTarget]:
        self.looks += 1
        if self.gone:
            raise Gone("the connection has ended")
        latency = self.latency[str(execution.output["strength"])]
        return [AchievedTarget(target_name="latency", value=latency, unit="ms")]


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setitem(plan.PLANNERS, Kind.QOS_ASSURE, line.steps)  # type: ignore[misc]
    monkeypatch.setitem(plan.ASSURED, Kind.QOS_ASSURE, line.measure)  # type: ignore[misc]
    return line


@pytest.fixture
async def iaf(store: SqliteStore) -> AsyncIterator[Instance]:
    one = Instance(store, World())
    one.intents.start()
    yield one
    await one.stop()


@pytest.fixture
async def intent(iaf: Instance, make_request: MakeRequest, line: Line) -> str:
    del line
    wish = {"kind": "qos.assure", "slots": {"latency": 20, "durationSeconds": 3600}}
    intent_id = iaf.intents.create(make_request(text=None, intent=wish)).intent_id
    await iaf.until(lambda: iaf.world.told)
    return intent_id


def strengths(world: World) -> list[str]:
    return [name.rpartition(" ")[2] for name in world.there]


async def test_a_breach_is_planned_again_with_what_was_measured(
    iaf: Instance, intent: str, line: Line
) -> None:
    world = iaf.world
    line.latency["weak"] = 34
    await iaf.until(lambda: len(world.told) > 1)
    assert world.statuses() == [("result", "FULFILLED"), ("report", "FULFILLED")]
    report = world.told[1][1]
    assert report.output["event"] == "RECOVERED"
    assert [target.value for target in report.achieved] == [10]
    assert strengths(world) == ["strong"]
    iaf.intents.cancel(intent)
    await iaf.until(lambda: not world.there)


async def test_when_that_does_not_help_it_is_reported_and_so_is_recovery(
    iaf: Instance, intent: str, line: Line
) -> None:
    line.latency = {"weak": 34, "strong": 28}
    await iaf.until(lambda: len(iaf.world.told) > 1)
    report = iaf.world.told[1][1]
    assert (report.intent_id, report.status) == (intent, "DEGRADED")
    assert [(t.target_name, t.value, t.unit) for t in report.achieved] == [("latency", 28, "ms")]
    assert iaf.record(intent).holds
    line.latency["strong"] = 15
    await iaf.until(lambda: len(iaf.world.told) > 2)
    assert iaf.world.statuses()[2] == ("report", "FULFILLED")


async def test_another_plan_that_fails_leaves_the_first_one(
    iaf: Instance, intent: str, line: Line
) -> None:
    line.strong_is_offered = False
    line.latency["weak"] = 34
    await iaf.until(lambda: len(iaf.world.told) > 1)
    assert iaf.world.statuses()[1] == ("report", "DEGRADED")
    assert strengths(iaf.world) == ["weak"]
    assert [call.made_for for call in iaf.record(intent).undo_calls] == [intent]


async def test_what_cannot_be_measured_is_neither_kept_nor_missed(
    iaf: Instance, intent: str, line: Line
) -> None:
    line.latency = {}
    looks = line.looks
    with capture_logs():
        await iaf.until(lambda: line.looks > looks + 4)
    assert iaf.record(intent).status == "FULFILLED"
    assert len(iaf.world.told) == 1


@pytest.mark.parametrize(("left", "status"), [(3600, "CANCELLED"), (3, "EXPIRED")])
async def test_an_intent_ends_with_what_it_was_for(
    iaf: Instance, intent: str, line: Line, left: float, status: str
) -> None:
    """Unless its time is over anyway: then the SMF has been a little faster."""
    iaf.intents._lives[intent].record.expires_at = datetime.now(UTC) + timedelta(seconds=left)
    line.gone = True
    await iaf.until(lambda: len(iaf.world.told) > 1)
    assert iaf.world.statuses()[1] == ("report", status)
    assert iaf.world.there == set()


async def test_assurance_goes_on_at_another_instance(
    iaf: Instance, intent: str, line: Line, store: SqliteStore
) -> None:
    await iaf.nf.stop()
    forget_leases(store)
    other = Instance(store, iaf.world)
    other.intents.start()
    line.latency = {"weak": 34, "strong": 28}
    await other.until(lambda: len(iaf.world.told) > 1)
    assert iaf.world.statuses()[1] == ("report", "DEGRADED")
    assert other.record(intent).owner == other.intents.records.owner
    await other.stop()
