"""While an intent holds: its end is awaited and its targets are looked after (L25)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from pydantic import JsonValue

from nfs.semantics.intent import AchievedTarget, IntentStatus, OperatorResult, RefusalClass
from nfs.workflow.assurance import Assurance, Seen, Verdict, Watch
from nfs.workflow.execution import undo
from nfs.workflow.lives.keeper import Keeper
from nfs.workflow.lives.records import IntentRecord, PlanNote
from nfs.workflow.workflow import IntentWorkflow


class Holder(Keeper, Protocol):
    """The life of the intent, as far as it matters while the intent holds."""

    record: IntentRecord
    withdrawn: asyncio.Event
    preempted: bool
    workflow: IntentWorkflow
    period: float

    def conclude(self, result: OperatorResult) -> None: ...


NEARLY = 5.0
"""Seconds before the end of an intent in which others may have ended it already: the SMF counts
the time of a flow as well."""


async def hold(life: Holder) -> None:
    """Until the intent's time is over, it is withdrawn, or what was done for it is gone."""
    record = life.record
    over = _standing(record, IntentStatus.CANCELLED)
    assurance = life.workflow.assurance(record, life)
    watch = Watch(kept=record.status is IntentStatus.FULFILLED)
    while not life.withdrawn.is_set():
        left = _seconds_to(record.expires_at)
        if left is not None and left <= (NEARLY if assurance.gone else 0):
            over = _standing(record, IntentStatus.EXPIRED)
            break
        if assurance.gone:
            over = _gone(record, assurance.gone)
            break
        pause = left
        if assurance:
            await _look(life, assurance, watch)
            pause = min(life.period, left or life.period)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await life.withdrawn.wait()
    life.conclude(_preempted(record) if life.preempted else over)


async def _look(life: Holder, assurance: Assurance, watch: Watch) -> None:
    """A breach that lasts is answered with another plan, once; then the user is told."""
    record = life.record
    seen = await assurance.look()
    verdict = watch.look(met=not seen.missed) if seen is not None else None
    if seen is None or verdict is None or life.withdrawn.is_set():
        return
    if verdict is Verdict.RECOVERED:
        life.conclude(_standing(record, IntentStatus.FULFILLED, seen.measured, "RECOVERED"))
    elif not record.re_planned and await _plan_again(life, assurance, seen):
        watch.try_again()
    else:
        life.conclude(_standing(record, IntentStatus.DEGRADED, seen.measured, "DEGRADED"))


async def _plan_again(life: Holder, assurance: Assurance, seen: Seen) -> bool:
    """Whether what missed its targets has another plan now; the former one is taken back."""
    record, workflow = life.record, life.workflow
    record.re_planned = True
    life.save()
    for former, measured in seen.missed:
        by = await workflow.plan_again(former, measured, life.withdrawn)
        obsolete = (former if by is not None else former.again([])).intent_id
        calls = [call for call in record.undo_calls if call.made_for == obsolete]
        await undo(calls, workflow.tools, life.undone)
        if by is None:
            return False
        assurance.replace(former, by)
        note = PlanNote(plan_id=by.intent_id, output=by.output)
        record.plans = [note if n.plan_id == former.intent_id else n for n in record.plans]
        life.save()
    return True


def _standing(
    record: IntentRecord,
    status: IntentStatus,
    measured: Sequence[AchievedTarget] = (),
    event: str | None = None,
) -> OperatorResult:
    """How a fulfilled intent stands now."""
    return record.result_of(
        status,
        output={} if event is None else {"event": event},
        achieved=list(measured),
    )


def _gone(record: IntentRecord, reason: str) -> OperatorResult:
    """It ended with the connection that it was for."""
    return record.result_of(
        IntentStatus.CANCELLED,
        output={"event": "GONE", "reason": reason},
    )


def _preempted(record: IntentRecord) -> OperatorResult:
    """It made way for an intent of a higher priority, which is nobody's business."""
    conflict: JsonValue = {"conflictId": "1", "conflictType": "INTENT_CONFLICT"}
    reason = "an intent of a higher priority needs what this one had"
    return record.result_of(
        IntentStatus.FAILED,
        cause=RefusalClass.INFEASIBLE,
        output={"event": "PREEMPTED", "reason": reason, "conflicts": [conflict]},
    )


def _seconds_to(end: datetime | None) -> float | None:
    return None if end is None else (end - datetime.now(UTC)).total_seconds()
