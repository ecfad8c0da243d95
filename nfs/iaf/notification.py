"""Notifications of an intent's progress and result to the NF that asked."""

from __future__ import annotations

import asyncio

import structlog

from nfs.common.models.iaf import IntentNotification
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

ATTEMPTS = 4
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; each further pause is four times as long."""

log = structlog.get_logger("iaf")


async def notify(
    nf: NetworkFunction, uri: str, notification: IntentNotification, attempts: int = ATTEMPTS
) -> bool:
    """Whether the notification was taken, at the latest at the last attempt."""
    pause = FIRST_PAUSE
    for attempt in range(1, attempts + 1):
        try:
            await nf.notify(uri, notification.to_json(), peer="AMF")
        except SbiProblem as problem:
            log.warning(
                "notification not taken",
                intent=notification.intent_id,
                attempt=attempt,
                reason=str(problem),
            )
            if attempt < attempts:
                await asyncio.sleep(pause)
                pause *= 4
        else:
            return True
    return False
