"""Notifications of an intent's progress and result, and reports of how it stands later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from nfs.common.models.iaf import IntentNotification, IntentSubmission
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.serving_amf import call_serving_amf
from nfs.semantics.intent import OperatorResult

ATTEMPTS = 4
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; each further pause is four times as long."""

Notify = Callable[[IntentSubmission, IntentNotification], Awaitable[bool]]
"""Whether who asked has taken a notification."""

log = structlog.get_logger("workflow")


async def notify(
    nf: NetworkFunction, request: IntentSubmission, notification: IntentNotification
) -> bool:
    """Whether the notification was taken, at the latest at the last attempt; progress has one."""

    async def post() -> None:
        await nf.notify(request.notification_uri, notification.to_json(), peer="AMF")

    attempts = 1 if notification.result is None else ATTEMPTS
    return await _taken(post, attempts, notification.intent_id)


async def report(nf: NetworkFunction, supi: str, result: OperatorResult) -> bool:
    """Whether the report was taken by the AMF that serves the UE by now: the UDM knows it."""

    async def post() -> None:
        path = f"/namf-callback/v1/ue-contexts/{supi}/intent-reports"
        body = result.to_json()
        await call_serving_amf(nf, supi, "namf-callback", "POST", path, json=body)

    return await _taken(post, ATTEMPTS, result.intent_id)


async def _taken(post: Callable[[], Awaitable[None]], attempts: int, intent_id: str) -> bool:
    pause = FIRST_PAUSE
    for attempt in range(1, attempts + 1):
        try:
            await post()
        except SbiProblem as problem:
            log.warning("not told", intent=intent_id, attempt=attempt, reason=str(problem))
            if problem.status == 404:
                return False
            if attempt < attempts:
                await asyncio.sleep(pause)
                pause *= 4
        else:
            return True
    return False
