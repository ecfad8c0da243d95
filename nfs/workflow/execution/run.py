"""The steps of a plan, run: those that can side by side, with timeouts and further attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

import structlog

from nfs.workflow.execution.order import order
from nfs.workflow.execution.step import Step
from nfs.workflow.refusal import Unavailable

GRACE = 2.0
"""Seconds in which steps under way may end when another has failed: what they changed is then
known, and can be undone."""
FIRST_PAUSE = 0.2
"""Seconds before the second attempt; each further pause is twice as long."""

log = structlog.get_logger("workflow")

Tell = Callable[[int, str], Awaitable[None]]
"""Is told how many steps are done, and the text of the one that begins."""


class Cancelled(Exception):
    """The user has withdrawn the intent while it was carried out."""


async def run_steps(
    steps: Sequence[Step], facts: Collection[str], tell: Tell, cancelled: asyncio.Event
) -> None:
    """Run all steps, or raise what the first one raised that failed; then no step runs any more.

    Raises Refusal INFEASIBLE before anything is begun (see ``order``), and Cancelled.
    """
    graph = order(steps, facts)
    withdrawn = asyncio.create_task(_withdrawn(cancelled))
    running: dict[asyncio.Task[None], Step] = {}
    done = 0
    try:
        while graph.is_active():
            for step in graph.get_ready():
                running[asyncio.create_task(_perform(step, done, tell))] = step
            ended, _ = await asyncio.wait(
                {withdrawn, *running}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in ended:
                task.result()
                graph.done(running.pop(task))
                done += 1
    except Exception:
        await _settle(running)
        raise
    finally:
        for task in (withdrawn, *running):
            task.cancel()


async def _withdrawn(cancelled: asyncio.Event) -> None:
    await cancelled.wait()
    raise Cancelled


async def _settle(running: Collection[asyncio.Task[None]]) -> None:
    """Let steps end, or end them."""
    if running:
        _, late = await asyncio.wait(running, timeout=GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _perform(step: Step, done: int, tell: Tell) -> None:
    await tell(done, step.told)
    pause = FIRST_PAUSE
    for attempt in range(1, step.attempts + 1):
        try:
            async with asyncio.timeout(step.seconds):
                return await step.perform()
        except TimeoutError:
            failure = Unavailable(f"{step.told}: no answer in {step.seconds:g} s")
        except Unavailable as error:
            failure = error
        log.info("step failed", step=step.name, attempt=attempt, why=str(failure))
        if attempt < step.attempts:
            await asyncio.sleep(pause)
            pause *= 2
    raise failure
