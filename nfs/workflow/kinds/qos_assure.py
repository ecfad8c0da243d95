"""qos.assure: a QoS flow for a device of the subscription, through the QoS agent; measured."""

from __future__ import annotations

from pydantic import JsonValue, ValidationError

from nfs.common.agents.task import DataItem, TaskResult
from nfs.common.models.base import SbiModel
from nfs.common.models.smf_tools import FlowFigures, QosFlowInfo
from nfs.semantics.intent import AchievedTarget, RefusalClass
from nfs.workflow.execution import Execution, Step
from nfs.workflow.refusal import Gone, Refusal
from nfs.workflow.sessions import better, measure, sessions_of, usual
from nfs.workflow.times import holds_for

CAPABILITY = "/capability/qos-assurance"
MEASURED_SECONDS = 0.5
"""Of each look at the targets."""

_CARRIED = (
    "latency",
    "jitter",
    "downlinkThroughput",
    "uplinkThroughput",
    "reliability",
    "packetLoss",
    "application",
)
_ONLY_IF_ASKED = frozenset({"jitter", "downlinkThroughput", "uplinkThroughput"})
"""Such a flow has some rate, and jitter is no more than its latency, whatever is asked."""


def steps(execution: Execution) -> list[Step]:
    """The session, then its flow. Raises Refusal INFEASIBLE or TARGET_UNKNOWN."""
    slots = execution.intent.slots.to_json()
    if "area" in slots:
        reason = "quality cannot be assured for a place, only for a device"
        raise Refusal(RefusalClass.INFEASIBLE, reason)
    supi = execution.target_supi()
    demand: dict[str, JsonValue] = {name: slots[name] for name in _CARRIED if name in slots}
    demand |= better(execution) | {"supi": supi, "intentId": execution.intent_id}
    if (seconds := holds_for(execution.intent.slots)) is not None:
        demand["durationSeconds"] = seconds
    if supi == execution.request.supi and slots.get("startTime", "now") == "now":
        demand["pduSessionId"] = usual(execution.request.pdu_sessions).pdu_session_id

    async def find_session() -> None:
        if "pduSessionId" not in demand:
            demand["pduSessionId"] = usual(await sessions_of(execution, supi)).pdu_session_id
            if (target := execution.intent.slots.target) is not None:
                execution.output["target"] = target

    async def add_flow() -> None:
        execution.undo_with("release-qos-flow", supi=supi, intentId=execution.intent_id)
        try:
            result = await execution.invoke(CAPABILITY, DataItem(data=demand))
        except Refusal as refusal:
            refusal.output |= _offer(demand, refusal.output.get("bestOffer"))
            raise
        execution.output |= result.data
        unasked = _ONLY_IF_ASKED - slots.keys()
        execution.achieved += [t for t in _achieved(result) if t.target_name not in unasked]

    found, assured = frozenset({"session.found"}), frozenset({"flow.assured"})
    return [
        Step("session", "finding the PDU session", find_session, gives=found),
        Step("flow", "adding a QoS flow", add_flow, needs=found, gives=assured),
    ]


async def assure(execution: Execution) -> list[AchievedTarget]:
    """What the flow gets by now of what was asked for, measured.

    Raises Gone, and Refusal when nobody can say.
    """
    supi = execution.target_supi()
    for session in await sessions_of(execution, supi):
        for flow in session.qos_flows:
            if flow.intent_id == execution.intent_id:
                figures = await measure(execution, supi, session, MEASURED_SECONDS)
                of_flow = [each for each in figures if each.qfi == flow.qfi]
                measured = _measured(flow, of_flow[0]) if of_flow else []
                asked = {target.target_name for target in execution.intent.targets()}
                return [target for target in measured if target.target_name in asked]
    raise Gone("the connection has ended, and with it its assured flow")


def _measured(flow: QosFlowInfo, figures: FlowFigures) -> list[AchievedTarget]:
    """A rate that is guaranteed is kept unless packets are lost: then it is what passes."""
    loss = figures.loss_percent
    rates = (
        ("downlinkThroughput", flow.guaranteed_downlink_kbps, figures.downlink_mbps),
        ("uplinkThroughput", flow.guaranteed_uplink_kbps, figures.uplink_mbps),
    )
    values: list[tuple[str, float | None, str]] = [
        ("latency", figures.delay_ms, "ms"),
        ("jitter", figures.jitter_ms, "ms"),
        ("packetLoss", loss, "percent"),
        ("reliability", round(100 - loss, 6), "percent"),
        *((name, passed if loss else _megabits(kbps), "Mbit/s") for name, kbps, passed in rates),
    ]
    return _targets(values)


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
        ("jitter", flow.packet_delay_budget_ms, "ms"),
        ("packetLoss", flow.packet_error_rate * 100, "percent"),
        ("downlinkThroughput", _megabits(flow.guaranteed_downlink_kbps), "Mbit/s"),
        ("uplinkThroughput", _megabits(flow.guaranteed_uplink_kbps), "Mbit/s"),
    ]
    return _targets(values)


def _offer(demand: dict[str, JsonValue], best: JsonValue) -> dict[str, JsonValue]:
    """The slots of ``demand`` that the QoS agent's best offer changes, for the user to agree to."""
    if not isinstance(best, dict):
        return {}
    delay, rate = best.get("packetDelayBudgetMs"), best.get("packetErrorRate")
    offered: dict[str, JsonValue] = {}
    for name in ("latency", "jitter"):
        if isinstance(delay, int) and isinstance(asked := demand.get(name), int | float):
            offered |= {name: delay} if delay > asked else {}
    if isinstance(rate, float):
        lost = {"packetLoss": rate * 100, "reliability": 100 - rate * 100}
        offered |= {name: round(value, 6) for name, value in lost.items() if name in demand}
    return {"offer": offered} if offered else {}


def _targets(values: list[tuple[str, float | None, str]]) -> list[AchievedTarget]:
    return [
        AchievedTarget(target_name=name, value=value, unit=unit)
        for name, value, unit in values
        if value is not None
    ]


def _megabits(kilobits: int | None) -> float | None:
    return None if kilobits is None else kilobits / 1000
