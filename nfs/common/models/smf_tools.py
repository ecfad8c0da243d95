"""What tools of the SMF tell of PDU sessions and their QoS flows."""

from __future__ import annotations

from nfs.common.models.base import SbiModel

NO_WAY_MS = 1100
"""TS 23.501 table 5.7.4-1 has no longer packet delay budget."""
_ALL = 100


class QosFlowInfo(SbiModel):
    """Rates in kbit/s; ``intent_id`` of the intent that the flow was added for."""

    qfi: int
    five_qi: int
    guaranteed_downlink_kbps: int | None = None
    guaranteed_uplink_kbps: int | None = None
    intent_id: str | None = None


class SessionInfo(SbiModel):
    """``connected``: its packets need not wait for the device to be paged."""

    pdu_session_id: int
    dnn: str
    s_nssai: str
    ipv4: str | None = None
    ipv6_prefix: str | None = None
    connected: bool
    ambr_downlink_kbps: int
    ambr_uplink_kbps: int
    qos_flows: list[QosFlowInfo]

    @property
    def address(self) -> str | None:
        return self.ipv4 or self.ipv6_prefix


class SessionList(SbiModel):
    """``list-sessions``."""

    sessions: list[SessionInfo]


class FlowFigures(SbiModel):
    """While measured: one-way latency between UPF and gNB and its jitter, echo requests lost
    there, rates that passed, packets that the enforcement dropped. Since the flow began: the last
    four."""

    qfi: int
    latency_ms: float | None = None
    jitter_ms: float | None = None
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


class MeasuredFlows(SbiModel):
    """``measure-flow``."""

    flows: list[FlowFigures]
