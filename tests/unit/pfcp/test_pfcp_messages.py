"""PFCP octets of other makes, and what is answered to those that are wrong."""

from __future__ import annotations

import contextlib
import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.pfcp import (
    ApplyAction,
    BitRate,
    Cause,
    ChooseFTeid,
    CreateSrr,
    FSeid,
    FTeid,
    GateStatus,
    HeartbeatRequest,
    MeasurementMethod,
    NodeId,
    OuterHeaderCreation,
    Packet,
    PacketDelays,
    PdnType,
    PfcpDiscard,
    PfcpError,
    PfcpMessage,
    PfcpReject,
    QosMonitoringControl,
    QosMonitoringReport,
    RemoveSrr,
    ReportingFrequency,
    ReportingTriggers,
    ReportType,
    RequestedQosMonitoring,
    SdfFilter,
    SessionDeletionResponse,
    SessionEstablishmentRequest,
    SessionEstablishmentResponse,
    SessionModificationRequest,
    SessionReport,
    SessionReportRequest,
    SourceInterface,
    UeIpAddress,
    UsageReportTrigger,
    VersionNotSupported,
    Volume,
    decode,
    encode,
    name_of,
)

MESSAGES = json.loads(Path("tests/data/pfcp/messages.json").read_text("utf-8"))
CAPTURED = [bytes.fromhex(m["hex"]) for m in MESSAGES if m["source"].startswith("captured")]


def captured(kind: type) -> list[Packet]:
    return [p for p in map(decode, CAPTURED) if isinstance(p.message, kind)]


@pytest.mark.parametrize("entry", MESSAGES, ids=lambda m: f"{m['name']} {m['hex'][:8]}")
def test_what_is_understood_of_a_message_survives(entry: dict[str, str]) -> None:
    packet = decode(bytes.fromhex(entry["hex"]))
    assert decode(encode(packet)) == packet
    assert name_of(bytes.fromhex(entry["hex"])) == packet.message.NAME


def test_the_session_that_open5gs_establishes() -> None:
    (packet,) = captured(SessionEstablishmentRequest)
    request = packet.message
    assert isinstance(request, SessionEstablishmentRequest)
    assert (packet.sequence, packet.seid) == (3, 0)
    assert request.cp_f_seid == FSeid(0x374, "127.0.0.4")
    assert (request.dnn, request.pdn_type) == ("internet", PdnType.IPV4)
    downlink, uplink, *_ = request.create_pdrs
    assert (downlink.pdr_id, downlink.precedence, downlink.far_id) == (1, 65535, 1)
    assert downlink.pdi.source_interface is SourceInterface.CORE
    assert downlink.pdi.ue_ip_addresses == (UeIpAddress("10.45.0.2", destination=True),)
    assert uplink.pdi.f_teid == ChooseFTeid(ipv4=True, ipv6=True, choose_id=5)
    assert uplink.pdi.qfis == (1,)
    solicitation = request.create_pdrs[3].pdi.sdf_filters
    assert solicitation == (SdfFilter("permit out 58 from ff02::2/128 to assigned"),)
    to_gnb, to_n6, _ = request.create_fars
    assert to_gnb.apply_action == ApplyAction.BUFF | ApplyAction.NOCP
    assert to_n6.apply_action == ApplyAction.FORW
    (qer,) = request.create_qers
    assert (qer.qfi, qer.gate_status) == (1, GateStatus(0))
    assert qer.maximum_bit_rate == BitRate(uplink=1_000_000, downlink=1_000_000)
    (urr,) = request.create_urrs
    assert urr.measurement_method is MeasurementMethod.VOLUM
    assert urr.reporting_triggers & ReportingTriggers.VOLTH
    assert urr.volume_threshold == Volume(total=104_857_600)


def test_what_the_upf_of_open5gs_answers_and_is_told_later() -> None:
    (answer,) = captured(SessionEstablishmentResponse)
    assert isinstance(answer.message, SessionEstablishmentResponse)
    assert answer.message.up_f_seid == FSeid(0x1FF, "127.0.0.7")
    assert answer.message.created_pdrs[0].f_teid == FTeid(0x97A, "127.0.0.7")
    (change,) = captured(SessionModificationRequest)
    assert isinstance(change.message, SessionModificationRequest)
    parameters = change.message.update_fars[0].forwarding_parameters
    assert parameters is not None
    assert parameters.outer_header_creation == OuterHeaderCreation(1, "127.0.0.1")
    (deleted,) = captured(SessionDeletionResponse)
    assert isinstance(deleted.message, SessionDeletionResponse)
    (report,) = deleted.message.usage_reports
    assert report.trigger is UsageReportTrigger.TERMR
    assert report.volume == Volume(0, 0, 0, 0, 0, 0)


def test_each_fault_has_its_cause() -> None:
    (packet,) = captured(SessionEstablishmentRequest)
    octets = encode(packet)
    with pytest.raises(PfcpDiscard):
        decode(octets[:7])
    with pytest.raises(PfcpDiscard):
        decode(octets[:-1])
    with pytest.raises(VersionNotSupported) as other:
        decode(bytes((2 << 5 | 1,)) + octets[1:])
    assert other.value.sequence == 3
    body = struct.pack("!HH", 60, 5) + bytes((0, 127, 0, 0, 4))
    with pytest.raises(PfcpReject) as missing:
        decode(bytes((0x21, 50)) + (len(body) + 12).to_bytes(2) + bytes(8) + b"\0\0\7\0" + body)
    assert (missing.value.cause, missing.value.offending_ie) == (Cause.MANDATORY_IE_MISSING, 57)
    assert (missing.value.message_type, missing.value.sequence) == (50, 7)
    with pytest.raises(PfcpReject) as short:
        decode(bytes.fromhex("2001000b00000100006000030000ff"))
    assert (short.value.cause, short.value.offending_ie) == (Cause.INVALID_LENGTH, 96)
    with pytest.raises(PfcpReject) as cut:
        decode(bytes.fromhex("2001000c0000010000600009e42eaecf"))
    assert cut.value.cause is Cause.INVALID_LENGTH


def test_unknown_elements_are_skipped_and_unknown_causes_have_a_meaning() -> None:
    heartbeat = encode(Packet(HeartbeatRequest(recovery_time_stamp=1_700_000_000), 9))
    body = struct.pack("!HHH", 0x8001, 4, 0) + b"\0\0" + heartbeat[8:]
    extended = heartbeat[:2] + (len(body) + 4).to_bytes(2) + heartbeat[4:8] + body
    assert decode(extended) == decode(heartbeat)
    assert Cause(99) is Cause.REQUEST_REJECTED
    assert Cause(9) is Cause.REQUEST_ACCEPTED


@pytest.mark.parametrize("node", ["192.0.2.1", "2001:db8::1", "upf.example"])
def test_node_identities(node: str) -> None:
    assert NodeId.decode(NodeId(node).encode()) == NodeId(node)


@given(st.binary(max_size=200))
def test_any_octets_are_a_message_or_an_error(octets: bytes) -> None:
    with contextlib.suppress(PfcpError):
        decode(b"\x21\x32" + len(octets).to_bytes(2) + octets)


MONITORING = (
    SessionModificationRequest(
        create_srrs=(
            CreateSrr(
                srr_id=1,
                qos_monitoring=(
                    QosMonitoringControl(
                        qfis=(1, 2),
                        requested=RequestedQosMonitoring.RP | RequestedQosMonitoring.GTPUPM,
                        frequency=ReportingFrequency.EVETT,
                        thresholds=PacketDelays(round_trip=0),
                    ),
                ),
            ),
        ),
        remove_srrs=(RemoveSrr(srr_id=2),),
    ),
    SessionReportRequest(
        report_type=ReportType.SESR,
        session_reports=(
            SessionReport(
                srr_id=1,
                qos_monitoring_reports=(
                    QosMonitoringReport(
                        qfi=2,
                        measurement=PacketDelays(downlink=9, uplink=10, round_trip=21),
                        time_stamp=1_800_000_000,
                    ),
                    QosMonitoringReport(
                        qfi=2, measurement=PacketDelays(failed=True), time_stamp=1_800_000_000
                    ),
                ),
            ),
        ),
    ),
)


@pytest.mark.parametrize("message", MONITORING, ids=lambda message: message.NAME)
def test_qos_monitoring_survives(message: PfcpMessage) -> None:
    packet = Packet(message, 1, 7)
    assert decode(encode(packet)) == packet


@pytest.mark.tshark
def test_tshark_reads_what_is_written(tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    octets = [encode(decode(bytes.fromhex(m["hex"]))) for m in MESSAGES]
    octets += [encode(Packet(message, 1, 7)) for message in MONITORING]
    dump = "".join(f"000000 {o.hex(' ')}\n" for o in octets)
    pcap = tmp_path / "pfcp.pcap"
    convert = ["text2pcap", "-q", "-u", "8805,8805", "-", str(pcap)]
    subprocess.run(convert, input=dump, text=True, check=True, capture_output=True)
    command = ["tshark", "-r", str(pcap), "-T", "fields", "-e", "pfcp.msg_type", "-Y", "pfcp"]
    seen = subprocess.run(command, text=True, check=True, capture_output=True).stdout.split()
    assert [int(number) for number in seen] == [o[1] for o in octets]
    malformed = ["tshark", "-r", str(pcap), "-Y", "_ws.malformed"]
    assert not subprocess.run(malformed, text=True, check=True, capture_output=True).stdout


def test_a_dot_in_a_label_is_no_end_of_one() -> None:
    """Found by fuzzing: the name could not be written as it had been read."""
    with pytest.raises(ValueError, match="dot"):
        NodeId.decode(b"\x02\x03up.")


def test_a_prefix_length_without_a_prefix_says_nothing() -> None:
    """Found by fuzzing."""
    address = UeIpAddress.decode(bytes((64, 54)))
    assert UeIpAddress.decode(address.encode()) == address == UeIpAddress()
