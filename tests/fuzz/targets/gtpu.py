"""GTP-U at a UPF with a session: octets from N3, and what is in a G-PDU."""

from __future__ import annotations

from ipaddress import ip_address

from nfs.protocols import gtpu
from nfs.protocols.gtpu import (
    EchoRequest,
    EndMarker,
    ErrorIndication,
    GPdu,
    GtpuError,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
)
from nfs.protocols.ip import answer_echo, datagram, echo_request, parse, read_datagram
from nfs.protocols.pfcp import (
    ApplyAction,
    CreateFar,
    CreatePdr,
    ForwardingParameters,
    FSeid,
    FTeid,
    Pdi,
    SdfFilter,
    SessionModificationRequest,
    SourceInterface,
    UeIpAddress,
)
from nfs.upf import session_rules
from nfs.upf.session import Session, SessionTable
from nfs.upf.user_plane import ToN3, ToN6, UserPlane

_TEID, _GNB = 7, ("127.0.0.1", 2152)
_UE, _GATEWAY = ip_address("10.45.0.2"), ip_address("10.45.0.1")
_UE6, _GATEWAY6 = ip_address("2001:db8:45::2"), ip_address("2001:db8:45::1")


def _with_session() -> UserPlane:
    table = SessionTable("127.0.0.7")
    session = Session(1, FSeid(1, "127.0.0.4"), "127.0.0.4")
    ue = UeIpAddress(str(_UE), "2001:db8:45::", destination=True)
    sides = (
        Pdi(source_interface=SourceInterface.CORE, ue_ip_addresses=(ue,)),
        Pdi(
            source_interface=SourceInterface.ACCESS,
            f_teid=FTeid(_TEID, "127.0.0.7"),
            sdf_filters=(SdfFilter("permit out ip from any to assigned"),),
        ),
    )
    pdrs = [CreatePdr(pdr_id=n, precedence=1, pdi=pdi, far_id=n) for n, pdi in enumerate(sides)]
    to_core = ForwardingParameters(destination_interface=SourceInterface.CORE)
    fars = (
        CreateFar(far_id=0, apply_action=ApplyAction.BUFF | ApplyAction.NOCP),
        CreateFar(far_id=1, apply_action=ApplyAction.FORW, forwarding_parameters=to_core),
    )
    request = SessionModificationRequest(create_pdrs=tuple(pdrs), create_fars=fars)
    session_rules.create(session, table, request, 0.0)
    table.index(session)
    table.add(session)
    return UserPlane(table, 4, mtu=1400)


_user_plane = _with_session()


def seeds() -> list[bytes]:
    container = PduSessionContainer(1, uplink=True)
    packets = (
        echo_request(_UE, _GATEWAY, 1, 1, b"data"),
        echo_request(_UE6, _GATEWAY6, 1, 1, b"data"),
        datagram(_UE, _GATEWAY, (4000, 7), b"data"),
        datagram(_UE6, _GATEWAY6, (4000, 7), b"data"),
        datagram(_UE, _UE, (4000, 7), b"to itself"),
    )
    messages = (
        *(GPdu(_TEID, packet, container) for packet in packets),
        GPdu(_TEID, packets[0]),
        EchoRequest(1),
        EndMarker(_TEID, container),
        ErrorIndication(3, "127.0.0.1"),
        ErrorIndication(3, "2001:db8::1"),
        SupportedExtensionHeadersNotification(1),
    )
    return [gtpu.encode(message) for message in messages]


def one(octets: bytes) -> None:
    for action in _user_plane.from_n3(octets, _GNB, 0.0):
        if isinstance(action, ToN3):
            assert gtpu.decode(action.octets)
        elif isinstance(action, ToN6):
            packet = parse(action.packet)
            assert answer_echo(packet) is None or read_datagram(packet) is None
    _user_plane.from_n6(octets, 0.0)
    assert gtpu.name_of(octets)
    try:
        message = gtpu.decode(octets)
    except GtpuError:
        return
    assert gtpu.decode(gtpu.encode(message)) == message
