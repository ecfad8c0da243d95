"""Usage reporting rules of a session (TS 29.244 clauses 5.2.2 and 7.5.2.4), and what they count.

The session has one rule that reports by itself, for charging. Each QoS flow has two that are asked:
what was offered to it, and what passed its enforcement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nfs.protocols.pfcp import (
    CreateUrr,
    MeasurementInformation,
    MeasurementMethod,
    ReportingTriggers,
    UsageReport,
    Volume,
)

if TYPE_CHECKING:
    from nfs.smf.config import SmfConfig

SESSION = 1
"""Identity of the session's URR."""
_METHOD = MeasurementMethod.VOLUM | MeasurementMethod.DURAT


@dataclass(slots=True)
class Counted:
    """Of one direction: octets and packets."""

    octets: int = 0
    packets: int = 0


@dataclass(slots=True)
class FlowUsage:
    """Since the flow began; ``offered`` has what the enforcement dropped, too."""

    offered_uplink: Counted
    offered_downlink: Counted
    uplink: Counted
    downlink: Counted

    @classmethod
    def of(cls, kept: list[list[int]] | None = None) -> FlowUsage:
        return cls(*(Counted(*pair) for pair in kept or [[0, 0]] * 4))

    def to_json(self) -> list[list[int]]:
        counted = self.offered_uplink, self.offered_downlink, self.uplink, self.downlink
        return [[each.octets, each.packets] for each in counted]

    def since(self, before: FlowUsage) -> FlowUsage:
        pairs = zip(self.to_json(), before.to_json(), strict=True)
        return FlowUsage.of([[a[0] - b[0], a[1] - b[1]] for a, b in pairs])

    @property
    def dropped_packets(self) -> int:
        offered = self.offered_uplink.packets + self.offered_downlink.packets
        return max(0, offered - self.uplink.packets - self.downlink.packets)

    @property
    def dropped_percent(self) -> float:
        offered = self.offered_uplink.packets + self.offered_downlink.packets
        return 100 * self.dropped_packets / offered if offered else 0.0


def session_urr(config: SmfConfig) -> CreateUrr:
    triggers = ReportingTriggers.VOLTH
    if config.usage_report_seconds:
        triggers |= ReportingTriggers.PERIO
    return CreateUrr(
        urr_id=SESSION,
        measurement_method=_METHOD,
        reporting_triggers=triggers,
        measurement_period=config.usage_report_seconds,
        volume_threshold=Volume(total=config.usage_report_octets),
    )


def flow_urr_ids(qfi: int) -> tuple[int, int]:
    """Of what is offered, and of what passes."""
    return 2 * qfi, 2 * qfi + 1


def flow_urrs(qfi: int) -> tuple[CreateUrr, CreateUrr]:
    offered, passed = flow_urr_ids(qfi)
    packets = MeasurementInformation.MNOP
    before = packets | MeasurementInformation.MBQE
    asked: dict[str, Any] = {
        "measurement_method": _METHOD,
        "reporting_triggers": ReportingTriggers(0),
    }
    return (
        CreateUrr(urr_id=offered, measurement_information=before, **asked),
        CreateUrr(urr_id=passed, measurement_information=packets, **asked),
    )


def count_flows(flows: dict[int, FlowUsage], used: Iterable[UsageReport]) -> None:
    """Add what flows' rules report to ``flows``, by QFI."""
    for report in used:
        if report.urr_id == SESSION or (volume := report.volume) is None:
            continue
        flow = flows.setdefault(report.urr_id // 2, FlowUsage.of())
        passed = bool(report.urr_id % 2)
        for counted, octets, packets in (
            (flow.uplink if passed else flow.offered_uplink, volume.uplink, volume.uplink_packets),
            (
                flow.downlink if passed else flow.offered_downlink,
                volume.downlink,
                volume.downlink_packets,
            ),
        ):
            counted.octets += octets or 0
            counted.packets += packets or 0
