"""reachability.get: whether a device of the subscription can be reached; never where it is."""

from __future__ import annotations

from datetime import datetime

from nfs.workflow.execution import Execution, Step
from nfs.workflow.serving import if_registered


def steps(execution: Execution) -> list[Step]:
    """One step: asking the AMF. Raises Refusal TARGET_UNKNOWN."""
    supi = execution.target_supi()

    async def ask() -> None:
        if (target := execution.intent.slots.target) is not None:
            execution.output["target"] = target
        known = await execution.answer(if_registered(execution, "get-reachability", supi))
        if known is None:
            execution.output |= {"reachable": False, "rmState": "RM-DEREGISTERED"}
            return
        seen = datetime.fromisoformat(known["lastSeen"]).astimezone()
        execution.output |= {
            "reachable": known["reached"] != "WHEN_IT_IS_BACK",
            "reached": known["reached"],
            "rmState": known["rmState"],
            "cmState": known["cmState"],
            "lastSeen": seen.strftime("%Y-%m-%d %H:%M"),
        }

    return [Step("reachability", "asking the AMF for the device's state", ask, attempts=2)]
