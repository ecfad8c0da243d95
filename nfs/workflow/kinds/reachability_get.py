"""reachability.get: whether a device of the subscription can be reached; never where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nfs.common.sbi.problem import SbiProblem
from nfs.workflow.execution import Execution, Step


def steps(execution: Execution) -> list[Step]:
    """One step: asking the AMF. Raises Refusal TARGET_UNKNOWN."""
    supi = execution.target_supi()

    async def ask() -> None:
        if (target := execution.intent.slots.target) is not None:
            execution.output["target"] = target
        known = await execution.answer(_registered(execution, supi))
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


async def _registered(execution: Execution, supi: str) -> dict[str, Any] | None:
    """What the AMF says of the device; None for one that is registered at none. Raises
    SbiProblem."""
    try:
        return await execution.tools.call("get-reachability", {"supi": supi})
    except SbiProblem as problem:
        if problem.status == 404 and problem.cause != "TOOL_NOT_FOUND":
            return None
        raise
