"""UERANSIM's gNB and UEs on our AMF and core."""

from __future__ import annotations

import httpx
import pytest
from peers import agentnf, ueransim
from peers.capture import capturing
from peers.lab import Lab, eventually, supi

pytestmark = [pytest.mark.interop, ueransim.needed, pytest.mark.timeout(300)]


def test_a_ue_registers_sends_packets_and_deregisters(lab: Lab) -> None:
    with capturing(lab) as capture:
        agentnf.start_nfs(lab, sections={"upf": {"n6": "tun"}})
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.REGISTERED)
        ue.says(ueransim.SESSION)
        ue.says(ueransim.TUN)
        ueransim.ping(lab, agentnf.GATEWAY)
        ueransim.order(lab, supi(0), "ps-establish IPv4 --sst 1 --dnn agents")
        ue.says(ueransim.SESSION, times=2)
        ueransim.order(lab, supi(0), "ps-release 2")
        ue.says(r"Performing local release of PDU session\[2\]")
        ueransim.order(lab, supi(0), "deregister normal")
        ue.says(ueransim.DEREGISTERED)
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


def test_twenty_ues(lab: Lab) -> None:
    with capturing(lab) as capture:
        agentnf.start_nfs(lab)
        ueransim.start_gnb(lab)
        ues = ueransim.start_ues(lab, 20)
        ues.says(ueransim.TUN, times=20, seconds=150)
        assert len(ues.said(ueransim.REGISTERED)) == 20
        ueransim.ping(lab, agentnf.GATEWAY, sessions=20)
        for number in range(20):
            ueransim.order(lab, supi(number), "deregister switch-off")
        ues.says("UE device is switching off", times=20)
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


def test_every_algorithm_and_a_concealed_supi(lab: Lab) -> None:
    """Each UE has one algorithm of each kind beside the null ones."""
    key = agentnf.home_network_key(lab, scheme=1)
    sections = {"amf": {"ciphering_order": [1, 2, 3]}, "udm": key["udm"]}
    with capturing(lab, ciphered=True) as capture:
        agentnf.start_nfs(lab, sections=sections)
        ueransim.start_gnb(lab)
        for number in (1, 2, 3):
            ue = ueransim.start_ues(
                lab,
                supi=supi(number),
                integrity={f"IA{n}": n == number for n in (1, 2, 3)},
                ciphering={f"EA{n}": n == number for n in (1, 2, 3)},
                **key["ue"],
            )
            ue.says(rf"Selected integrity\[{number}\] ciphering\[{number}\]")
            ue.says(ueransim.SESSION)
            ueransim.order(lab, supi(number), "deregister switch-off")
            ue.says("UE device is switching off")
    assert capture.packets("nas_5gs.mm.suci.scheme_id == 1", "frame.number")
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart")


def test_refusals_and_a_sequence_number_behind(lab: Lab) -> None:
    with capturing(lab) as capture:
        nfs = agentnf.start_nfs(lab)
        ueransim.start_gnb(lab)
        unknown = ueransim.start_ues(lab, supi="imsi-999709999999999")
        unknown.says(r"Initial Registration failed \[ILLEGAL_UE\]")
        unknown.stop()
        other_key = ueransim.start_ues(lab, supi=supi(1), key="0" * 32)
        other_key.says("MAC mismatch")
        other_key.stop()
        other_dnn = [{"type": "IPv4", "apn": "nowhere", "slice": {"sst": 1}}]
        without_session = ueransim.start_ues(lab, supi=supi(2), sessions=other_dnn)
        without_session.says(r"cause\[DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED\]")
        without_session.stop()

        ue = ueransim.start_ues(lab)
        ue.says(ueransim.SESSION)
        nfs["udm"].stop()
        agentnf.start_nfs(lab, ["udm"])  # which has forgotten how far it had counted
        ueransim.order(lab, supi(0), "deregister normal")
        ue.says("SQN out of range")
        ue.says(ueransim.REGISTERED, times=2, seconds=60)
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart")


def test_what_an_operator_orders(lab: Lab) -> None:
    context = f"http://127.0.0.5:7777/namf-oam/v1/ue-contexts/{supi(0)}"

    def registered() -> bool:
        return bool(httpx.get(context).json().get("rm") == "RM-REGISTERED")

    with capturing(lab) as capture:
        agentnf.start_nfs(lab, sections={"common": {"oauth2": False}})
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.SESSION)
        former = ueransim.order(lab, supi(0), "status").split("stored-guti")[1]
        assert httpx.post(f"{context}/configuration-updates", json={}).status_code == 202
        ue.says("Configuration Update Command received", times=2)
        assert ueransim.order(lab, supi(0), "status").split("stored-guti")[1] != former
        assert registered()
        assert httpx.delete(f"{context}?re_register=true").is_success
        ue.says("Network initiated de-registration")
        ue.says("RRC Release received")
        eventually("it is registered no more", lambda: not registered())
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")
