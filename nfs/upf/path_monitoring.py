"""Packet delay between the UPF and gNBs: GTP-U path monitoring (TS 23.501 clause 5.33.3.3).

Echo requests go to the gNB of each monitored QoS flow, marked as the flow's packets are. No I/O.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from nfs.protocols import gtpu
from nfs.protocols.gtpu import EchoRequest
from nfs.protocols.pfcp import (
    CreateSrr,
    PacketDelays,
    QosMonitoringReport,
    ReportType,
    SessionReport,
    SessionReportRequest,
)
from nfs.upf.actions import Action, ToCp, ToN3
from nfs.upf.session import Session, SessionTable

ANSWER_TIME = 0.5
"""Seconds after which an echo request counts as lost."""
REPORTED_ROUNDS = 4
"""Rounds of echo requests from one report to the next."""


@dataclass(frozen=True, slots=True)
class Path:
    """To a gNB, for packets of one marking."""

    address: str
    tos: int


@dataclass(slots=True)
class _Probe:
    sequence: int
    sent: float
    round_trip: float | None = None


class PathMonitoring:
    """What is measured is reported in the order in which it was sent, a lost one in its turn."""

    def __init__(self, sessions: SessionTable) -> None:
        self._sessions = sessions
        self._sequence = 0
        self._rounds = 0
        self._probes: dict[Path, deque[_Probe]] = {}

    def probe(self, now: float) -> list[Action]:
        """Echo requests on all paths that are monitored; every so often what became of them."""
        paths = {path for session in self._sessions.monitored for *_, path in _monitored(session)}
        for path in self._probes.keys() - paths:
            del self._probes[path]
        actions: list[Action] = []
        for path in paths:
            probes = self._probes.setdefault(path, deque())
            self._sequence = self._sequence + 1 & 0xFFFF
            probes.append(_Probe(self._sequence, now))
            echo = gtpu.encode(EchoRequest(self._sequence))
            actions.append(ToN3(echo, (path.address, gtpu.PORT), path.tos))
        self._rounds += 1
        return actions if self._rounds % REPORTED_ROUNDS else [*self._reports(now), *actions]

    def answered(self, sequence: int, now: float) -> None:
        for probes in self._probes.values():
            for probe in probes:
                if probe.sequence == sequence and probe.round_trip is None:
                    probe.round_trip = max(0.0, now - probe.sent)

    def marking(self, sequence: int) -> int:
        """Traffic class of the echo request that a response belongs to."""
        found = (p for p, probes in self._probes.items() for x in probes if x.sequence == sequence)
        return next((path.tos for path in found), 0)

    def _reports(self, now: float) -> list[Action]:
        """One for each session."""
        measured = {path: list(_ended(probes, now)) for path, probes in self._probes.items()}
        return [
            ToCp(session, report)
            for session in self._sessions.monitored
            if (report := _report(session, measured, now)) is not None
        ]


def _monitored(session: Session) -> Iterator[tuple[CreateSrr, int, int, Path]]:
    """Rule, QFI, threshold in ms and path; a flow of an idle UE has no path."""
    for srr in session.srrs.values():
        for control in srr.qos_monitoring:
            threshold = control.thresholds.round_trip if control.thresholds else None
            for qfi in control.qfis:
                if (path := _path(session, qfi)) is not None:
                    yield srr, qfi, threshold or 0, path


def _path(session: Session, qfi: int) -> Path | None:
    for pdr in session.pdrs.values():
        marked = (session.qers.get(qer_id) for qer_id in pdr.rule.qer_ids)
        if pdr.uplink or all(qer is None or qer.rule.qfi != qfi for qer in marked):
            continue
        far = session.far(pdr)
        outer = far.outer_header if far else None
        if far is not None and outer is not None:
            return Path(outer.ipv4 or outer.ipv6 or "", far.tos)
    return None


def _ended(probes: deque[_Probe], now: float) -> Iterator[PacketDelays]:
    while probes and (probes[0].round_trip is not None or now - probes[0].sent > ANSWER_TIME):
        round_trip = probes.popleft().round_trip
        if round_trip is None:
            yield PacketDelays(failed=True)
        else:
            yield PacketDelays(round_trip=math.ceil(round_trip * 1000))


def _report(
    session: Session, measured: dict[Path, list[PacketDelays]], now: float
) -> SessionReportRequest | None:
    """Of what is as long as the rules' thresholds, or lost."""
    by_rule: dict[int, list[QosMonitoringReport]] = {}
    for srr, qfi, threshold, path in _monitored(session):
        by_rule.setdefault(srr.srr_id, []).extend(
            QosMonitoringReport(qfi=qfi, measurement=measurement, time_stamp=int(now))
            for measurement in measured.get(path, ())
            if measurement.failed or (measurement.round_trip or 0) >= threshold
        )
    reports = tuple(
        SessionReport(srr_id=srr_id, qos_monitoring_reports=tuple(found))
        for srr_id, found in by_rule.items()
        if found
    )
    if not reports:
        return None
    return SessionReportRequest(report_type=ReportType.SESR, session_reports=reports)
