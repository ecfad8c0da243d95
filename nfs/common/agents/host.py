"""The receiving side of an agent: takes tasks, checks who may give them, has them performed."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

import structlog
from fastapi import Depends, Header

from nfs.common.agents.activity import Activity
from nfs.common.agents.credentials import AccessToken, TokenVerifier, bearer, invalid_credential
from nfs.common.agents.identity import AgentIdentity
from nfs.common.agents.task import (
    DataItem,
    Task,
    TaskFailed,
    TaskRejected,
    TaskResult,
    TaskState,
)
from nfs.common.models.agw_health import HealthReport
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

REPORT_SECONDS = 10.0
MAX_TASKS = 16
"""Tasks at once from which the agent says that it is full; it still takes more."""

MEASURED = 100
"""Tasks of which the latency is reported."""

log = structlog.get_logger("agent")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who gave a task, by AIC: ``actor`` sent it, on behalf of ``subject``."""

    actor: str
    subject: str


Perform = Callable[[Task, Caller], Awaitable[list[DataItem]]]
"""Does a task and returns its products; raises TaskRejected or TaskFailed."""


class AgentHost:
    """Serves ``POST {endPoint}/tasks`` of one agent on an NF's application (I4, I5, D7)."""

    def __init__(self, nf: NetworkFunction, identity: AgentIdentity, perform: Perform) -> None:
        self._nf = nf
        self._identity = identity
        self._perform = perform
        self._tokens = TokenVerifier(nf)
        self._activity = Activity(nf)
        self._used: dict[str, int] = {}
        self._under_way = 0
        self._latencies: deque[float] = deque(maxlen=MEASURED)
        self._began = time.monotonic()
        nf.own_check.add("/tasks")

        # A dependency is resolved before the body is looked at.
        credential = Depends(self._token)

        @nf.app.post("/tasks", tags=["tasks"])
        async def post_task(task: Task, token: AccessToken = credential) -> dict[str, Any]:
            return await self._take(task, token)

    async def report_health(self, interval: float = REPORT_SECONDS) -> None:
        """Tell the gateway, for ever, that the agent lives and how much it has to do (H16)."""
        while True:
            report = HealthReport(
                uptime_seconds=time.monotonic() - self._began,
                interval_seconds=interval,
                active_tasks=self._under_way,
                max_active_tasks=MAX_TASKS,
                task_latency_ms=self._latency(),
            )
            try:
                await self._identity.report_health(report)
            except SbiProblem as problem:
                log.info("health not reported", reason=str(problem))
            await asyncio.sleep(interval)

    async def measure(self, task: Task, caller: Caller) -> None:
        """Do a task of its own, so that it is known how long one takes before the first comes.
        Raises TaskRejected or TaskFailed."""
        began = time.perf_counter()
        await self._perform(task, caller)
        self._latencies.append(time.perf_counter() - began)

    def _latency(self) -> float | None:
        """Milliseconds within which 95 % of the latest tasks were done."""
        if not self._latencies:
            return None
        ordered = sorted(self._latencies)
        return round(ordered[math.ceil(0.95 * len(ordered)) - 1] * 1000, 3)

    async def _token(self, authorization: Annotated[str | None, Header()] = None) -> AccessToken:
        token = await self._tokens.access_token(bearer(authorization), self._identity.aic)
        await self._activity.check(token)
        return token

    async def _take(self, task: Task, token: AccessToken) -> dict[str, Any]:
        self._authorise(task, token)
        caller = Caller(token.actor, token.subject)
        result = await self._run(task, caller)
        log.info(
            "task done",
            agent=self._identity.aic,
            actor=caller.actor,
            subject=caller.subject,
            capability=task.capability,
            state=result.state.value,
        )
        return result.to_json()

    def _authorise(self, task: Task, token: AccessToken) -> None:
        """The token must be for this capability and from the sender (J6); it serves one task."""
        if task.sender_id != token.actor:
            raise SbiProblem(403, "SENDER_MISMATCH", "senderId is not the agent that authenticated")
        if task.capability != token.capability or task.capability not in self._identity.offered:
            raise SbiProblem(403, "SCOPE_NOT_ALLOWED", "the token is not for this capability")
        now = time.time()
        self._used = {jti: expiry for jti, expiry in self._used.items() if expiry >= now}
        if token.token_id in self._used:
            raise invalid_credential()
        self._used[token.token_id] = token.expires_at + 60

    async def _run(self, task: Task, caller: Caller) -> TaskResult:
        products: list[DataItem] = []
        reason = None
        self._under_way += 1
        began = time.perf_counter()
        try:
            products = await self._perform(task, caller)
            self._latencies.append(time.perf_counter() - began)
            state = TaskState.COMPLETED
        except TaskRejected as rejected:
            state, reason, products = TaskState.REJECTED, rejected.reason, rejected.products
        except TaskFailed as failed:
            state, reason = TaskState.FAILED, str(failed)
        finally:
            self._under_way -= 1
        return TaskResult(
            task_id=task.task_id,
            state=state,
            sender_id=self._identity.aic,
            products=products,
            reason=reason,
        )
