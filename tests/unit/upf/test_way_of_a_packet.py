"""The way of a packet through the UPF: what the rules of its session say."""

from __future__ import annotations

import pytest
from up_function import GNB, PACKET, UE, UpFunction, reports, session_request, to_n3, to_n6

from nfs.protocols import gtpu
from nfs.protocols.gtpu import (
    EchoRequest,
    EchoResponse,
    EndMarker,
    ErrorIndication,
    GPdu,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
)
from nfs.protocols.ip import parse
from nfs.protocols.pfcp import (
    ApplyAction,
    BitRate,
    Cause,
    FTeid,
    GateStatus,
    OuterHeaderCreation,
    QueryUrr,
    ReportType,
    SdfFilter,
    SessionDeletionRequest,
    SessionDeletionResponse,
    SessionEstablishmentResponse,
    SessionModificationFlags,
    SessionModificationRequest,
    SessionModificationResponse,
    SourceInterface,
    UpdateFar,
    UpdateForwardingParameters,
    UpdatePdr,
    UpdateQer,
    UsageReportTrigger,
)
from nfs.protocols.pfcp import Pdi as PfcpPdi
from nfs.upf.user_plane import ToN3

GAME = "permit out 17 from 198.51.100.7 5000 to assigned"


def test_packets_pass_in_both_directions_in_the_flow_of_their_session() -> None:
    upf = UpFunction()
    _, teid = upf.establish(session_request(marking=46 << 10 | 0xFC))
    (packet,) = to_n6(upf.uplink(teid, b"up"))
    assert (str(parse(packet).source), parse(packet).payload[8:]) == (UE, b"up")
    (action,) = upf.downlink(b"down")
    assert isinstance(action, ToN3)
    assert (action.to, action.tos) == (GNB, 46 << 2)
    message = gtpu.decode(action.octets)
    assert isinstance(message, GPdu)
    assert (message.teid, message.container) == (77, PduSessionContainer(1, uplink=False))


def test_what_is_not_of_a_session_goes_nowhere() -> None:
    upf = UpFunction()
    _, teid = upf.establish(session_request())
    assert to_n3(upf.uplink(teid ^ 1)) == [ErrorIndication(teid ^ 1, "192.0.2.7")]
    assert upf.uplink(teid, source="10.45.0.99") == []
    assert upf.uplink(teid, qfi=2) == []
    assert upf.downlink(to="10.45.0.99") == []
    assert upf.user_plane.from_n3(b"\xff" * 20, GNB, upf.now) == []
    assert upf.user_plane.from_n6(b"\xff" * 20, upf.now) == []
    assert upf.user_plane.counters.dropped == {
        "not the UE's address": 1,
        "no rule": 1,
        "no session": 1,
        "malformed": 2,
    }


def test_the_filter_of_the_lower_precedence_is_looked_at_first() -> None:
    upf = UpFunction()
    _, teid = upf.establish(session_request(flows=((1, None, 255), (2, GAME, 10))))
    flows = [to_n3(upf.downlink(port=port))[0] for port in (5000, 5001)]
    assert [m.container.qfi for m in flows if isinstance(m, GPdu) and m.container] == [2, 1]
    assert to_n6(upf.uplink(teid, qfi=2)), "a packet to port 5000 is of flow 2"
    assert to_n6(upf.uplink(teid, qfi=1)), "the default flow takes any"


@pytest.mark.parametrize("uplink", [True, False])
def test_a_rate_limit_lets_through_what_it_says(uplink: bool) -> None:
    upf = UpFunction()
    rate = BitRate(uplink=800, downlink=800)
    _, teid = upf.establish(session_request(mbr=rate))
    passed, size, seconds = 0, 1000, 10.0
    for _ in range(2000):  # 200 packets of 1,000 octets a second: twice the rate
        data = bytes(size - PACKET)
        actions = upf.uplink(teid, data) if uplink else upf.downlink(data)
        passed += bool(actions)
        upf.now += seconds / 2000
    assert passed * size * 8 / 1000 / seconds == pytest.approx(800, rel=0.02)


def test_flows_without_guaranteed_rates_share_the_rate_of_the_session() -> None:
    upf = UpFunction()
    shared = session_request(
        flows=((1, None, 255), (2, GAME, 10)), mbr=BitRate(80, 80), correlation_id=1
    )
    upf.establish(shared)
    passed = sum(bool(upf.downlink(bytes(472), port=5000 + n % 2)) for n in range(20))
    assert passed == 6, "3,000 octets at once, whichever flow they are of"


def test_a_closed_gate_and_a_changed_rate() -> None:
    upf = UpFunction()
    seid, teid = upf.establish(session_request(gates=GateStatus.DOWNLINK_CLOSED))
    assert upf.downlink() == []
    assert to_n6(upf.uplink(teid))
    opened = UpdateQer(
        qer_id=1, gate_status=GateStatus.UPLINK_CLOSED, maximum_bit_rate=BitRate(0, 8)
    )
    upf.ask(SessionModificationRequest(update_qers=(opened,)), seid)
    assert upf.uplink(teid) == []
    assert to_n3(upf.downlink())
    assert upf.downlink(bytes(4000)) == []


def test_an_idle_ue_is_told_of_once_and_gets_what_waited_in_order() -> None:
    upf = UpFunction(buffered_packets=2)
    seid, _ = upf.establish(session_request(gnb_teid=None))
    (report,) = reports(upf.downlink(b"1"))
    assert report.report_type is ReportType.DLDR
    assert report.downlink_data_report is not None
    assert report.downlink_data_report.pdr_ids == (1,)
    assert report.downlink_data_report.service_information is not None
    assert report.downlink_data_report.service_information.qfi == 1
    assert upf.downlink(b"2") == []
    assert upf.downlink(b"3") == []
    assert upf.user_plane.counters.dropped == {"buffer is full": 1}
    upf.now += 30
    assert len(reports(upf.downlink(b"4"))) == 1, "the UE did not come: it is told of again"
    activate = forward_to(5)
    upf.ask(SessionModificationRequest(update_fars=(activate,)), seid)
    waited = [m for m in to_n3(upf.came_out) if isinstance(m, GPdu)]
    assert [(m.teid, parse(m.packet).payload[8:]) for m in waited] == [(5, b"1"), (5, b"2")]
    assert to_n3(upf.downlink(b"5"))
    buffer = UpdateFar(far_id=1, apply_action=ApplyAction.BUFF)
    upf.ask(SessionModificationRequest(update_fars=(buffer,)), seid)
    assert upf.downlink(b"6") == [], "without NOCP the SMF is not told"
    drop = SessionModificationRequest(flags=SessionModificationFlags.DROBU, update_fars=(activate,))
    upf.came_out.clear()
    upf.ask(drop, seid)
    assert upf.came_out == []


def forward_to(teid: int, *, end_marker: bool = False) -> UpdateFar:
    return UpdateFar(
        far_id=1,
        apply_action=ApplyAction.FORW,
        forwarding_parameters=UpdateForwardingParameters(
            destination_interface=SourceInterface.ACCESS,
            outer_header_creation=OuterHeaderCreation(teid, "192.0.2.2"),
            flags=SessionModificationFlags.SNDEM if end_marker else None,
        ),
    )


def test_a_switched_path_ends_with_an_end_marker() -> None:
    upf = UpFunction()
    seid, _ = upf.establish(session_request())
    switch = SessionModificationRequest(update_fars=(forward_to(5, end_marker=True),))
    upf.ask(switch, seid)
    (marker,) = upf.came_out
    assert isinstance(marker, ToN3)
    assert (gtpu.decode(marker.octets), marker.to) == (EndMarker(77), GNB)
    (moved,) = upf.downlink()
    assert isinstance(moved, ToN3)
    assert moved.to == ("192.0.2.2", 2152)


def test_usage_is_reported_by_volume_by_time_on_query_and_at_the_end() -> None:
    upf = UpFunction()
    seid, teid = upf.establish(session_request(volume=300, period=60))
    assert not reports(upf.uplink(teid, bytes(100 - PACKET)))
    assert not reports(upf.downlink(bytes(100 - PACKET)))
    (by_volume,) = reports(upf.downlink(bytes(100 - PACKET)))
    (usage,) = by_volume.usage_reports
    assert usage.trigger is UsageReportTrigger.VOLTH
    assert usage.volume is not None
    assert (usage.volume.total, usage.volume.uplink, usage.volume.downlink) == (300, 100, 200)
    assert (usage.volume.uplink_packets, usage.volume.downlink_packets) == (1, 2)
    upf.now += 59
    assert upf.user_plane.reports_due(upf.now) == []
    upf.uplink(teid, bytes(100 - PACKET))
    upf.now += 1
    (by_time,) = reports(upf.user_plane.reports_due(upf.now))
    (usage,) = by_time.usage_reports
    assert (usage.trigger, usage.ur_seqn, usage.duration) == (UsageReportTrigger.PERIO, 1, 60)
    query = SessionModificationRequest(query_urrs=(QueryUrr(urr_id=1),))
    answer = upf.ask(query, seid)
    assert isinstance(answer, SessionModificationResponse)
    assert [r.trigger for r in answer.usage_reports] == [UsageReportTrigger.IMMER]
    upf.downlink(bytes(50 - PACKET))
    deleted = upf.ask(SessionDeletionRequest(), seid)
    assert isinstance(deleted, SessionDeletionResponse)
    (last,) = deleted.usage_reports
    assert (last.trigger, last.ur_seqn) == (UsageReportTrigger.TERMR, 3)
    assert last.volume is not None
    assert last.volume.downlink == 50
    assert upf.downlink() == []


def test_a_gnb_that_lost_the_tunnel_is_reported() -> None:
    upf = UpFunction()
    upf.establish(session_request())
    octets = gtpu.encode(ErrorIndication(77, GNB[0]))
    (report,) = reports(upf.user_plane.from_n3(octets, GNB, upf.now))
    assert report.error_indication_report is not None
    assert report.error_indication_report.remote_f_teids == (FTeid(77, GNB[0]),)
    unknown = gtpu.encode(ErrorIndication(78, GNB[0]))
    assert upf.user_plane.from_n3(unknown, GNB, upf.now) == []


def test_path_management() -> None:
    upf = UpFunction()
    echo = upf.user_plane.from_n3(gtpu.encode(EchoRequest(9)), GNB, upf.now)
    assert to_n3(echo) == [EchoResponse(9)]
    unknown = bytes.fromhex("34ff0008 00000001 000500c9 01000000")
    notified = upf.user_plane.from_n3(unknown, GNB, upf.now)
    assert to_n3(notified) == [SupportedExtensionHeadersNotification(5)]


def test_a_changed_filter_and_what_is_refused_changes_nothing() -> None:
    upf = UpFunction()
    seid, teid = upf.establish(session_request())
    other = PfcpPdi(
        source_interface=SourceInterface.ACCESS,
        f_teid=FTeid(teid, "192.0.2.7"),
        sdf_filters=(SdfFilter("permit out 6 from any to assigned"),),
    )
    changed = SessionModificationRequest(update_pdrs=(UpdatePdr(pdr_id=2, pdi=other),))
    upf.ask(changed, seid)
    assert upf.uplink(teid) == [], "only TCP by now"
    wrong = PfcpPdi(
        source_interface=SourceInterface.ACCESS,
        f_teid=FTeid(teid, "192.0.2.7"),
        sdf_filters=(SdfFilter("no filter"),),
    )
    refused = upf.ask(
        SessionModificationRequest(
            update_fars=(forward_to(5),), update_pdrs=(UpdatePdr(pdr_id=2, pdi=wrong),)
        ),
        seid,
    )
    assert isinstance(refused, SessionModificationResponse)
    assert (refused.cause, refused.offending_ie) == (Cause.RULE_CREATION_MODIFICATION_FAILURE, 23)
    (still,) = upf.downlink()
    assert isinstance(still, ToN3)
    assert still.to == GNB


def test_guaranteed_rates_are_no_more_than_there_is() -> None:
    upf = UpFunction(guaranteed_kbps=1000)
    half = BitRate(600, 100)
    upf.establish(session_request(gbr=half))
    refused = upf.ask(session_request(gbr=half, ue="10.45.0.3", seid=10), 0)
    assert isinstance(refused, SessionEstablishmentResponse)
    assert refused.cause is Cause.NO_RESOURCES_AVAILABLE
    assert upf.n4.guaranteed == (600, 100)
