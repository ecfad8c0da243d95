"""energy.save: a device saves battery, through the AMF.

A device that somebody holds stays reachable; another one need not be, while it has nothing to say
(MICO mode).
"""

from __future__ import annotations

from nfs.workflow.execution import Execution, Step
from nfs.workflow.serving import device_tool
from nfs.workflow.times import holds_for


def steps(execution: Execution) -> list[Step]:
    """One step. Raises Refusal TARGET_UNKNOWN, INFEASIBLE."""
    supi, intent_id = execution.target_supi(), execution.intent_id
    slots, seconds = execution.intent.slots, holds_for(execution.intent.slots)

    async def save() -> None:
        execution.undo_with("stop-saving-power", supi=supi, intentId=intent_id)
        mico = supi != execution.request.supi
        saving = await device_tool(execution, "save-power", supi, intentId=intent_id, mico=mico)
        execution.output |= {"t3512Seconds": saving["t3512Seconds"], "mico": saving["mico"]}
        if slots.target is not None:
            execution.output["target"] = slots.target
        if seconds is not None:
            execution.output["durationSeconds"] = seconds

    return [
        Step(
            "save",
            "having the device save power",
            save,
            needs=frozenset({"device.registered"}),
            gives=frozenset({"power.saved"}),
        )
    ]
