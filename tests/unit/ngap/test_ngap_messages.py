"""NGAP of other implementations, of attackers, and our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.common.identities import Guami, Plmn, Snssai, Tai
from nfs.protocols.ngap import (
    BroadcastPlmn,
    Cause,
    CriticalityDiagnostics,
    ErrorIndication,
    FiveGSTmsi,
    GlobalGnbId,
    GtpTunnel,
    IeDiagnostics,
    InitialContextSetupRequest,
    InitialContextSetupResponse,
    NgapError,
    NGSetupRequest,
    Paging,
    PduSessionItem,
    PDUSessionResourceSetupRequest,
    PDUSessionResourceSetupRequestTransfer,
    PDUSessionResourceSetupResponseTransfer,
    PduSessionSetupRequestItem,
    QosFlowSetup,
    SupportedTa,
    UEContextReleaseRequest,
    UeSecurityCapabilities,
    decode,
    encode,
    error_answer,
    name_of,
)

DATA = Path(__file__).parents[2] / "data" / "ngap"
RUN = [
    (m["name"], bytes.fromhex(m["hex"]))
    for m in json.loads((DATA / "captured_run.json").read_text())["messages"]
]
# Refused as a whole by the ASN.1 decoder: a field capture with a malformed name extension.
TOO_BAD = {"open5gs unit: ngap_message_test4"}
VALID = {
    e["name"]: bytes.fromhex(e["hex"])
    for e in json.loads((DATA / "messages.json").read_text())
    if e["name"] not in TOO_BAD
}
MALICIOUS = json.loads((DATA / "malicious.json").read_text())
# An extension of the location that the pycrate decoder gives back in another form.
NOT_OCTET_EXACT = {f"open5gs testregistration.pcapng frame {n} InitialUEMessage" for n in ()}


@pytest.mark.parametrize(("name", "octets"), RUN, ids=[f"{i}-{m[0]}" for i, m in enumerate(RUN)])
def test_captured_run_comes_back_octet_for_octet(name: str, octets: bytes) -> None:
    message = decode(octets)
    assert message.NAME == name == name_of(octets)
    assert encode(message) == octets


@pytest.mark.parametrize("name", VALID)
def test_vector_comes_back_octet_for_octet(name: str) -> None:
    assert encode(decode(VALID[name])) == VALID[name]


def test_what_we_build_equals_the_capture() -> None:
    plmn, slices = Plmn("999", "70"), (Snssai(1),)
    request = NGSetupRequest(
        global_ran_node_id=GlobalGnbId(plmn, 1, 32),
        ran_node_name="UERANSIM-gnb-999-70-1",
        supported_tas=(SupportedTa(1, (BroadcastPlmn(plmn, slices),)),),
    )
    assert decode(encode(request)) == decode(RUN[0][1]) == request


def test_messages_of_idle_mode_and_back_come_back() -> None:
    plmn = Plmn("999", "70")
    tunnel = GtpTunnel("10.0.0.1", 5)
    request = PDUSessionResourceSetupRequestTransfer(
        (1000, 2000), tunnel, "ipv4", (QosFlowSetup(1, 9, 8),)
    )
    setup = PDUSessionResourceSetupResponseTransfer(tunnel, (1,))
    for message in (
        Paging(FiveGSTmsi(1, 0, 0xDEADBEEF), (Tai(plmn, 1), Tai(plmn, 2)), drx="v128"),
        UEContextReleaseRequest(
            1, 2, Cause("radioNetwork", "user-inactivity"), active_sessions=(1, 5)
        ),
        InitialContextSetupRequest(
            1,
            2,
            Guami(plmn, 2, 1, 0),
            (Snssai(1),),
            UeSecurityCapabilities(1, 1),
            bytes(32),
            items=(PduSessionSetupRequestItem(1, None, Snssai(1), request.encode()),),
        ),
        InitialContextSetupResponse(1, 2, (PduSessionItem(1, setup.encode()),)),
    ):
        assert decode(encode(message)) == message


def test_transfers_of_the_capture() -> None:
    request = next(decode(o) for n, o in RUN if n == "PDUSessionResourceSetupRequest")
    assert isinstance(request, PDUSessionResourceSetupRequest)
    octets = request.items[0].transfer
    transfer = PDUSessionResourceSetupRequestTransfer.decode(octets)
    assert transfer.uplink_tunnel == GtpTunnel("127.0.0.7", 0x97A)
    assert [f.five_qi for f in transfer.qos_flows] == [9]
    assert transfer.encode() == octets
    answer = bytes.fromhex("0003e07f000001000000010001")
    response = PDUSessionResourceSetupResponseTransfer.decode(answer)
    assert response.downlink_tunnel == GtpTunnel("127.0.0.1", 1)
    assert response.encode() == answer


@pytest.mark.parametrize("entry", MALICIOUS, ids=[e["name"][:14] for e in MALICIOUS])
def test_published_crash_inputs_are_refused_with_an_answer(entry: dict[str, object]) -> None:
    octets = bytes.fromhex(str(entry["hex"]))
    if entry["valid"]:
        assert isinstance(decode(octets), NGSetupRequest)
        return
    with pytest.raises(NgapError) as caught:
        decode(octets)
    answer = error_answer(caught.value)
    if answer is not None:
        assert decode(encode(answer)) == answer


def test_truncation_at_every_length_is_refused() -> None:
    octets = RUN[2][1]
    for length in range(len(octets)):
        with pytest.raises(NgapError) as caught:
            decode(octets[:length])
        assert isinstance(error_answer(caught.value), ErrorIndication)


@given(st.sampled_from(RUN), st.data())
@settings(max_examples=200, deadline=None)
def test_mutations_end_in_a_message_or_a_typed_error(
    message: tuple[str, bytes], data: st.DataObject
) -> None:
    octets = bytearray(message[1])
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        decode(bytes(octets))
    except NgapError as error:
        answer = error_answer(error)
        assert answer is None or encode(answer)


@pytest.mark.parametrize(
    "trigger", [None, "initiatingMessage", "successfulOutcome", "unsuccessfulOutcome"]
)
def test_diagnostics_of_every_kind_come_back(trigger: str | None) -> None:
    ies = tuple(
        IeDiagnostics(id_, criticality, error)
        for id_, criticality in enumerate(("reject", "ignore", "notify"))
        for error in ("missing", "not-understood")
    )
    diagnostics = CriticalityDiagnostics(12, trigger, "reject", ies)
    message = ErrorIndication(1, 2, None, diagnostics)
    assert decode(encode(message)) == message
    assert decode(encode(ErrorIndication(criticality_diagnostics=CriticalityDiagnostics())))
