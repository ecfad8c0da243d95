"""What an AMF does with NGAP that is malformed, unknown or out of place (TS 38.413 clause 10)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nfs.protocols.ngap import (
    Cause,
    ErrorIndication,
    InitialUEMessage,
    NgapMessage,
    NGReset,
    NGSetupFailure,
    NGSetupResponse,
    UEContextReleaseComplete,
    UEContextReleaseRequest,
    UplinkNASTransport,
    asn1,
    encode,
)
from nfs.testbed import Testbed
from tests.system.n2_peer import LOCATION, N2Peer, setup_request
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment

ONLY = ("nrf", "ausf", "udm", "upf", "smf", "amf")
DATA = Path(__file__).parents[1] / "data" / "ngap"
MALICIOUS = json.loads((DATA / "malicious.json").read_text())
MESSAGES = json.loads((DATA / "messages.json").read_text())
CAPTURED = json.loads((DATA / "captured_run.json").read_text())["messages"]


@pytest.fixture
async def testbed() -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False, only=ONLY) as running:
        yield running


async def answers_setup(peer: N2Peer) -> None:
    """Whatever came before, the next NG SETUP REQUEST is answered."""
    await peer.send(setup_request())
    async with asyncio.timeout(30):
        while not isinstance(await peer.receive(), NGSetupResponse):
            pass


@pytest.mark.parametrize("set_up", [False, True], ids=["before NG Setup", "after NG Setup"])
async def test_published_crash_inputs_and_the_messages_of_others(
    testbed: Testbed, set_up: bool
) -> None:
    """open5gs #4370, #4371, #4375 to #4379, #4353, #4678, #4679, and every valid message known, in
    the wrong place: each leaves the association and the AMF as they were."""
    for entry in (*MALICIOUS, *MESSAGES, *CAPTURED):
        connect = N2Peer.set_up if set_up else N2Peer.connect
        peer = await connect(testbed.n2)
        await peer.send(bytes.fromhex(entry["hex"]))
        await answers_setup(peer)
        await peer.close()
    gnb = Gnb(GnbConfig())
    await gnb.start(testbed.n2)
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    assert await ue.establish_session()
    await gnb.stop()


async def test_a_release_request_for_a_ue_that_is_not_there(testbed: Testbed) -> None:
    """The procedure of open5gs #4371."""
    peer = await N2Peer.set_up(testbed.n2)
    await peer.send(UEContextReleaseRequest(77, 3, Cause("radioNetwork", "user-inactivity")))
    answer = await peer.expect(ErrorIndication)
    assert (answer.amf_ue_ngap_id, answer.ran_ue_ngap_id) == (77, 3)
    assert answer.cause == Cause("radioNetwork", "unknown-local-UE-NGAP-ID")
    await peer.send(UEContextReleaseComplete(77, 3))
    await answers_setup(peer)


async def test_before_ng_setup_nothing_else_is_taken(testbed: Testbed) -> None:
    peer = await N2Peer.connect(testbed.n2)
    early: tuple[NgapMessage, ...] = (
        InitialUEMessage(1, b"\x7e\x00\x41", LOCATION, "mo-Signalling"),
        UplinkNASTransport(1, 1, b"\x7e\x00\x41", LOCATION),
        NGReset(Cause("misc", "unspecified"), None),
    )
    for message in early:
        await peer.send(message)
        answer = await peer.expect(ErrorIndication)
        assert answer.cause == Cause("protocol", "message-not-compatible-with-receiver-state")


def with_ie(message: NgapMessage, id_: int, criticality: int) -> bytes:
    """The message with one more element that nobody knows; its lengths are below 128."""
    octets = bytearray(encode(message))
    octets += id_.to_bytes(2) + bytes((criticality << 6, 1, 0))
    octets[3] += 5
    octets[6] += 1
    return bytes(octets)


async def test_an_unknown_element_is_handled_by_its_criticality(testbed: Testbed) -> None:
    reject, ignore, notify = 0, 1, 2
    peer = await N2Peer.connect(testbed.n2)
    await peer.send(with_ie(setup_request(), 999, reject))
    failure = await peer.expect(NGSetupFailure)
    assert failure.cause == Cause("protocol", "abstract-syntax-error-reject")
    diagnostics = failure.criticality_diagnostics
    assert diagnostics is not None
    assert (diagnostics.procedure_code, diagnostics.triggering_message) == (21, "initiatingMessage")
    assert [(ie.id, ie.error) for ie in diagnostics.ies] == [(999, "not-understood")]

    await peer.send(with_ie(setup_request(), 999, ignore))
    assert (await peer.expect(NGSetupResponse)).criticality_diagnostics is None

    await peer.send(with_ie(setup_request(), 999, notify))
    await peer.expect(NGSetupResponse)
    notified = await peer.expect(ErrorIndication)
    assert notified.cause == Cause("protocol", "abstract-syntax-error-ignore-and-notify")
    assert notified.criticality_diagnostics is not None
    assert notified.criticality_diagnostics.ies[0].id == 999


async def test_a_missing_element_is_reported(testbed: Testbed) -> None:
    peer = await N2Peer.connect(testbed.n2)
    name = {"id": 82, "criticality": "ignore", "value": ("RANNodeName", "gnb")}
    content = ("NGSetupRequest", {"protocolIEs": [name]})
    body = {"procedureCode": 21, "criticality": "reject", "value": content}
    await peer.send(asn1.encode("NGAP-PDU", ("initiatingMessage", body)))
    failure = await peer.expect(NGSetupFailure)
    assert failure.criticality_diagnostics is not None
    missing = {ie.id for ie in failure.criticality_diagnostics.ies if ie.error == "missing"}
    assert missing == {27, 102}


async def test_an_unknown_procedure_is_handled_by_its_criticality(testbed: Testbed) -> None:
    peer = await N2Peer.set_up(testbed.n2)
    await peer.send(bytes.fromhex("00fa000100"))
    rejected = await peer.expect(ErrorIndication)
    assert rejected.cause == Cause("protocol", "abstract-syntax-error-reject")
    assert rejected.criticality_diagnostics is not None
    assert rejected.criticality_diagnostics.procedure_code == 250
    await peer.send(bytes.fromhex("00fa400100"))
    await peer.send(bytes.fromhex("00fa800100"))
    notified = await peer.expect(ErrorIndication)
    assert notified.cause == Cause("protocol", "abstract-syntax-error-ignore-and-notify")


async def test_identifiers_that_do_not_belong_together_end_both_connections(
    testbed: Testbed,
) -> None:
    """TS 38.413 clause 10.6; the UE of another gNB is out of reach."""
    gnb, other = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
    await gnb.start(testbed.n2)
    await other.start(testbed.n2)
    ue, bystander = UserEquipment(UeConfig(), gnb), UserEquipment(UeConfig(MINE), other)
    await ue.register()
    await bystander.register()
    rrc, theirs = ue.modem.access.connection, bystander.modem.access.connection
    assert rrc is not None
    assert theirs is not None
    assert theirs.amf_ue_ngap_id is not None
    nas = b"\x7e\x00\x41"
    await gnb.send(UplinkNASTransport(theirs.amf_ue_ngap_id, 4711, nas, LOCATION))
    assert await bystander.establish_session()
    assert ue.modem.connected
    assert rrc.amf_ue_ngap_id is not None
    await gnb.send(UplinkNASTransport(rrc.amf_ue_ngap_id, 4711, nas, LOCATION))
    async with asyncio.timeout(30):
        while ue.modem.connected:
            await asyncio.sleep(0.02)
    await gnb.stop()
    await other.stop()


MINE = "imsi-999700000000002"
