"""From measured facts to findings: what is at fault, the most plausible for the symptom first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from pydantic import JsonValue

from nfs.common.models.smf_tools import FlowFigures, SessionInfo
from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import Symptom

FLOW_ADDED, ASK_FOR_QUALITY = "FLOW_ADDED", "ASK_FOR_QUALITY"


@dataclass(slots=True)
class Observed:
    """What was looked at; what was not found out stays as it is here."""

    registered: bool = True
    reached: bool = True
    last_seen: str | None = None
    overloaded: bool = False
    sessions: list[tuple[SessionInfo, list[FlowFigures]]] | None = None
    not_kept: list[str] = field(default_factory=list)
    """Names of the subscriber's intents that are in breach."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``facts`` are the measured ones, under the names that the texts have."""

    name: str
    facts: dict[str, JsonValue] = field(default_factory=dict)

    @property
    def remedy(self) -> str:
        return str(table()["remedies"][self.name])

    def to_json(self) -> dict[str, JsonValue]:
        return {"finding": self.name, **self.facts}


def diagnose(observed: Observed, symptom: Symptom | None) -> list[Finding]:
    """An empty list says that nothing was found."""
    order = table()["plausibility"][(symptom or Symptom.OTHER).value]
    found = [finding for finding in _findings(observed) if finding.name in order]
    return sorted(found, key=lambda finding: order.index(finding.name))


def _findings(observed: Observed) -> Iterator[Finding]:
    if not observed.registered:
        yield Finding("NOT_REGISTERED")
        return
    if not observed.reached:
        seen: dict[str, JsonValue] = {"lastSeen": observed.last_seen} if observed.last_seen else {}
        yield Finding("NOT_REACHABLE", seen)
    if observed.overloaded:
        yield Finding("AMF_OVERLOADED")
    for name in observed.not_kept[:1]:
        yield Finding("PROMISE_NOT_KEPT", {"reference": name})
    if observed.sessions == []:
        yield Finding("NO_SESSION")
    for session, flows in observed.sessions or ():
        yield from _of_session(session, flows)


def _of_session(session: SessionInfo, flows: list[FlowFigures]) -> Iterator[Finding]:
    """Each fault once, at the flow where it is worst."""
    limits = table()["thresholds"]
    common: dict[str, JsonValue] = {"dnn": session.dnn}
    dropped = max((max(f.dropped_percent, f.total_dropped_percent) for f in flows), default=0)
    if dropped >= limits["droppedPercent"]:
        packets = sum(f.total_dropped_packets for f in flows)
        facts: dict[str, JsonValue] = {"percent": round(dropped, 1), "packets": packets}
        yield Finding("RATE_ENFORCED", common | facts)
    lost = max((f.path_loss_percent or 0 for f in flows), default=0)
    if lost >= limits["pathLossPercent"]:
        yield Finding("PATH_LOSSY", common | {"percent": round(lost, 1)})
    slow = max((f.latency_ms or 0 for f in flows), default=0)
    if slow >= limits["pathLatencyMs"]:
        yield Finding("PATH_SLOW", common | {"milliseconds": round(slow, 1)})
    for used, kbps in (
        (sum(f.downlink_mbps for f in flows), session.ambr_downlink_kbps),
        (sum(f.uplink_mbps for f in flows), session.ambr_uplink_kbps),
    ):
        if kbps and used * 1000 >= limits["usedPercent"] / 100 * kbps:
            facts = {"used": round(used, 1), "limit": round(kbps / 1000, 1)}
            yield Finding("RATE_USED", common | facts)
            return


@cache
def table() -> dict[str, Any]:
    source = resources.files(__package__).joinpath("diagnosis.yaml").read_text("utf-8")
    found: dict[str, Any] = load_yaml(source)
    return found
