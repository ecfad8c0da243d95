"""What takes the changes of an intent back: calls of tools, the last change first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.workflow.execution.tools import Tools, UndoCall

ATTEMPTS = 4
FIRST_PAUSE = 0.2
"""Seconds before the second attempt; each further pause is four times as long."""

log = structlog.get_logger("workflow")


async def undo(
    calls: Sequence[UndoCall], tools: Tools, undone: Callable[[UndoCall], None]
) -> list[UndoCall]:
    """Make the ``calls``, the last first; ``undone`` is told of each before the next one.

    Returns those that failed: a change that cannot be taken back keeps no other one.
    """
    failed = []
    for call in list(reversed(calls)):
        if await _made(call, tools):
            undone(call)
        else:
            failed.append(call)
    return failed


async def _made(call: UndoCall, tools: Tools) -> bool:
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await tools.call(call.tool, call.input)
        except SbiProblem as problem:
            if problem.status == 404 and problem.cause != "TOOL_NOT_FOUND":
                return True
            log.warning("not undone", tool=call.tool, attempt=attempt, reason=str(problem))
            if problem.status < 500:
                return False
        else:
            return True
        if attempt < ATTEMPTS:
            await asyncio.sleep(pause)
            pause *= 4
    return False
