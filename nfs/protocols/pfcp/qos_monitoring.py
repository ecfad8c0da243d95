"""Session reporting rules and what they report: QoS monitoring (TS 29.244 clause 5.24.4).

Delays are whole milliseconds, as the elements have them.
"""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.pfcp.enums import ReportingFrequency, RequestedQosMonitoring
from nfs.protocols.pfcp.framing import at_least_one, mandatory, optional, several
from nfs.protocols.pfcp.primitives import QFI, TIME, U8, Reader, flags, structured

_DELAYS, _FAILED = 3, 1 << 3


@dataclass(frozen=True, slots=True)
class PacketDelays:
    """Packet Delay Thresholds (8.2.169) and QoS Monitoring Measurement (8.2.171).

    ``failed``: there is no measurement (PLMF).
    """

    downlink: int | None = None
    uplink: int | None = None
    round_trip: int | None = None
    failed: bool = False

    @classmethod
    def decode(cls, octets: bytes) -> PacketDelays:
        reader = Reader(octets)
        present = reader.number(1)
        delays = [reader.number(4) if present >> bit & 1 else None for bit in range(_DELAYS)]
        return cls(delays[0], delays[1], delays[2], bool(present & _FAILED))

    def encode(self) -> bytes:
        present, out = _FAILED if self.failed else 0, b""
        for bit, delay in enumerate((self.downlink, self.uplink, self.round_trip)):
            if delay is not None:
                present, out = present | 1 << bit, out + delay.to_bytes(4)
        return bytes((present,)) + out


@dataclass(frozen=True, slots=True, kw_only=True)
class QosMonitoringControl:
    """QoS Monitoring per QoS flow Control Information (table 7.5.2.9-3)."""

    qfis: tuple[int, ...] = at_least_one(124, QFI)
    requested: RequestedQosMonitoring = mandatory(243, flags(RequestedQosMonitoring))
    frequency: ReportingFrequency = mandatory(244, flags(ReportingFrequency))
    thresholds: PacketDelays | None = optional(245, structured(PacketDelays))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSrr:
    """Session reporting rule (table 7.5.2.9-1)."""

    srr_id: int = mandatory(215, U8)
    qos_monitoring: tuple[QosMonitoringControl, ...] = several(242, QosMonitoringControl)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSrr:
    srr_id: int = mandatory(215, U8)


@dataclass(frozen=True, slots=True, kw_only=True)
class QosMonitoringReport:
    """Table 7.5.8.6-3."""

    qfi: int = mandatory(124, QFI)
    measurement: PacketDelays = mandatory(248, structured(PacketDelays))
    time_stamp: int = mandatory(156, TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """Table 7.5.8.6-1."""

    srr_id: int = mandatory(215, U8)
    qos_monitoring_reports: tuple[QosMonitoringReport, ...] = several(247, QosMonitoringReport)
