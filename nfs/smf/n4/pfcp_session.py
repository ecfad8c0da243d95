"""What the SMF keeps of a PDU session at its UPF."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nfs.protocols.ngap import GtpTunnel
from nfs.smf.n4.usage import FlowUsage

if TYPE_CHECKING:
    from nfs.smf.n4.sdf import DetectedFlow


def new_seid() -> int:
    """By chance, so that instances that share their sessions need not agree."""
    return secrets.randbits(63) | 1


@dataclass
class PfcpSession:
    """``upf``: the configured N4 end point; the SEIDs go with the session to another instance."""

    upf: str
    cp_seid: int = field(default_factory=new_seid)
    up_seid: int = 0
    flows: dict[int, DetectedFlow] = field(default_factory=dict)
    """The QoS flows that the UPF has rules for, by QFI."""
    downlink: GtpTunnel | None = None
    """Where the UPF sends downlink packets; None while it buffers them."""
    usage: list[int] = field(default_factory=lambda: [0, 0])
    """Octets reported so far: uplink, downlink."""
    measured: bool = False
    """Whether the UPF counts for each flow, and can measure delays."""
    flow_usage: dict[int, FlowUsage] = field(default_factory=dict)
    """By QFI, as far as the UPF was asked."""
    delays: dict[int, list[int | None]] = field(default_factory=dict)
    """Round trips to the gNB of the measurement under way, ms by QFI; None for lost ones."""
    monitored: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when there is such a round trip."""
    measuring: asyncio.Lock = field(default_factory=asyncio.Lock)
    procedure: asyncio.Lock = field(default_factory=asyncio.Lock)

    def to_json(self) -> dict[str, Any]:
        return {
            "upf": self.upf,
            "seids": [self.cp_seid, self.up_seid],
            "usage": self.usage,
            "measured": self.measured,
            "flowUsage": {str(qfi): used.to_json() for qfi, used in self.flow_usage.items()},
        }

    @classmethod
    def from_json(
        cls, kept: dict[str, Any], flows: dict[int, DetectedFlow], downlink: GtpTunnel | None
    ) -> PfcpSession:
        cp_seid, up_seid = kept["seids"]
        used = {int(q): FlowUsage.of(usage) for q, usage in kept.get("flowUsage", {}).items()}
        return cls(
            kept["upf"],
            cp_seid,
            up_seid,
            dict(flows),
            downlink,
            list(kept["usage"]),
            kept.get("measured", False),
            used,
        )
