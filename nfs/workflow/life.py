"""The life of one intent: carried out, held while it lasts, taken back, told, settled (L25)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from nfs.common.models.device_order import DeviceOrder
from nfs.common.models.iaf import (
    IntentNotification,
    IntentProgress,
)
from nfs.common.store import StoreUnavailable
from nfs.semantics.intent import IntentStatus, OperatorResult, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow.execution import undo
from nfs.workflow.records import KEPT_SECONDS, IntentRecord, Records, TakenOver
from nfs.workflow.reports import Notify
from nfs.workflow.workflow import ADMITTED, IntentWorkflow

RETRY = 30.0
"""Seconds until what could not be undone or told is tried again."""

log = structlog.get_logger("workflow")

Report = Callable[[str, OperatorResult], Awaitable[bool]]
"""Whether a report to a subscriber's device was taken."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the lives at one NF have in common; ``count`` is told of each result and how many
    seconds it took; ``restore`` carries out again what a failed correction
    was to replace."""

    records: Records
    workflow: IntentWorkflow
    notify: Notify
    report: Report
    count: Callable[[OperatorResult, float], None]
    restore: Callable[[str], None]


class Life:
    """One record, driven by this instance from where it stands to its end.

    Whatever instance drives it, and wherever another one was killed, its undo calls are made.
    """

    def __init__(self, record: IntentRecord, around: Surroundings) -> None:
        self.record = record
        self._around = around
        self._withdrawn = asyncio.Event()
        self._quietly = False
        self._telling: asyncio.Task[None] | None = None

    def withdraw(self, *, quietly: bool = False) -> None:
        """End the intent; ``quietly`` when the user is told otherwise."""
        self._quietly = quietly
        self._withdrawn.set()

    async def run(self) -> None:
        record = self.record
        try:
            if record.status is IntentStatus.ACKNOWLEDGED:
                await self._carry_out()
            elif record.status is IntentStatus.IN_PROGRESS:
                # It may have had effect: it is not done twice but has failed.
                self._conclude(_failed(record, "the network restarted while it was at work"))
            if record.holds:
                self._tell_soon()
                await self._hold()
            await self._finish()
        except (TakenOver, StoreUnavailable) as error:
            log.warning("intent given up", intent=record.intent_id, reason=repr(error))
            await undo(record.unkept_calls, self._around.workflow.tools, lambda _: None)
        finally:
            if self._telling is not None:
                self._telling.cancel()

    async def _carry_out(self) -> None:
        record = self.record

        async def progress(percent: int, text: str, order: DeviceOrder | None = None) -> None:
            told = IntentProgress(percent=percent, text=text, order=order)
            notification = IntentNotification(intent_id=record.intent_id, progress=told)
            await self._around.notify(record.request, notification)

        async def tell_device(order: DeviceOrder) -> None:
            await progress(ADMITTED, "the device has its part to do", order)

        record.status = IntentStatus.IN_PROGRESS
        self._save()
        began = time.perf_counter()
        try:
            result = await self._around.workflow.run(
                record, self._save, progress, self._withdrawn, tell_device
            )
        except (TakenOver, StoreUnavailable):
            raise
        except Exception:  # whatever went wrong, the user gets an answer
            log.exception("workflow failed", intent=record.intent_id)
            result = _failed(record, "the network could not do this")
        self._conclude(result)
        self._around.count(result, time.perf_counter() - began)

    async def _hold(self) -> None:
        """Until its time is over, or it is withdrawn."""
        record = self.record
        status = IntentStatus.CANCELLED
        while not self._withdrawn.is_set():
            left = _seconds_to(record.expires_at)
            if left is not None and left <= 0:
                status = IntentStatus.EXPIRED
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._withdrawn.wait()
        self._conclude(
            OperatorResult(intent_id=record.intent_id, kind=_kind(record), status=status)
        )

    async def _finish(self) -> None:
        """Take back what was changed, tell the user, and keep the record for a time."""
        record = self.record
        give_up = time.monotonic() + KEPT_SECONDS
        while True:
            await undo(record.undo_calls, self._around.workflow.tools, self._undone)
            self._tell_soon()
            if self._telling is not None:
                await self._telling
            if not record.undo_calls and record.pending is None:
                break
            if time.monotonic() > give_up:
                log.error("given up", intent=record.intent_id, left=len(record.undo_calls))
                break
            await asyncio.sleep(RETRY)
        self._around.records.settle(record)

    def _undone(self, call: object) -> None:
        self.record.undo_calls = [left for left in self.record.undo_calls if left != call]
        self._save()

    def _tell_soon(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Have the user know what is pending: in the answer to the request, later by a report."""
        record = self.record
        while (result := record.pending) is not None:
            taken = False
            if not record.answered:
                answer = IntentNotification(intent_id=record.intent_id, result=result.to_json())
                taken = await self._around.notify(record.request, answer)
                # Who cancelled an intent may not wait for its result.
                taken = taken or result.status is IntentStatus.CANCELLED
            if not taken:
                taken = await self._around.report(record.request.supi, result)
            if not taken:
                return
            record.answered = True
            if record.pending is result:
                record.pending = None
            self._save()

    def _conclude(self, result: OperatorResult) -> None:
        self.record.conclude(result)
        if self._quietly and self.record.answered and result.status is IntentStatus.CANCELLED:
            self.record.pending = None
        replaced = self.record.replaces
        if replaced is not None and result.status is not IntentStatus.FULFILLED:
            self._around.restore(replaced)
        self.record.replaces = None
        self._save()

    def _save(self) -> None:
        self._around.records.save(self.record)


def _seconds_to(end: datetime | None) -> float | None:
    return None if end is None else (end - datetime.now(UTC)).total_seconds()


def _kind(record: IntentRecord) -> Kind:
    return record.intent.kind if record.intent is not None else Kind.NONE


def _failed(record: IntentRecord, reason: str) -> OperatorResult:
    return OperatorResult(
        intent_id=record.intent_id,
        kind=_kind(record),
        status=IntentStatus.FAILED,
        cause=RefusalClass.EXECUTION,
        output={"reason": reason},
    )
