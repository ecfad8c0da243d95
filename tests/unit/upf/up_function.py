"""A UPF without sockets: PFCP messages and packets in, what comes out collected."""

from __future__ import annotations

from ipaddress import ip_address

from nfs.protocols import gtpu
from nfs.protocols.gtpu import GPdu, GtpuMessage, PduSessionContainer
from nfs.protocols.ip import datagram
from nfs.protocols.pfcp import (
    ApplyAction,
    AssociationSetupRequest,
    BitRate,
    ChooseFTeid,
    CreateBar,
    CreateFar,
    CreatePdr,
    CreateQer,
    CreateUrr,
    ForwardingParameters,
    FSeid,
    GateStatus,
    MeasurementMethod,
    NodeId,
    OuterHeaderCreation,
    Packet,
    Pdi,
    PfcpMessage,
    ReportingTriggers,
    SdfFilter,
    SessionEstablishmentRequest,
    SessionEstablishmentResponse,
    SessionReportRequest,
    SourceInterface,
    UeIpAddress,
    Volume,
)
from nfs.transports.datagram import Address
from nfs.upf.n4 import N4
from nfs.upf.session import SessionTable
from nfs.upf.user_plane import Action, ToCp, ToN3, ToN6, UserPlane

SMF: Address = ("192.0.2.4", 8805)
GNB: Address = ("192.0.2.1", 2152)
UE, SERVER = "10.45.0.2", "198.51.100.7"
PACKET = 20 + 8
"""Octets of the headers of a datagram."""


class UpFunction:
    def __init__(self, buffered_packets: int = 4, guaranteed_kbps: int | None = None) -> None:
        self.user_plane = UserPlane(SessionTable("192.0.2.7"), buffered_packets, mtu=1400)
        self.n4 = N4(self.user_plane, self._collect, guaranteed_kbps)
        self.came_out: list[Action] = []
        self.now = 1_800_000_000.0
        setup = AssociationSetupRequest(node_id=NodeId(SMF[0]), recovery_time_stamp=1)
        self.ask(setup)

    def _collect(self, actions: list[Action]) -> None:
        self.came_out += actions

    def ask(self, message: PfcpMessage, seid: int | None = None) -> PfcpMessage:
        answer = self.n4._receive(Packet(message, 1, seid), SMF)
        assert answer is not None
        return answer[0]

    def establish(self, request: SessionEstablishmentRequest) -> tuple[int, int]:
        """SEID and TEID at the UPF."""
        answer = self.ask(request, 0)
        assert isinstance(answer, SessionEstablishmentResponse)
        assert answer.up_f_seid is not None, answer
        teids = [p.f_teid.teid for p in answer.created_pdrs if p.f_teid]
        return answer.up_f_seid.seid, teids[0]

    def uplink(self, teid: int, data: bytes = b"", qfi: int = 1, source: str = UE) -> list[Action]:
        packet = datagram(ip_address(source), ip_address(SERVER), (4000, 5000), data)
        message = GPdu(teid, packet, PduSessionContainer(qfi, uplink=True))
        return self.user_plane.from_n3(gtpu.encode(message), GNB, self.now)

    def downlink(self, data: bytes = b"", to: str = UE, port: int = 5000) -> list[Action]:
        packet = datagram(ip_address(SERVER), ip_address(to), (port, 4000), data)
        return self.user_plane.from_n6(packet, self.now)


def to_n3(actions: list[Action]) -> list[GtpuMessage]:
    return [gtpu.decode(a.octets) for a in actions if isinstance(a, ToN3)]


def to_n6(actions: list[Action]) -> list[bytes]:
    return [a.packet for a in actions if isinstance(a, ToN6)]


def reports(actions: list[Action]) -> list[SessionReportRequest]:
    return [a.report for a in actions if isinstance(a, ToCp)]


def session_request(
    *,
    ue: str = UE,
    gnb_teid: int | None = 77,
    flows: tuple[tuple[int, str | None, int], ...] = ((1, None, 65535),),
    mbr: BitRate | None = None,
    gbr: BitRate | None = None,
    correlation_id: int | None = None,
    volume: int | None = None,
    period: int | None = None,
    marking: int | None = None,
    gates: GateStatus | None = None,
    seid: int = 9,
) -> SessionEstablishmentRequest:
    """``flows``: QFI, flow description, precedence."""
    pdrs, fars, qers = [], [], []
    for qfi, description, precedence in flows:
        filters = (SdfFilter(description),) if description else ()
        core = Pdi(
            source_interface=SourceInterface.CORE,
            ue_ip_addresses=(UeIpAddress(ue, destination=True),),
            sdf_filters=filters,
        )
        access = Pdi(
            source_interface=SourceInterface.ACCESS,
            f_teid=ChooseFTeid(choose_id=5),
            qfis=(qfi,),
            sdf_filters=filters,
        )
        for pdr_id, pdi in ((2 * qfi - 1, core), (2 * qfi, access)):
            pdrs.append(
                CreatePdr(
                    pdr_id=pdr_id,
                    precedence=precedence,
                    pdi=pdi,
                    far_id=pdr_id,
                    urr_ids=(1,),
                    qer_ids=(qfi,),
                )
            )
        to_gnb = ForwardingParameters(
            destination_interface=SourceInterface.ACCESS,
            outer_header_creation=OuterHeaderCreation(gnb_teid or 0, GNB[0]),
            transport_level_marking=marking,
        )
        fars += [
            CreateFar(
                far_id=2 * qfi - 1,
                apply_action=ApplyAction.FORW if gnb_teid else ApplyAction.BUFF | ApplyAction.NOCP,
                forwarding_parameters=to_gnb if gnb_teid else None,
                bar_id=1,
            ),
            CreateFar(
                far_id=2 * qfi,
                apply_action=ApplyAction.FORW,
                forwarding_parameters=ForwardingParameters(
                    destination_interface=SourceInterface.CORE
                ),
            ),
        ]
        qers.append(
            CreateQer(
                qer_id=qfi,
                correlation_id=correlation_id,
                gate_status=gates or GateStatus(0),
                maximum_bit_rate=mbr,
                guaranteed_bit_rate=gbr,
                qfi=qfi,
            )
        )
    triggers = ReportingTriggers.VOLTH if volume else ReportingTriggers(0)
    urr = CreateUrr(
        urr_id=1,
        measurement_method=MeasurementMethod.VOLUM | MeasurementMethod.DURAT,
        reporting_triggers=triggers | (ReportingTriggers.PERIO if period else 0),
        measurement_period=period,
        volume_threshold=Volume(total=volume) if volume else None,
    )
    return SessionEstablishmentRequest(
        node_id=NodeId(SMF[0]),
        cp_f_seid=FSeid(seid, SMF[0]),
        create_pdrs=tuple(pdrs),
        create_fars=tuple(fars),
        create_urrs=(urr,),
        create_qers=tuple(qers),
        create_bar=CreateBar(bar_id=1),
    )
