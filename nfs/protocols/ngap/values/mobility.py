"""Where a UE goes and is, and its next hop (TS 38.413 clauses 9.3.1.25, 9.3.1.65, 9.3.1.88)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nfs.common.identities import Tai
from nfs.protocols.ngap.values.codec import Codec
from nfs.protocols.ngap.values.nodes import GlobalGnbId, dump_ran_node, load_ran_node
from nfs.protocols.ngap.values.ues import dump_tai, load_tai

__all__ = [
    "DIRECT_REPORT",
    "LOCATION_REPORTING",
    "SECURITY_CONTEXT",
    "TARGET_ID",
    "LocationReporting",
    "NextHop",
    "TargetGnb",
]


@dataclass(frozen=True, slots=True)
class TargetGnb:
    gnb_id: GlobalGnbId
    tai: Tai


@dataclass(frozen=True, slots=True)
class NextHop:
    """Next hop chaining counter (0 to 7) and NH of 32 octets (TS 33.501 clause 6.9.2.1.1)."""

    ncc: int
    nh: bytes


@dataclass(frozen=True, slots=True)
class LocationReporting:
    """What is reported and when: ``direct`` once, ``change-of-serve-cell`` each time."""

    event_type: str
    report_area: str = "cell"


def _load_target(v: Any) -> TargetGnb:
    kind, target = v
    if kind != "targetRANNodeID":
        raise ValueError(f"a target of kind {kind} is not a gNB")
    return TargetGnb(load_ran_node(target["globalRANNodeID"]), load_tai(target["selectedTAI"]))


def _dump_target(t: TargetGnb) -> Any:
    target = {"globalRANNodeID": dump_ran_node(t.gnb_id), "selectedTAI": dump_tai(t.tai)}
    return ("targetRANNodeID", target)


TARGET_ID = Codec("TargetID", _load_target, _dump_target)
SECURITY_CONTEXT = Codec(
    "SecurityContext",
    lambda v: NextHop(v["nextHopChainingCount"], v["nextHopNH"][0].to_bytes(32)),
    lambda n: {"nextHopChainingCount": n.ncc, "nextHopNH": (int.from_bytes(n.nh), 256)},
)
LOCATION_REPORTING = Codec(
    "LocationReportingRequestType",
    lambda v: LocationReporting(v["eventType"], v["reportArea"]),
    lambda r: {"eventType": r.event_type, "reportArea": r.report_area},
)
DIRECT_REPORT = LocationReporting("direct")
