"""mobility.announce: the network prepares for the place that a device goes to (N2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.places import area_of
from nfs.workflow.serving import device_tool
from nfs.workflow.times import starts_at

ON_THE_WAY = timedelta(hours=6)
"""From the departure; then the place is not prepared any more, unless the user has said until
when."""


def steps(execution: Execution) -> list[Step]:
    """One step: the place becomes part of where the device may roam without registration. Raises
    Refusal TARGET_UNKNOWN, INFEASIBLE for a place that the network does not know."""
    supi, area = execution.target_supi(), area_of(execution)
    slots, intent_id = execution.intent.slots, execution.intent_id
    departure = starts_at(slots)
    wait = departure - datetime.now().astimezone() if departure else timedelta()
    execution.holds_seconds = round((wait + ON_THE_WAY).total_seconds())

    async def prepare() -> None:
        execution.undo_with("withdraw-move", supi=supi, intentId=intent_id)
        prepared = await device_tool(
            execution, "announce-move", supi, intentId=intent_id, tacs=[*sorted(area.tacs)]
        )
        execution.output |= {"area": slots.area, "trackingAreas": prepared["tacs"]}
        if slots.target is not None:
            execution.output["target"] = slots.target

    return [
        Step(
            "prepare",
            "preparing the network where the device goes",
            prepare,
            needs=frozenset({"device.registered"}),
            gives=frozenset({"move.prepared"}),
        )
    ]
