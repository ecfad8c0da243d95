"""measure-flow: what the QoS flows of a PDU session really get, measured by its UPF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.models.smf_tools import FlowFigures, MeasuredFlows
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool
from nfs.smf.n4.measurement import FlowMeasurement, measure_flows
from nfs.smf.n4.usage import Counted
from nfs.smf.sm_context import sm_context_ref

if TYPE_CHECKING:
    from nfs.smf.app import Smf


class FlowToMeasure(SbiModel):
    """All flows of the session without ``qfi``; ``seconds`` is how long."""

    supi: str = Field(min_length=1, max_length=64)
    pdu_session_id: int = Field(ge=1, le=15)
    qfi: int | None = Field(default=None, ge=1, le=63)
    seconds: float = Field(default=1.0, ge=0.1, le=10)


def tool(smf: Smf) -> Tool[FlowToMeasure, MeasuredFlows]:
    async def perform(which: FlowToMeasure) -> MeasuredFlows:
        session = await smf.sessions.find(sm_context_ref(which.supi, which.pdu_session_id))
        measured = await measure_flows(smf.n4, session, which.seconds)
        flows = [_figures(flow) for flow in measured if which.qfi in (None, flow.qfi)]
        if not flows:
            raise SbiProblem(404, "QOS_FLOW_NOT_FOUND", f"the session has no flow {which.qfi}")
        return MeasuredFlows(flows=flows)

    return Tool(
        name="measure-flow",
        purpose="QoS monitoring",
        description=(
            "Measures latency, jitter, loss and throughput of QoS flows of a PDU session at its "
            "UPF, and tells how much they have carried and how much of it was dropped."
        ),
        input=FlowToMeasure,
        output=MeasuredFlows,
        perform=perform,
        pre_conditions=("session.active",),
    )


def _figures(flow: FlowMeasurement) -> FlowFigures:
    return FlowFigures(
        qfi=flow.qfi,
        latency_ms=flow.latency_ms,
        jitter_ms=flow.jitter_ms,
        path_loss_percent=flow.path_loss_percent,
        uplink_mbps=_megabits(flow.during.uplink, flow.seconds),
        downlink_mbps=_megabits(flow.during.downlink, flow.seconds),
        dropped_percent=flow.during.dropped_percent,
        total_uplink_octets=flow.total.uplink.octets,
        total_downlink_octets=flow.total.downlink.octets,
        total_dropped_packets=flow.total.dropped_packets,
        total_dropped_percent=flow.total.dropped_percent,
    )


def _megabits(counted: Counted, seconds: float) -> float:
    return round(counted.octets * 8 / seconds / 1e6, 6)
