"""qos.assure: a QoS flow for the asking device, through the QoS agent."""

from __future__ import annotations

from pydantic import ValidationError

from nfs.common.agents.task import DataItem, TaskResult
from nfs.common.models.base import SbiModel
from nfs.common.models.iaf import PduSessionInfo
from nfs.semantics.intent import AchievedTarget, RefusalClass
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Refusal
from nfs.workflow.times import holds_for

CAPABILITY = "/capability/qos-assurance"
USUAL_DNN = "internet"

_CARRIED = (
    "latency",
    "downlinkThroughput",
    "uplinkThroughput",
    "reliability",
    "packetLoss",
    "application",
)
_NOT_ASSURED = {
    "jitter": "jitter cannot be assured",
    "area": "quality cannot be assured for a place, only for a device",
}


def steps(execution: Execution) -> list[Step]:
    """One step: the flow. Raises Refusal INFEASIBLE or TARGET_UNKNOWN."""
    slots = execution.intent.slots.to_json()
    for name, reason in _NOT_ASSURED.items():
        if name in slots:
            raise Refusal(RefusalClass.INFEASIBLE, reason)
    if slots.get("startTime", "now") != "now":
        raise Refusal(RefusalClass.INFEASIBLE, "quality can only be assured from now on")
    if execution.target_supi() != execution.request.supi:
        reason = "quality can only be assured for the device that asks"
        raise Refusal(RefusalClass.INFEASIBLE, reason)
    session = _session(execution.request.pdu_sessions)
    demand = {name: slots[name] for name in _CARRIED if name in slots}
    demand |= {"supi": execution.request.supi, "pduSessionId": session.pdu_session_id}
    if (seconds := holds_for(execution.intent.slots)) is not None:
        demand["durationSeconds"] = seconds

    async def add_flow() -> None:
        result = await execution.invoke(CAPABILITY, DataItem(data=demand))
        execution.output |= result.data
        execution.achieved += _achieved(result)

    return [Step("flow", "adding a QoS flow", add_flow)]


def _session(sessions: list[PduSessionInfo]) -> PduSessionInfo:
    """The session that an application's traffic usually takes."""
    if not sessions:
        raise Refusal(RefusalClass.INFEASIBLE, "the device has no PDU session")
    return next((session for session in sessions if session.dnn == USUAL_DNN), sessions[0])


class _Flow(SbiModel):
    """What the QoS agent says that it assured."""

    packet_delay_budget_ms: int
    packet_error_rate: float
    guaranteed_downlink_kbps: int | None = None
    guaranteed_uplink_kbps: int | None = None


def _achieved(result: TaskResult) -> list[AchievedTarget]:
    """What the flow's 5QI and guaranteed bit rates stand for, as targets."""
    try:
        flow = _Flow.model_validate(result.data)
    except ValidationError:
        raise Refusal(RefusalClass.EXECUTION, "the QoS agent's answer is not usable") from None
    values: list[tuple[str, float | None, str]] = [
        ("latency", flow.packet_delay_budget_ms, "ms"),
        ("packetLoss", flow.packet_error_rate * 100, "percent"),
        ("downlinkThroughput", _megabits(flow.guaranteed_downlink_kbps), "Mbit/s"),
        ("uplinkThroughput", _megabits(flow.guaranteed_uplink_kbps), "Mbit/s"),
    ]
    return [
        AchievedTarget(target_name=name, value=value, unit=unit)
        for name, value, unit in values
        if value is not None
    ]


def _megabits(kilobits: int | None) -> float | None:
    return None if kilobits is None else kilobits / 1000
