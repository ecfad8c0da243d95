"""location.geofence: the user is told when a device enters or leaves a place.

The AMF that serves the device reports crossings (Namf_EventExposure) to the NF that carries the
intent out, which reports them to the phone that asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from nfs.common.models.amf_events import AmfEventNotification, PresenceState
from nfs.semantics.intent import OperatorIntent, Trigger
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.places import area_of
from nfs.workflow.privacy import check_location
from nfs.workflow.serving import device_tool
from nfs.workflow.times import holds_for

_CROSSINGS = {
    PresenceState.IN_AREA: Trigger.ENTER,
    PresenceState.OUT_OF_AREA: Trigger.LEAVE,
}


def steps(execution: Execution) -> list[Step]:
    """One step: watching. Raises Refusal TARGET_UNKNOWN, INFEASIBLE."""
    supi = execution.target_supi()
    area_of(execution)
    seconds = holds_for(execution.intent.slots)

    async def begin() -> None:
        await check_location(execution, supi)
        execution.undo_with("stop-watching-area", supi=supi, intentId=execution.intent_id)
        presence = await watch(execution, seconds)
        execution.output |= facts(execution.intent) | {"presence": presence}
        if seconds is not None:
            execution.output["durationSeconds"] = seconds

    return [
        Step(
            "watch",
            "watching the border of the place",
            begin,
            needs=frozenset({"device.registered"}),
            gives=frozenset({"area.watched"}),
        ),
    ]


async def watch(execution: Execution, seconds: int | None) -> str:
    """At the AMF that serves the device now, for so long; what this one watched for the intent
    before, it does no more. The presence of the device there. Raises Refusal."""
    area = area_of(execution)
    watched: dict[str, JsonValue] = {
        "tacs": [*sorted(area.tacs)],
        "cells": [*sorted(area.cells)],
        "notifyUri": crossings_uri(execution),
        "intentId": execution.intent_id,
    }
    if seconds is not None:
        watched["seconds"] = seconds
    answer = await device_tool(execution, "watch-area", execution.target_supi(), **watched)
    return str(answer["presence"])


def crossings_uri(execution: Execution) -> str:
    """Where the AMF reports crossings to."""
    nf = execution.nf
    return f"{nf.api_root}/{nf.callback_service}/v1/crossings/{execution.intent_id}"


def facts(intent: OperatorIntent) -> dict[str, JsonValue]:
    """What it is about, in the user's words."""
    named = {"target": intent.slots.target, "area": intent.slots.area}
    return {name: value for name, value in named.items() if value is not None}


def presences(notification: AmfEventNotification) -> Iterator[PresenceState]:
    """In the order of the reports."""
    for report in notification.report_list or ():
        for area in report.area_list or ():
            if area.presence_info is not None and area.presence_info.presence_state is not None:
                yield area.presence_info.presence_state


def is_over(notification: AmfEventNotification) -> bool:
    """The AMF watches no more: it serves the device no more."""
    return any(report.state.get("active") is False for report in notification.report_list or ())


def crossing(intent: OperatorIntent, now: PresenceState) -> Trigger | None:
    """What the user hears of, when the device is there ``now`` and was not before."""
    crossed, wanted = _CROSSINGS.get(now), intent.slots.trigger or Trigger.BOTH
    return crossed if wanted in (crossed, Trigger.BOTH) else None
