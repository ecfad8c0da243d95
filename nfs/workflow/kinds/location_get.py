"""location.get: where a device of the subscription is, from the AMF that serves it."""

from __future__ import annotations

from typing import Any

from nfs.common.sbi.problem import SbiProblem
from nfs.common.serving_amf import call_serving_amf
from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Execution, Step
from nfs.workflow.privacy import check_location
from nfs.workflow.refusal import Refusal


def steps(execution: Execution) -> list[Step]:
    """One step: the look-up. Raises Refusal TARGET_UNKNOWN, or INFEASIBLE below cell accuracy."""
    supi = execution.target_supi()
    if execution.intent.slots.accuracy is not None:
        reason = "the network knows a device's cell, not its position in metres"
        raise Refusal(RefusalClass.INFEASIBLE, reason)

    async def locate() -> None:
        await check_location(execution, supi)
        location = await _provide_location(execution, supi)
        if (target := execution.intent.slots.target) is not None:
            execution.output["target"] = target
        execution.output["location"] = location

    return [Step("location", "asking the AMF for the location", locate)]


async def _provide_location(execution: Execution, supi: str) -> dict[str, Any]:
    """Namf_Location_ProvideLocationInfo (TS 29.518 clause 5.5.2.3)."""
    try:
        path = f"/namf-loc/v1/{supi}/provide-loc-info"
        answer = await call_serving_amf(
            execution.nf, supi, "namf-loc", "POST", path, json={"req5gsLoc": True}
        )
    except SbiProblem as problem:
        raise Refusal(RefusalClass.EXECUTION, "the device is not reached now") from problem
    info = answer.json()
    try:
        nr = info.get("location", info)["nrLocation"]
        return {
            "plmn": "{mcc}/{mnc}".format_map(nr["tai"]["plmnId"]),
            "tac": nr["tai"]["tac"],
            "cell": nr["ncgi"]["nrCellId"],
            "current": info.get("currentLoc", True),
        }
    except (KeyError, TypeError, AttributeError):
        reason = "the network does not know where the device is"
        raise Refusal(RefusalClass.EXECUTION, reason) from None
