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
from nfs.semantics.intent import (
    IntentStatus,
    OperatorIntent,
    OperatorResult,
    RefusalClass,
)
from nfs.workflow.execution import UndoCall, undo
from nfs.workflow.lives.hold import hold
from nfs.workflow.lives.records import KEPT_SECONDS, IntentRecord, Records, TakenOver
from nfs.workflow.lives.reports import Notify
from nfs.workflow.workflow import ADMITTED, IntentWorkflow

RETRY = 30.0
"""Seconds until what could not be undone or told is tried again."""

log = structlog.get_logger("workflow")

Report = Callable[[str, OperatorResult], Awaitable[bool]]
"""Whether a report to a subscriber's device was taken."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the lives at one NF have in common: ``count`` is told of each result and how many
    seconds it took, ``restore`` carries out again what a failed correction was to replace, and
    ``begin`` one wish of an intent; ``period`` is the seconds between looks at its targets."""

    records: Records
    workflow: IntentWorkflow
    notify: Notify
    report: Report
    count: Callable[[OperatorResult, float], None]
    restore: Callable[[str], None]
    begin: Callable[[IntentRecord, OperatorIntent], Life]
    period: float


class Life:
    """One record, driven by this instance from where it stands to its end.

    Whatever instance drives it, and wherever another one was killed, its undo calls are made.
    """

    def __init__(self, record: IntentRecord, around: Surroundings) -> None:
        self.record = record
        self.workflow, self.period = around.workflow, around.period
        self._around = around
        self.withdrawn = asyncio.Event()
        self.preempted = False
        self._quietly = False
        self._telling: asyncio.Task[None] | None = None
        self._wishes: list[Life] = []
        self.answer: asyncio.Future[OperatorResult] | None = None
        """Waits for the result of what is one wish of several."""

    def withdraw(self, *, quietly: bool = False, preempted: bool = False) -> None:
        """End the intent; ``quietly`` when the user is told otherwise, ``preempted`` for an intent
        that goes first."""
        self._quietly, self.preempted = quietly, preempted
        self.withdrawn.set()
        for wish in self._wishes:
            wish.withdraw(quietly=True)

    @property
    def seconds_left(self) -> int | None:
        """Until the intent's end; None without one."""
        end = self.record.expires_at
        return None if end is None else max(1, round((end - datetime.now(UTC)).total_seconds()))

    def keep_undo(self, call: UndoCall) -> None:
        if call not in self.record.undo_calls:
            self.record.undo_calls.append(call)
            self.save()

    async def tell_device(self, supi: str, order: DeviceOrder) -> bool:
        """With the progress while the device waits for the result, else by a report."""
        record = self.record
        if supi == record.request.supi and not record.answered:
            await self._progress(ADMITTED, "the device has its part to do", order)
            return True
        told = record.result_of(IntentStatus.IN_PROGRESS, output={"order": order.to_json()})
        return await self._around.report(supi, told)

    async def _progress(self, percent: int, text: str, order: DeviceOrder | None = None) -> None:
        # Of several wishes, each has a way of its own: their text's does not go back and forth.
        percent = percent if self.answer is None else ADMITTED
        told = IntentProgress(percent=percent, text=text, order=order)
        notification = IntentNotification(intent_id=self.record.intent_id, progress=told)
        await self._around.notify(self.record.request, notification)

    async def carry_out(self, wish: OperatorIntent) -> OperatorResult:
        life = self._around.begin(self.record, wish)
        self._wishes.append(life)
        life.answer = asyncio.get_running_loop().create_future()
        return await life.answer

    async def run(self) -> None:
        record = self.record
        try:
            if record.status is IntentStatus.ACKNOWLEDGED:
                await self._begin()
            elif record.status is IntentStatus.IN_PROGRESS:
                # It may have had effect: it is not done twice but has failed.
                self.conclude(_failed(record, "the network restarted while it was at work"))
            if record.holds:
                self._tell_soon()
                await hold(self)
            await self._finish()
        except (TakenOver, StoreUnavailable) as error:
            log.warning("intent given up", intent=record.intent_id, reason=repr(error))
            await undo(record.unkept_calls, self.workflow.tools, lambda _: None)
        finally:
            if self._telling is not None:
                self._telling.cancel()
            if self.answer is not None and not self.answer.done():
                self.answer.set_result(record.result or _failed(record, "it was given up"))

    async def _begin(self) -> None:
        """Carry it out, now or when it is to begin."""
        record = self.record
        if record.starts_at is None:
            await self._carry_out()
        if record.starts_at is None or record.status is not IntentStatus.ACKNOWLEDGED:
            return
        self._tell_soon()
        if await self._withdrawn_before(record.starts_at):
            self.conclude(record.result_of(IntentStatus.CANCELLED))
        else:
            await self._carry_out()

    async def _withdrawn_before(self, moment: datetime) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, (moment - datetime.now(UTC)).total_seconds())):
                await self.withdrawn.wait()
        return self.withdrawn.is_set()

    async def _carry_out(self) -> None:
        record = self.record
        record.status = IntentStatus.IN_PROGRESS
        self.save()
        began = time.perf_counter()
        try:
            result = await self.workflow.run(record, self, self._progress, self.withdrawn)
        except (TakenOver, StoreUnavailable):
            raise
        except Exception:  # whatever went wrong, the user gets an answer
            log.exception("workflow failed", intent=record.intent_id)
            result = _failed(record, "the network could not do this")
        self.conclude(result)
        self._around.count(result, time.perf_counter() - began)

    async def _finish(self) -> None:
        """Take back what was changed, tell the user, and keep the record for a time."""
        record = self.record
        give_up = time.monotonic() + KEPT_SECONDS
        while True:
            await undo(record.undo_calls, self.workflow.tools, self.undone)
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

    def undone(self, call: UndoCall) -> None:
        self.record.undo_calls = [left for left in self.record.undo_calls if left != call]
        self.save()

    def _tell_soon(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Have the user know what is pending: in the answer to the request, later by a report."""
        record = self.record
        while (result := record.pending) is not None:
            taken = False
            if self.answer is not None and not self.answer.done():
                self.answer.set_result(result)
                taken = True
            elif not record.answered:
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
            self.save()

    def conclude(self, result: OperatorResult) -> None:
        """The intent stands otherwise now: write it, and tell the user of it."""
        self.record.conclude(result)
        if self._quietly and self.record.answered and result.status is IntentStatus.CANCELLED:
            self.record.pending = None
        replaced = self.record.replaces
        if replaced is not None and result.status is not IntentStatus.FULFILLED:
            self._around.restore(replaced)
        self.record.replaces = None
        self.save()
        if self.record.holds:
            self._tell_soon()

    def save(self) -> None:
        self._around.records.save(self.record)
        self.workflow.guarantees.note(self.record)


def _failed(record: IntentRecord, reason: str) -> OperatorResult:
    return record.result_of(
        IntentStatus.FAILED, cause=RefusalClass.EXECUTION, output={"reason": reason}
    )
