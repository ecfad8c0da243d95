"""PDU sessions of the devices that intents are about, as the SMF knows them."""

from __future__ import annotations

from pydantic import ValidationError

from nfs.common.models.base import SbiModel
from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Execution
from nfs.workflow.refusal import Refusal

NO_WAY_MS = 1100
"""TS 23.501 table 5.7.4-1 has no longer packet delay budget."""
_ALL = 100
USUAL_DNN = "internet"
"""Of the session that an application's traffic usually takes."""


class QosFlow(SbiModel):
    qfi: int
    five_qi: int
    guaranteed_downlink_kbps: int | None = None
    guaranteed_uplink_kbps: int | None = None
    intent_id: str | None = None


class PduSession(SbiModel):
    pdu_session_id: int
    dnn: str
    s_nssai: str
    ipv4: str | None = None
    ipv6_prefix: str | None = None
    connected: bool
    ambr_downlink_kbps: int
    ambr_uplink_kbps: int
    qos_flows: list[QosFlow]

    @property
    def address(self) -> str | None:
        return self.ipv4 or self.ipv6_prefix


class _Sessions(SbiModel):
    sessions: list[PduSession]


class FlowFigures(SbiModel):
    """What ``measure-flow`` says of a QoS flow."""

    qfi: int
    latency_ms: float | None = None
    path_loss_percent: float | None = None
    uplink_mbps: float
    downlink_mbps: float
    dropped_percent: float
    total_uplink_octets: int
    total_downlink_octets: int
    total_dropped_packets: int
    total_dropped_percent: float

    @property
    def delay_ms(self) -> float | None:
        """The latency; when nothing comes back, the longest delay budget that there is."""
        return NO_WAY_MS if self.path_loss_percent == _ALL else self.latency_ms

    @property
    def loss_percent(self) -> float:
        """Dropped by the enforcement, or lost on the way."""
        passed = (1 - self.dropped_percent / 100) * (1 - (self.path_loss_percent or 0) / 100)
        return round(100 * (1 - passed), 6)


class _Measured(SbiModel):
    flows: list[FlowFigures]


async def sessions_of(execution: Execution, supi: str) -> list[PduSession]:
    """Raises Refusal."""
    found = await execution.tool("list-sessions", supi=supi)
    try:
        return _Sessions.model_validate(found).sessions
    except ValidationError:
        raise Refusal(RefusalClass.EXECUTION, "the SMF's answer is not usable") from None


def usual(sessions: list[PduSession]) -> PduSession:
    """The one that an application's traffic usually takes; raises Refusal INFEASIBLE for none."""
    if not sessions:
        raise Refusal(RefusalClass.INFEASIBLE, "the device has no PDU session")
    return next((session for session in sessions if session.dnn == USUAL_DNN), sessions[0])


async def measure(
    execution: Execution, supi: str, session: PduSession, seconds: float = 1.0
) -> list[FlowFigures]:
    """All QoS flows of the session, for so long; raises Refusal."""
    measured = await execution.tool(
        "measure-flow", supi=supi, pduSessionId=session.pdu_session_id, seconds=seconds
    )
    try:
        return _Measured.model_validate(measured).flows
    except ValidationError:
        raise Refusal(RefusalClass.EXECUTION, "the SMF's answer is not usable") from None
