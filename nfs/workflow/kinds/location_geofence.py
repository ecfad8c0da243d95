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
    slots, intent_id = execution.intent.slots, execution.intent_id
    supi, area = execution.target_supi(), area_of(execution)
    seconds = holds_for(slots)

    async def watch() -> None:
        await check_location(execution, supi)
        watched: dict[str, JsonValue] = {
            "tacs": [*sorted(area.tacs)],
            "cells": [*sorted(area.cells)],
            "notifyUri": crossings_uri(execution),
        }
        if seconds is not None:
            watched["seconds"] = seconds
        execution.undo_with("stop-watching-area", supi=supi, intentId=intent_id)
        answer = await device_tool(execution, "watch-area", supi, intentId=intent_id, **watched)
        execution.output |= facts(execution.intent) | {"presence": answer["presence"]}
        if seconds is not None:
            execution.output["durationSeconds"] = seconds

    return [
        Step(
            "watch",
            "watching the border of the place",
            watch,
            needs=frozenset({"device.registered"}),
            gives=frozenset({"area.watched"}),
        ),
    ]


def crossings_uri(execution: Execution) -> str:
    """Where the AMF reports crossings to."""
    nf = execution.nf
    return f"{nf.api_root}/{nf.callback_service}/v1/crossings/{execution.intent_id}"


def facts(intent: OperatorIntent) -> dict[str, JsonValue]:
    """What it is about, in the user's words."""
    named = {"target": intent.slots.target, "area": intent.slots.area}
    return {name: value for name, value in named.items() if value is not None}


def crossings(intent: OperatorIntent, notification: AmfEventNotification) -> Iterator[Trigger]:
    """Those of a notification that the user wants to hear of."""
    wanted = intent.slots.trigger or Trigger.BOTH
    for report in notification.report_list or ():
        for area in report.area_list or ():
            state = area.presence_info.presence_state if area.presence_info else None
            crossing = _CROSSINGS.get(state or PresenceState.UNKNOWN)
            if crossing is not None and wanted in (crossing, Trigger.BOTH):
                yield crossing
