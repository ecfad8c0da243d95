"""Messages with every element that is typed: independent decoders read what we write."""

from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from nfs.common.identities import Guami, Guti, NrCgi, Plmn, Snssai, Suci, Tai
from nfs.common.pcap import write_pcap
from nfs.common.trace import Interface, Record
from nfs.protocols.nas import (
    DEACTIVATED,
    AuthenticationRequest,
    AuthenticationResponse,
    AuthenticationResult,
    CipheringAlgorithm,
    ConfigurationUpdateCommand,
    DeregistrationRequestNw,
    DlNasTransport,
    Imeisv,
    IntegrityAlgorithm,
    Ladn,
    MmCause,
    NasMessage,
    Notification,
    NotificationResponse,
    RegistrationAccept,
    RegistrationReject,
    RegistrationRequest,
    RegistrationResult,
    RegistrationType,
    RejectedSnssai,
    RequestType,
    SecurityModeCommand,
    SecurityModeComplete,
    SelectedAlgorithms,
    ServiceAccept,
    ServiceAreaList,
    ServiceReject,
    ServiceRequest,
    ServiceType,
    Tmsi5gS,
    UeSecurityCapability,
    UlNasTransport,
    decode,
    encode,
)
from nfs.protocols.ngap import DownlinkNASTransport, UplinkNASTransport, UserLocationNr
from nfs.protocols.ngap import encode as encode_ngap

LAB = Plmn("999", "70")
TAIS = (Tai(LAB, 1), Tai(LAB, 7))
GUTI = Guti(Guami(LAB, 2, 1, 0), 0xDEADBEEF)
SLICES = (Snssai(1), Snssai(2, "aabbcc"))
REJECTED = (RejectedSnssai(Snssai(3)),)
SESSIONS = frozenset({1, 5, 15})
STATUS = {"pdu_session_status": SESSIONS}
CAPABILITY = UeSecurityCapability(bytes.fromhex("f0f0f0f0"))
EAP = bytes.fromhex("03070004")
ZONE = timedelta(hours=1)
UPLINK: tuple[NasMessage, ...] = (
    RegistrationRequest(
        (RegistrationType.MOBILITY_UPDATING, True),
        1,
        GUTI,
        mm_capability=b"\x03",
        ue_security_capability=CAPABILITY,
        requested_nssai=SLICES,
        last_visited_tai=TAIS[0],
        s1_ue_network_capability=bytes.fromhex("f0f0"),
        uplink_data_status=SESSIONS,
        **STATUS,
        mico_indication=0,
        ue_status=1,
        additional_guti=GUTI,
        allowed_pdu_session_status=SESSIONS,
        ue_usage_setting=1,
        requested_drx=2,
        eps_nas_message_container=bytes.fromhex("0748700bf699f907800101deadbeef"),
        ladn_indication=("edge", "lab"),
        network_slicing_indication=1,
        update_type=1,
        t3324_seconds=60,
        requested_t3512_seconds=3600,
    ),
    RegistrationRequest(
        (RegistrationType.INITIAL, True),
        7,
        Suci(LAB, "12", 1, 27, "00" * 45),
        ue_security_capability=CAPABILITY,
    ),
    ServiceRequest(
        1,
        ServiceType.MOBILE_TERMINATED_SERVICES,
        Tmsi5gS(1, 0, 0xDEADBEEF),
        uplink_data_status=SESSIONS,
        **STATUS,
        allowed_pdu_session_status=frozenset(),
    ),
    NotificationResponse(SESSIONS),
    AuthenticationResponse(eap=bytes.fromhex("02070008320e0000")),
    SecurityModeComplete(Imeisv("4370816125816151"), bytes.fromhex("7e0043")),
    UlNasTransport(
        1,
        bytes.fromhex("2e0101c1ffff"),
        pdu_session_id=1,
        request_type=RequestType.INITIAL_REQUEST,
        s_nssai=SLICES[1],
        dnn="internet.lab",
    ),
)
DOWNLINK: tuple[NasMessage, ...] = (
    RegistrationAccept(
        RegistrationResult.THREE_GPP_ACCESS,
        guti=GUTI,
        equivalent_plmns=(LAB, Plmn("001", "01")),
        tai_list=TAIS,
        allowed_nssai=SLICES,
        rejected_nssai=REJECTED,
        configured_nssai=SLICES,
        network_feature_support=bytes.fromhex("0100"),
        **STATUS,
        reactivation_result=frozenset({5}),
        reactivation_errors=((5, MmCause.LADN_NOT_AVAILABLE),),
        ladn_information=(Ladn("edge", TAIS),),
        mico_indication=0,
        network_slicing_indication=0,
        service_area_list=ServiceAreaList(False, TAIS),
        t3512_seconds=540,
        non_3gpp_deregistration_seconds=1800,
        t3502_seconds=720,
        emergency_number_list=bytes.fromhex("03011121"),
        eap=EAP,
        nssai_inclusion_mode=0,
        negotiated_drx=2,
        t3324_seconds=DEACTIVATED,
    ),
    RegistrationReject(
        MmCause.CONGESTION, t3346_seconds=60, t3502_seconds=DEACTIVATED, rejected_nssai=REJECTED
    ),
    DeregistrationRequestNw(5, MmCause.CONGESTION, t3346_seconds=60, rejected_nssai=REJECTED),
    ServiceAccept(
        SESSIONS, frozenset({1}), ((1, MmCause.RESTRICTED_SERVICE_AREA),), t3448_seconds=30
    ),
    ServiceReject(MmCause.CONGESTION, SESSIONS, t3346_seconds=60),
    Notification(1),
    ConfigurationUpdateCommand(
        indication=3,
        guti=GUTI,
        tai_list=TAIS,
        allowed_nssai=SLICES,
        service_area_list=ServiceAreaList(True, TAIS),
        full_network_name="AgentNF Labé",
        short_network_name="AgentNF",
        local_time_zone=ZONE,
        universal_time=datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone(ZONE)),
        daylight_saving_time=1,
        ladn_information=(Ladn("edge", TAIS),),
        configured_nssai=SLICES,
        rejected_nssai=REJECTED,
        sms_indication=1,
    ),
    AuthenticationRequest(3, bytes(2), eap=bytes.fromhex("01070008320c0000")),
    AuthenticationResult(3, EAP, bytes(2)),
    SecurityModeCommand(
        SelectedAlgorithms(CipheringAlgorithm.NEA3, IntegrityAlgorithm.NIA1),
        3,
        CAPABILITY,
        imeisv_request=1,
        eps_algorithms=b"\x22",
        additional_security=2,
        eap=EAP,
        abba=bytes(2),
    ),
    DlNasTransport(
        1,
        bytes.fromhex("2e0101c31a"),
        pdu_session_id=1,
        cause=MmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN,
        back_off_timer_seconds=120,
    ),
)


@pytest.mark.parametrize("message", UPLINK + DOWNLINK, ids=lambda message: message.NAME)
def test_each_message_comes_back(message: NasMessage) -> None:
    octets = encode(message)
    decoded = decode(octets)
    assert decoded == message
    assert decoded.unknown == ()
    assert encode(replace(decoded, received={}, order=())) == octets


@pytest.mark.parametrize("message", UPLINK + DOWNLINK, ids=lambda message: message.NAME)
def test_pycrate_reads_it(message: NasMessage) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pycrate_mobile.NAS5G import parse_NAS5G
    octets = encode(message)
    read, error = parse_NAS5G(octets)
    assert error == 0
    assert read.to_bytes() == octets


def test_tshark_reads_all_of_them(tmp_path: Path) -> None:
    if shutil.which("tshark") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("tshark is missing")
        pytest.skip("tshark is not installed")
    location = UserLocationNr(NrCgi(LAB, 1), TAIS[0])
    records = [
        Record(
            *(0.0, Interface.N2, "gNB", "AMF", message.NAME, ""),
            encode_ngap(UplinkNASTransport(1, 1, encode(message), location)),
        )
        for message in UPLINK
    ] + [
        Record(
            *(0.0, Interface.N2, "AMF", "gNB", message.NAME, ""),
            encode_ngap(DownlinkNASTransport(1, 1, encode(message))),
        )
        for message in DOWNLINK
    ]
    capture = tmp_path / "nas.pcap"
    assert write_pcap(records, capture) == len(records)
    command = [
        "tshark",
        "-r",
        str(capture),
        "-V",
        "-Y",
        "_ws.malformed or _ws.expert.group == 0x7000000",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert found == ""
