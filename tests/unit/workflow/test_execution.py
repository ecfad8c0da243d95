"""Steps as a graph: order, side by side, attempts, timeouts, and what a failure leaves (L8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from graphlib import CycleError
from typing import Any

import pytest

from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Cancelled, Step, run_steps
from nfs.workflow.refusal import Refusal, Unavailable

Perform = Callable[[], Awaitable[None]]


class Log:
    """What happened, in order."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.told: list[tuple[int, str]] = []
        self.cancelled = asyncio.Event()

    def step(
        self, name: str, needs: str = "", gives: str = "", work: Perform | None = None, **more: Any
    ) -> Step:
        async def perform() -> None:
            self.events.append(f"{name} begins")
            if work is not None:
                await work()
            self.events.append(f"{name} ends")

        facts = {"needs": frozenset(needs.split()), "gives": frozenset(gives.split())}
        return Step(name, f"doing {name}", perform, **facts, **more)

    async def run(self, *steps: Step, facts: frozenset[str] = frozenset()) -> None:
        async def tell(done: int, text: str) -> None:
            self.told.append((done, text))

        async with asyncio.timeout(30):
            await run_steps(steps, facts, tell, self.cancelled)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nfs.workflow.execution.run.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("nfs.workflow.execution.run.GRACE", 0.05)


@pytest.fixture
def log() -> Log:
    return Log()


async def test_a_step_comes_after_those_that_give_what_it_needs(log: Log) -> None:
    """K5: pre- and post-conditions order the tools."""
    await log.run(
        log.step("translate", needs="text"),
        log.step("read", needs="session.active picture", gives="text"),
        log.step("take", gives="picture"),
        facts=frozenset({"session.active"}),
    )
    order = [event for event in log.events if event.endswith("begins")]
    assert order == ["take begins", "read begins", "translate begins"]
    assert log.told == [(0, "doing take"), (1, "doing read"), (2, "doing translate")]


async def test_what_needs_nothing_of_each_other_is_done_side_by_side(log: Log) -> None:
    together = asyncio.Barrier(3)

    async def meet() -> None:
        await together.wait()

    await log.run(*(log.step(name, work=meet) for name in "abc"))
    assert len(log.events) == 6


async def test_a_need_that_nothing_gives_is_named_before_anything_runs(log: Log) -> None:
    with pytest.raises(Refusal) as caught:
        await log.run(log.step("a", gives="x"), log.step("b", needs="slice.private"))
    assert caught.value.cause is RefusalClass.INFEASIBLE
    assert caught.value.output["missing"] == "slice.private"
    assert log.events == []


async def test_a_cycle_is_an_error_of_the_program(log: Log) -> None:
    with pytest.raises(CycleError):
        await log.run(log.step("a", "x", "y"), log.step("b", "y", "x"))
    with pytest.raises(ValueError, match="two steps"):
        await log.run(log.step("a"), log.step("a"))
    assert log.events == []


async def test_only_failures_that_may_pass_are_tried_again(log: Log) -> None:
    async def busy() -> None:
        if log.events.count("a begins") < 3:
            raise Unavailable("busy")

    await log.run(log.step("a", work=busy, attempts=3))
    assert log.events == ["a begins", "a begins", "a begins", "a ends"]

    async def forbidden() -> None:
        raise Refusal(RefusalClass.SUBSCRIPTION, "no")

    log.events.clear()
    with pytest.raises(Refusal, match="SUBSCRIPTION"):
        await log.run(log.step("a", work=forbidden, attempts=3))
    assert log.events == ["a begins"]


async def test_a_step_has_its_time(log: Log) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Unavailable, match="no answer in"):
        await log.run(log.step("a", work=never, seconds=0.01, attempts=2))
    assert log.events == ["a begins", "a begins"]


async def test_after_a_failure_nothing_begins_and_what_is_under_way_may_end(log: Log) -> None:
    begun, failed = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await failed.wait()

    async def fail() -> None:
        await begun.wait()
        failed.set()
        raise Refusal(RefusalClass.EXECUTION, "broken")

    async def stuck() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Refusal, match="broken"):
        await log.run(
            log.step("slow", gives="x", work=slow),
            log.step("fails", work=fail),
            log.step("stuck", work=stuck),
            log.step("later", needs="x"),
        )
    assert "slow ends" in log.events
    assert "stuck ends" not in log.events
    assert "later begins" not in log.events


async def test_an_intent_that_is_withdrawn_goes_no_further(log: Log) -> None:
    async def withdraw() -> None:
        log.cancelled.set()
        await asyncio.sleep(0)

    with pytest.raises(Cancelled):
        await log.run(log.step("a", gives="x", work=withdraw), log.step("b", needs="x"))
    assert "b begins" not in log.events
