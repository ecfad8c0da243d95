"""Niaf_Intent_Create and _Cancel: intents that this IAF has acknowledged, until they are reported.

An intent is in the store from before its acknowledgement until its result was taken by the NF that
asked, so that a restart loses neither. It is its IAF's as long as that one renews its lease; then
another instance takes it over.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import structlog

from nfs.common.models.iaf import (
    IntentCreated,
    IntentNotification,
    IntentProgress,
    IntentSubmission,
)
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Conflict, Leases, Store, StoreUnavailable
from nfs.iaf.notification import notify
from nfs.semantics.intent import IntentStatus, OperatorResult, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow import IntentWorkflow

INTENTS = "intents"

log = structlog.get_logger("iaf")


class Intents:
    def __init__(self, nf: NetworkFunction, store: Store, workflow: IntentWorkflow) -> None:
        self._nf = nf
        self._store = store
        self._workflow = workflow
        self._ended = nf.metrics.counter("iaf_intents", "Intents that ended", "kind", "status")
        self._seconds = nf.metrics.histogram("iaf_intent_seconds", "From intent to result", "kind")
        self._leases = Leases(store, nf.instance_id)
        self._running: dict[str, asyncio.Task[None]] = {}

    def create(self, request: IntentSubmission) -> IntentCreated:
        """Acknowledge an intent and carry it out in the background."""
        intent_id = str(uuid.uuid4())
        self._save(intent_id, request, IntentStatus.ACKNOWLEDGED)
        self._begin(intent_id, request)
        return IntentCreated(intent_id=intent_id, status=IntentStatus.ACKNOWLEDGED.value)

    def cancel(self, intent_id: str) -> None:
        """Stop an intent; its result is then CANCELLED. Raises SbiProblem 404 if it has ended."""
        task = self._running.pop(intent_id, None)
        kept = self._store.get(INTENTS, intent_id)
        if task is None or kept is None:
            detail = f"there is no intent {intent_id} under way"
            raise SbiProblem(404, "INTENT_NOT_FOUND", detail)
        task.cancel()
        request = IntentSubmission.model_validate(kept.value["request"])
        result = _ended(intent_id, IntentStatus.CANCELLED)
        self._save(intent_id, request, IntentStatus.CANCELLED, result)
        self._nf.spawn(self._report(intent_id, request, result))

    async def keep_lease(self) -> None:
        """Say that this instance lives, and take over from those that do not; for ever."""
        while True:
            try:
                self._leases.renew()
                self.resume()
            except StoreUnavailable as error:
                log.warning("lease not renewed", reason=str(error))
            await asyncio.sleep(self._leases.renewal_seconds)

    def end_lease(self) -> None:
        self._leases.end()

    def resume(self) -> None:
        """Of instances that are gone: begin what was not begun, report what ended.

        What was under way may have had effect already, so it is not done twice but has failed.
        """
        others = self._leases.alive() | {self._nf.instance_id}
        for intent_id, kept in list(self._store.scan(INTENTS)):
            if intent_id in self._running or kept.value.get("owner") in others:
                continue
            try:  # of several that are left, one takes it
                taken = kept.value | {"owner": self._nf.instance_id}
                self._store.put(INTENTS, intent_id, taken, expect=kept.version)
            except Conflict:
                continue
            request = IntentSubmission.model_validate(kept.value["request"])
            if kept.value["status"] == IntentStatus.ACKNOWLEDGED:
                self._begin(intent_id, request)
                continue
            if (stored := kept.value.get("result")) is not None:
                result = OperatorResult.model_validate(stored)
            else:
                result = _failed(intent_id, "the network restarted while it was at work")
                self._save(intent_id, request, result.status, result)
            self._nf.spawn(self._report(intent_id, request, result))

    def _begin(self, intent_id: str, request: IntentSubmission) -> None:
        self._running[intent_id] = self._nf.spawn(self._carry_out(intent_id, request))

    async def _carry_out(self, intent_id: str, request: IntentSubmission) -> None:
        async def progress(percent: int, text: str) -> None:
            told = IntentProgress(percent=percent, text=text)
            notification = IntentNotification(intent_id=intent_id, progress=told)
            await notify(self._nf, request.notification_uri, notification, attempts=1)

        self._save(intent_id, request, IntentStatus.IN_PROGRESS)
        began = time.perf_counter()
        try:
            result = await self._workflow.run(request, progress, intent_id)
        except Exception:  # whatever went wrong, the user gets an answer
            log.exception("workflow failed", intent=intent_id)
            result = _failed(intent_id, "the network could not do this")
        self._save(intent_id, request, result.status, result)
        self._ended.labels(result.kind.value, result.status.value).inc()
        self._seconds.labels(result.kind.value).observe(time.perf_counter() - began)
        self._running.pop(intent_id, None)
        await self._report(intent_id, request, result)

    async def _report(
        self, intent_id: str, request: IntentSubmission, result: OperatorResult
    ) -> None:
        notification = IntentNotification(intent_id=intent_id, result=result.to_json())
        if await notify(self._nf, request.notification_uri, notification):
            self._store.delete(INTENTS, intent_id)

    def _save(
        self,
        intent_id: str,
        request: IntentSubmission,
        status: IntentStatus,
        result: OperatorResult | None = None,
    ) -> None:
        document: dict[str, Any] = {
            "status": status.value,
            "request": request.to_json(),
            "owner": self._nf.instance_id,
        }
        if result is not None:
            document["result"] = result.to_json()
        self._store.put(INTENTS, intent_id, document)


def _ended(intent_id: str, status: IntentStatus) -> OperatorResult:
    return OperatorResult(intent_id=intent_id, kind=Kind.NONE, status=status)


def _failed(intent_id: str, reason: str) -> OperatorResult:
    return OperatorResult(
        intent_id=intent_id,
        kind=Kind.NONE,
        status=IntentStatus.FAILED,
        cause=RefusalClass.EXECUTION,
        output={"reason": reason},
    )
