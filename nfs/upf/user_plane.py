"""The way of a packet through the UPF (TS 29.244 clause 5.2.1, TS 23.501 clause 5.8.2).

Packets in, actions out: detection by the PDRs, enforcement by the QERs, the action of the FAR,
counting by the URRs. No I/O, and the time comes with each call.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nfs.protocols import gtpu
from nfs.protocols.gtpu import (
    EchoRequest,
    EchoResponse,
    EndMarker,
    ErrorIndication,
    GPdu,
    GtpuError,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
    UnsupportedExtensionHeader,
)
from nfs.protocols.ip import IpError, IpPacket, is_router_solicitation, mark_dscp, parse
from nfs.protocols.pfcp import (
    ApplyAction,
    DownlinkDataReport,
    DownlinkDataServiceInformation,
    ErrorIndicationReport,
    FTeid,
    OuterHeaderCreation,
    ReportType,
    SessionReportRequest,
    UsageReport,
)
from nfs.transports.datagram import Address
from nfs.upf.actions import Action, ToCp, ToN3, ToN6
from nfs.upf.path_monitoring import PathMonitoring
from nfs.upf.router_advertisement import advertisement
from nfs.upf.rules import Far, Pdr, is_at
from nfs.upf.session import Session, SessionTable

NOTIFY_AGAIN = 20.0
"""Seconds after which packets for a UE that did not come back are told of again."""


@dataclass
class Counters:
    """Packets and octets by where they came from or went to; dropped ones by the reason."""

    n3_in: list[int] = field(default_factory=lambda: [0, 0])
    n3_out: list[int] = field(default_factory=lambda: [0, 0])
    dropped: dict[str, int] = field(default_factory=dict)

    def drop(self, reason: str) -> list[Action]:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
        return []


class UserPlane:
    """``mtu``: of the links of UEs."""

    def __init__(self, sessions: SessionTable, buffered_packets: int, mtu: int) -> None:
        self.sessions = sessions
        self.counters = Counters()
        self.paths = PathMonitoring(sessions)
        self._buffered_packets = buffered_packets
        self._mtu = mtu

    def from_n3(self, octets: bytes, source: Address, now: float) -> list[Action]:
        """A datagram of GTP-U."""
        try:
            message = gtpu.decode(octets)
        except UnsupportedExtensionHeader as error:
            notification = SupportedExtensionHeadersNotification(error.sequence or 0)
            return [ToN3(gtpu.encode(notification), source)]
        except GtpuError:
            return self.counters.drop("malformed")
        match message:
            case GPdu():
                return self._uplink(message, source, now)
            case EchoRequest(sequence):
                return [ToN3(gtpu.encode(EchoResponse(sequence)), source)]
            case EchoResponse(sequence):
                self.paths.answered(sequence, now)
                return []
            case ErrorIndication(teid, address):
                return self._tunnel_lost(address, teid)
            case _:
                return []

    def uplink_marking(self, octets: bytes) -> int:
        """The traffic class that a gNB gives a datagram, that of its QoS flow (TS 38.414): the
        socket does not tell."""
        try:
            message = gtpu.decode(octets)
        except GtpuError:
            return 0
        match message:
            case GPdu(teid, container=PduSessionContainer(qfi)):
                session = self.sessions.by_teid(teid)
                return session.uplink_marking(qfi) if session is not None else 0
            case EchoResponse(sequence):
                return self.paths.marking(sequence)
            case _:
                return 0

    def _uplink(self, message: GPdu, source: Address, now: float) -> list[Action]:
        size = len(message.packet)
        self.counters.n3_in[0] += 1
        self.counters.n3_in[1] += size
        session = self.sessions.by_teid(message.teid)
        if session is None:
            error = ErrorIndication(message.teid, self.sessions.address)
            return [ToN3(gtpu.encode(error), (source[0], gtpu.PORT))]
        try:
            packet = parse(message.packet)
        except IpError:
            return self.counters.drop("malformed")
        qfi = message.container.qfi if message.container else None
        pdr = next(
            (p for p in session.in_order if p.detects_uplink(packet, message.teid, qfi)), None
        )
        if pdr is None:
            return self.counters.drop("no rule")
        if is_router_solicitation(packet):
            found = advertisement(session, packet, self._mtu)
            if found is None:
                return self.counters.drop("no prefix")
            return self._enforce(session, *found, now, uplink=False)
        if session.addresses and not any(is_at(packet.source, a) for a in session.addresses):
            return self.counters.drop("not the UE's address")
        return self._enforce(session, pdr, packet, now, uplink=True)

    def from_n6(self, octets: bytes, now: float) -> list[Action]:
        """A packet of the data network."""
        try:
            packet = parse(octets)
        except IpError:
            return self.counters.drop("malformed")
        return self._downlink(packet, now)

    def _downlink(self, packet: IpPacket, now: float) -> list[Action]:
        session = self.sessions.by_address(packet.destination)
        if session is None:
            return self.counters.drop("no session")
        pdr = next((p for p in session.in_order if p.detects_downlink(packet)), None)
        if pdr is None:
            return self.counters.drop("no rule")
        return self._enforce(session, pdr, packet, now, uplink=False)

    def _enforce(
        self, session: Session, pdr: Pdr, packet: IpPacket, now: float, *, uplink: bool
    ) -> list[Action]:
        far = session.far(pdr)
        if far is None or far.action & ApplyAction.DROP:
            return self.counters.drop("by rule")
        size = len(packet.octets)
        self._count(session, pdr, size, now, uplink=uplink, offered=True)
        for qer_id in pdr.rule.qer_ids:
            qer = session.qers.get(qer_id)
            if qer is not None and not qer.passes(size, now, uplink=uplink):
                return self.counters.drop("gate or rate")
        if far.action & ApplyAction.BUFF:
            return self._buffer(session, pdr, far, packet.octets, now)
        if not far.action & ApplyAction.FORW:
            return self.counters.drop("by rule")
        actions = self._forward(session, pdr, far, packet, now)
        reports = self._count(session, pdr, size, now, uplink=uplink)
        return actions + reports

    def _count(
        self,
        session: Session,
        pdr: Pdr,
        size: int,
        now: float,
        *,
        uplink: bool,
        offered: bool = False,
    ) -> list[Action]:
        """For the URRs of what passed, or of what was ``offered`` before its enforcement."""
        due = []
        for urr_id in pdr.rule.urr_ids:
            urr = session.urrs.get(urr_id)
            if urr is None or urr.offered is not offered:
                continue
            if (report := urr.count(size, now, uplink=uplink)) is not None:
                due.append(report)
        return [_usage(session, due)] if due else []

    def _forward(
        self, session: Session, pdr: Pdr, far: Far, packet: IpPacket, now: float
    ) -> list[Action]:
        outer = far.outer_header
        if outer is not None:
            return [self._into_tunnel(session, pdr, far, outer, packet.octets)]
        if self.sessions.by_address(packet.destination) is not None:
            return self._downlink(packet, now)
        return [ToN6(mark_dscp(packet.octets, far.tos >> 2) if far.tos else packet.octets)]

    def _into_tunnel(
        self, session: Session, pdr: Pdr, far: Far, outer: OuterHeaderCreation, octets: bytes
    ) -> ToN3:
        qers = (session.qers.get(qer_id) for qer_id in pdr.rule.qer_ids)
        marked = next((q.rule for q in qers if q is not None and q.rule.qfi is not None), None)
        container = None
        if marked is not None and marked.qfi is not None:
            container = PduSessionContainer(
                marked.qfi, uplink=False, reflective=bool((marked.rqi or 0) & 1)
            )
        self.counters.n3_out[0] += 1
        self.counters.n3_out[1] += len(octets)
        message = GPdu(outer.teid, octets, container)
        return ToN3(gtpu.encode(message), (outer.ipv4 or outer.ipv6 or "", gtpu.PORT), far.tos)

    def _buffer(
        self, session: Session, pdr: Pdr, far: Far, octets: bytes, now: float
    ) -> list[Action]:
        """Keep it for when the UE is back, and tell the SMF of the first one."""
        suggested = session.bars.get(far.rule.bar_id) if far.rule.bar_id is not None else None
        limit = self._buffered_packets
        if suggested is not None:
            limit = min(limit, suggested)
        if len(session.buffered) >= limit:
            self.counters.drop("buffer is full")
        else:
            session.buffered.append((pdr.rule.pdr_id, octets))
        told = session.notified_at
        if not far.action & ApplyAction.NOCP or (told is not None and now - told < NOTIFY_AGAIN):
            return []
        session.notified_at = now
        qers = (session.qers.get(qer_id) for qer_id in pdr.rule.qer_ids)
        qfi = next((q.rule.qfi for q in qers if q is not None), None)
        report = DownlinkDataReport(
            pdr_ids=(pdr.rule.pdr_id,),
            service_information=None if qfi is None else DownlinkDataServiceInformation(qfi=qfi),
        )
        request = SessionReportRequest(report_type=ReportType.DLDR, downlink_data_report=report)
        return [ToCp(session, request)]

    def released(self, session: Session, now: float) -> list[Action]:
        """After a change of its FARs: what waits goes where they say by now."""
        waiting, actions = list(session.buffered), list[Action]()
        session.buffered.clear()
        for pdr_id, octets in waiting:
            pdr = session.pdrs.get(pdr_id)
            far = session.far(pdr) if pdr is not None else None
            if pdr is None or far is None or far.action & ApplyAction.DROP:
                self.counters.drop("by rule")
            elif far.action & ApplyAction.BUFF:
                session.buffered.append((pdr_id, octets))
            else:
                actions += self._forward(session, pdr, far, parse(octets), now)
                actions += self._count(session, pdr, len(octets), now, uplink=False)
        if not session.buffered:
            session.notified_at = None
        return actions

    def end_marker(self, outer: OuterHeaderCreation) -> ToN3:
        """The last that comes on a path that was switched away from (TS 23.501 5.8.2.9)."""
        return ToN3(gtpu.encode(EndMarker(outer.teid)), (outer.ipv4 or outer.ipv6 or "", gtpu.PORT))

    def _tunnel_lost(self, address: str, teid: int) -> list[Action]:
        """The gNB does not know the tunnel (TS 23.527 clause 5.3.3.1)."""
        session = self.sessions.by_remote(address, teid)
        if session is None:
            return []
        report = ErrorIndicationReport(remote_f_teids=(FTeid(teid, address),))
        request = SessionReportRequest(report_type=ReportType.ERIR, error_indication_report=report)
        return [ToCp(session, request)]

    def reports_due(self, now: float) -> list[Action]:
        """Usage reports that time alone makes due."""
        actions = list[Action]()
        for session in self.sessions:
            due = [r for urr in session.urrs.values() if (r := urr.due(now)) is not None]
            if due:
                actions.append(_usage(session, due))
        return actions


def _usage(session: Session, due: list[UsageReport]) -> ToCp:
    request = SessionReportRequest(report_type=ReportType.USAR, usage_reports=tuple(due))
    return ToCp(session, request)
