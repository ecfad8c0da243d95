"""The intents of an NF with agent capability, whichever of its instances drives them.

An intent is its instance's as long as that one renews its lease; then another one takes it over.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from datetime import UTC, datetime
from functools import partial

import structlog

from nfs.common.models.iaf import IntentSubmission
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.access import Consumer
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Document, Leases, Store, StoreUnavailable, follow
from nfs.semantics.intent import OperatorIntent, OperatorResult
from nfs.workflow.dialogue import Dialogue
from nfs.workflow.lives import reports
from nfs.workflow.lives.crossings import Crossings
from nfs.workflow.lives.life import Life, Report, Surroundings
from nfs.workflow.lives.records import KEPT_SECONDS, LIVE, IntentRecord, Records, TakenOver
from nfs.workflow.lives.reports import Notify
from nfs.workflow.workflow import IntentWorkflow

WITHDRAWN = "withdrawn-intents"
MAX_LIVE = 32
"""Intents of one subscriber that are carried out or hold; more are refused."""

log = structlog.get_logger("workflow")


class Intents:
    """``notify`` tells who asked of progress and result, by default at the notificationUri;
    ``report`` the subscriber's device of what comes later, by default through its AMF. ``period``:
    seconds from one look at an intent's targets to the next."""

    def __init__(
        self,
        nf: NetworkFunction,
        store: Store,
        workflow: IntentWorkflow,
        *,
        notify: Notify | None = None,
        report: Report | None = None,
        period: float = 1.0,
    ) -> None:
        self._nf = nf
        self._store = store
        owner = f"{nf.instance_id}/{uuid.uuid4().hex[:8]}"
        self.records = Records(store, owner)
        self._around = Surroundings(
            self.records,
            workflow,
            notify or partial(reports.notify, nf),
            report or partial(reports.report, nf),
            self._count,
            self._restore,
            self._begin,
            period,
        )
        workflow.dialogue = Dialogue(store, self)
        self._guarantees = workflow.guarantees
        self._leases = Leases(store, owner)
        self._lives: dict[str, Life] = {}
        self._crossings = Crossings(nf, self._around.report, self._lives.get)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        name = nf.nf_type.lower()
        self._ended = nf.metrics.counter(f"{name}_intents", "Intents that ended", "kind", "status")
        self._seconds = nf.metrics.histogram(
            f"{name}_intent_seconds", "From intent to result", "kind"
        )

    def create(self, request: IntentSubmission, consumer: Consumer | None = None) -> IntentRecord:
        """Acknowledge an intent, for the NF that asks, and carry it out in the background.

        Raises SbiProblem 429 when the subscriber has too many.
        """
        live = sum(life.record.request.supi == request.supi for life in self._lives.values())
        if live >= MAX_LIVE:
            raise SbiProblem(429, "TOO_MANY_INTENTS", f"the subscriber has {live} intents already")
        asked_by = consumer.instance_id if consumer is not None else None
        record = self.records.create(request, asked_by=asked_by)
        self._drive(record)
        return record

    def cancel(self, intent_id: str, *, quietly: bool = False, preempted: bool = False) -> None:
        """End an intent that is under way or holds, and take it back; the user is told CANCELLED
        unless ``quietly``, or that it was ``preempted``. Raises SbiProblem 404 if it has ended."""
        if (life := self._lives.get(intent_id)) is not None and not life.record.ended:
            life.withdraw(quietly=quietly, preempted=preempted)
            return
        record = self.records.get(intent_id)
        if record is None or record.ended or life is not None:
            raise SbiProblem(404, "INTENT_NOT_FOUND", f"there is no intent {intent_id} to cancel")
        how = {"quietly": quietly, "preempted": preempted}
        self._store.put(WITHDRAWN, intent_id, how, ttl=KEPT_SECONDS)

    async def end(self, intent_id: str) -> None:
        """As ``cancel``, but only who waits for the result is told; what it changed is taken back
        when this returns, unless another instance drives it. Raises SbiProblem 404."""
        self.cancel(intent_id, quietly=True)
        await self._ended_here(intent_id)

    async def preempt(self, intent_id: str) -> None:
        self.cancel(intent_id, preempted=True)
        await self._ended_here(intent_id)

    async def _ended_here(self, intent_id: str) -> None:
        if (task := self._tasks.get(intent_id)) is not None:
            await asyncio.wait({task}, timeout=10)

    def of(self, supi: str) -> list[IntentRecord]:
        return self.records.of(supi)

    def start(self) -> None:
        self._nf.spawn(self._keep_lease())
        if self._nf.shared_state:
            self._nf.spawn(follow(self._store, WITHDRAWN, tuple, self._withdrawn))
            self._nf.spawn(follow(self._store, LIVE, self._claimed, self._claims_of_another))

    def stop(self) -> None:
        """The NF has stopped: others need not wait to take over."""
        self._leases.end()

    async def _keep_lease(self) -> None:
        while True:
            try:
                self._leases.renew()
                self._take_over()
            except StoreUnavailable as error:
                log.warning("lease not renewed", reason=str(error))
            await asyncio.sleep(self._leases.renewal_seconds)

    def _take_over(self) -> None:
        """Of instances that are gone, and what this one gave up when the store was away."""
        for record in list(self.records.abandoned(self._leases.alive(), self._lives)):
            try:  # of several instances that are left, one takes it
                self.records.take(record)
            except TakenOver:
                continue
            life = self._drive(record)
            if record.holds:
                self._nf.spawn(self._crossings.watch_again(life))
            self._withdrawn(record.intent_id, self._store.get(WITHDRAWN, record.intent_id))

    def _withdrawn(self, intent_id: str, document: Document | None) -> None:
        """It was cancelled at another instance."""
        life = self._lives.get(intent_id)
        if life is not None and document is not None:
            how = {name: bool(document.value.get(name)) for name in ("quietly", "preempted")}
            life.withdraw(**how)

    def _begin(self, whole: IntentRecord, wish: OperatorIntent) -> Life:
        """One wish of an intent is an intent of its own."""
        return self._drive(self.records.create(whole.request, wish, whole.intent_id))

    def _drive(self, record: IntentRecord) -> Life:
        intent_id = record.intent_id
        life = Life(record, self._around)
        self._lives[intent_id] = life
        self._guarantees.note(record)
        self._tasks[intent_id] = task = self._nf.spawn(life.run())
        task.add_done_callback(partial(self._forget, intent_id))
        return life

    def _restore(self, intent_id: str) -> None:
        """Carry out again, for the rest of its time, what was ended for a correction that failed;
        the user gets a report."""
        old = self.records.get(intent_id)
        if old is None or old.intent is None or not old.ended:
            return
        intent = old.intent
        if old.expires_at is not None:
            left = round((old.expires_at - datetime.now(UTC)).total_seconds())
            if left <= 0:
                return
            update = {"duration_seconds": left, "end_time": None}
            slots = intent.slots.model_copy(update=update)
            intent = intent.model_copy(update={"slots": slots})
        self._drive(self.records.create(old.request, intent))

    def _forget(self, intent_id: str, life: asyncio.Task[None]) -> None:
        del self._lives[intent_id], self._tasks[intent_id]
        self._guarantees.forget(intent_id)
        if self._nf.shared_state and not life.cancelled() and life.exception() is None:
            with contextlib.suppress(StoreUnavailable):  # another instance may have taken it over
                self._claims_of_another(intent_id, self._store.get(LIVE, intent_id))

    def _claimed(self) -> list[str]:
        return [intent_id for intent_id in self._guarantees if intent_id not in self._lives]

    def _claims_of_another(self, intent_id: str, document: Document | None) -> None:
        """What another instance's intent has guaranteed counts here as well."""
        if intent_id in self._lives:
            return
        record = self.records.of_another(intent_id, document)
        if record is None:
            self._guarantees.forget(intent_id)
        else:
            self._guarantees.note(record)

    def _count(self, result: OperatorResult, seconds: float) -> None:
        self._ended.labels(result.kind.value, result.status.value).inc()
        self._seconds.labels(result.kind.value).observe(seconds)
