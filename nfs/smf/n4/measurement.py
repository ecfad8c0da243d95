"""What QoS flows really get: asked of the UPF (TS 23.501 clause 5.33.3.3, TS 29.244 clause 5.24.4).

Rates and drops come from the flows' usage rules, the delay from GTP-U path monitoring that goes on
for as long as the measurement.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median
from typing import TYPE_CHECKING

from nfs.common.pfcp import PfcpNoAnswer
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.pfcp import (
    CreateSrr,
    PacketDelays,
    QosMonitoringControl,
    QueryUrr,
    RemoveSrr,
    ReportingFrequency,
    RequestedQosMonitoring,
    SessionModificationRequest,
    SessionReport,
)
from nfs.smf.n4.session import PfcpRefused, request_modification
from nfs.smf.n4.usage import SESSION, FlowUsage, flow_urr_ids

if TYPE_CHECKING:
    from nfs.smf.n4.n4 import N4
    from nfs.smf.n4.pfcp_session import PfcpSession
    from nfs.smf.sm_context import SmContext

_SRR = 1
_PATIENCE = 2.0
"""Seconds for the first round trip, beyond the time of the measurement."""
_ROUND_TRIP = RequestedQosMonitoring.RP | RequestedQosMonitoring.GTPUPM


@dataclass(frozen=True, slots=True)
class FlowMeasurement:
    """``during`` the measurement, and in ``total`` since the flow began. ``latency_ms`` is one way,
    UPF to gNB, and ``jitter_ms`` its mean difference from packet to packet (RFC 3550 clause 6.4.1);
    they and ``path_loss_percent`` are None while the UE has no tunnel."""

    qfi: int
    seconds: float
    during: FlowUsage
    total: FlowUsage
    latency_ms: float | None
    jitter_ms: float | None
    path_loss_percent: float | None


async def measure_flows(n4: N4, session: SmContext, seconds: float) -> list[FlowMeasurement]:
    """All flows of the session, for so long; raises SbiProblem."""
    pfcp = session.pfcp
    if pfcp is None or not pfcp.measured:
        raise SbiProblem(501, "MEASUREMENT_NOT_SUPPORTED", "the UPF of the session cannot measure")
    async with pfcp.measuring:
        qfis = tuple(pfcp.flows)
        pfcp.delays.clear()
        pfcp.monitored.clear()
        await _ask(n4, session, pfcp, qfis, create_srrs=(_monitoring(qfis),))
        before, began = copy.deepcopy(pfcp.flow_usage), asyncio.get_running_loop().time()
        try:
            await asyncio.sleep(seconds)
            await _something_measured(session, pfcp)
        finally:
            await _ask(n4, session, pfcp, qfis, remove_srrs=(RemoveSrr(srr_id=_SRR),))
        seconds = asyncio.get_running_loop().time() - began
        return [
            _measurement(pfcp, qfi, before.get(qfi, FlowUsage.of()), seconds)
            for qfi in qfis
            if qfi in session.flows
        ]


async def query_usage(n4: N4, session: SmContext, pfcp: PfcpSession) -> tuple[int, int]:
    """Octets that the session has carried, uplink and downlink; raises SbiProblem."""
    await _ask(n4, session, pfcp, (), more_urrs=(SESSION,))
    uplink, downlink = pfcp.usage
    return uplink, downlink


async def _something_measured(session: SmContext, pfcp: PfcpSession) -> None:
    """A slow path needs longer; without a tunnel there is none."""
    if session.downlink_tunnel is not None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pfcp.monitored.wait(), _PATIENCE)


def _monitoring(qfis: tuple[int, ...]) -> CreateSrr:
    """Each round trip is an event: none is shorter than nothing."""
    control = QosMonitoringControl(
        qfis=qfis,
        requested=_ROUND_TRIP,
        frequency=ReportingFrequency.EVETT,
        thresholds=PacketDelays(round_trip=0),
    )
    return CreateSrr(srr_id=_SRR, qos_monitoring=(control,))


async def _ask(
    n4: N4,
    session: SmContext,
    pfcp: PfcpSession,
    qfis: tuple[int, ...],
    *,
    more_urrs: tuple[int, ...] = (),
    create_srrs: tuple[CreateSrr, ...] = (),
    remove_srrs: tuple[RemoveSrr, ...] = (),
) -> None:
    """Query the usage of the flows that are left, and begin or end the monitoring."""
    async with pfcp.procedure:
        node = n4.nodes.get(pfcp.upf)
        if node is None or not node.associated.is_set():
            raise SbiProblem(504, "UPF_NOT_RESPONDING", f"the UPF {pfcp.upf} is not associated")
        flows = (urr_id for qfi in qfis if qfi in pfcp.flows for urr_id in flow_urr_ids(qfi))
        request = SessionModificationRequest(
            query_urrs=tuple(QueryUrr(urr_id=urr_id) for urr_id in (*flows, *more_urrs)),
            create_srrs=create_srrs,
            remove_srrs=remove_srrs,
        )
        try:
            used = await request_modification(n4.entity, node, pfcp, request)
        except PfcpNoAnswer as error:
            raise SbiProblem(504, "UPF_NOT_RESPONDING", str(error)) from error
        except PfcpRefused as error:
            raise SbiProblem(502, "UPF_REFUSES", str(error)) from error
        n4.count(session, pfcp, used)


def _measurement(pfcp: PfcpSession, qfi: int, before: FlowUsage, seconds: float) -> FlowMeasurement:
    total = copy.deepcopy(pfcp.flow_usage.get(qfi, FlowUsage.of()))
    measured = pfcp.delays.get(qfi, [])
    round_trips = [delay for delay in measured if delay is not None]
    return FlowMeasurement(
        qfi,
        seconds,
        total.since(before),
        total,
        median(round_trips) / 2 if round_trips else None,
        mean(abs(b - a) for a, b in pairwise(round_trips)) / 2 if round_trips[1:] else None,
        100 * (1 - len(round_trips) / len(measured)) if measured else None,
    )


def monitored(pfcp: PfcpSession, reports: tuple[SessionReport, ...]) -> None:
    """A UPF reports round trips, and echo requests that were lost."""
    for session_report in reports:
        for report in session_report.qos_monitoring_reports:
            measurement = report.measurement
            delay = None if measurement.failed else measurement.round_trip
            pfcp.delays.setdefault(report.qfi, []).append(delay)
            pfcp.monitored.set()
