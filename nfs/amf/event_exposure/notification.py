"""Namf_EventExposure Notify (TS 29.518 clause 5.3.2.4)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from nfs.common.models.amf_events import (
    AmfEvent,
    AmfEventNotification,
    AmfEventReport,
    AmfEventSubscription,
)
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amf.app import Amf

PAUSES = (0.0, 0.5, 2.0, 8.0)
"""Seconds before each attempt."""

log = structlog.get_logger("amf")


def report(
    uri: str, subscription: AmfEventSubscription, event: AmfEvent, content: dict[str, Any]
) -> AmfEventReport:
    """What is observed now, under the subscription at ``uri``."""
    body = {
        "type": event.type,
        "state": {"active": True},
        "timeStamp": datetime.now(UTC),
        "subscriptionId": uri,
        "supi": subscription.supi,
    }
    return AmfEventReport.model_validate(body | content)


async def notify(
    amf: Amf, subscription: AmfEventSubscription, reports: list[AmfEventReport]
) -> bool:
    """False when the subscriber does not know its callback any more."""
    notification = AmfEventNotification(
        notify_correlation_id=subscription.notify_correlation_id, report_list=reports
    )
    for pause in PAUSES:
        await asyncio.sleep(pause)
        try:
            await amf.notify(subscription.event_notify_uri, notification.to_json())
        except SbiProblem as problem:
            log.warning("event not notified", supi=subscription.supi, reason=str(problem))
            if problem.status == 404:
                return False
        else:
            break
    return True
