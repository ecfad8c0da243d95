"""Messages of other implementations decode, and encode to the same octets."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nfs.common.identities import Plmn, Suci
from nfs.protocols.nas import (
    MmCause,
    NasDiscard,
    NasError,
    NasReject,
    PduSessionEstablishmentRequest,
    RegistrationReject,
    RegistrationRequest,
    RegistrationType,
    ServiceRequest,
    UlNasTransport,
    decode,
    encode,
)
from nfs.protocols.nas.framing import Malformed
from nfs.protocols.nas.ies.identity import decode_identity
from nfs.protocols.nas.qos_flows import decode_rate, encode_rate

DATA = Path(__file__).parents[2] / "data" / "nas" / "messages.json"
MESSAGES = json.loads(DATA.read_text())
PROTECTED_HEADER = 7


def plain(octets: bytes) -> bytes | None:
    """The plain message of a vector, None when it is ciphered and cannot be had."""
    if octets[0] == 0x7E and octets[1] & 15:
        octets = octets[PROTECTED_HEADER:]
    return octets if len(octets) > 2 and octets[0] in (0x7E, 0x2E) else None


VALID = {
    e["name"]: bytes.fromhex(e["hex"])
    for e in MESSAGES
    if e["kind"].startswith("valid") and plain(bytes.fromhex(e["hex"])) is not None
}


def test_most_vectors_are_there() -> None:
    assert len(VALID) > 100


@pytest.mark.parametrize("name", VALID)
def test_vector_comes_back_octet_for_octet(name: str) -> None:
    octets = plain(VALID[name])
    assert octets is not None
    assert encode(decode(octets)) == octets


def test_registration_request_is_understood() -> None:
    octets = bytes.fromhex("7e004179000d0199f9070000000000000000102e04f0f0f0f0")
    request = decode(octets)
    assert isinstance(request, RegistrationRequest)
    assert request.identity == Suci(Plmn("999", "70"), "0000", 0, 0, "0000000001")
    assert request.follow_on
    assert request.ng_ksi == 7
    assert request.ue_security_capability is not None
    assert request.ue_security_capability.includes_null_algorithms


def test_what_we_build_an_independent_decoder_reads() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pycrate_mobile.NAS5G import parse_NAS5G
    octets = encode(UlNasTransport(1, b"\x2e\x01\x01\xd6\x6f", pdu_session_id=1, dnn="internet"))
    message, error = parse_NAS5G(octets)
    assert error == 0
    assert message.to_bytes() == octets


@pytest.mark.parametrize(
    ("octets", "kbps"),
    [("010001", 1), ("05ffff", 256 * 0xFFFF), ("060001", 1000), ("0b0002", 2_000_000)],
)
def test_bit_rate_units(octets: str, kbps: int) -> None:
    """TS 24.501 table 9.11.4.14.1: unit 6 is 1 Mbit/s, unit 11 is 1 Gbit/s."""
    assert decode_rate(bytes.fromhex(octets)) == kbps
    assert decode_rate(encode_rate(kbps)) == kbps


def test_malformed_vectors_are_refused() -> None:
    for entry in MESSAGES:
        if entry["kind"] == "fuzz seed, malformed":
            with pytest.raises(NasError):
                decode(bytes.fromhex(entry["hex"]))


@pytest.mark.parametrize(
    ("octets", "error"),
    [
        ("", NasDiscard),
        ("7e00", NasDiscard),
        ("990041", NasDiscard),
        ("7e0299", NasDiscard),
        ("2e01", NasDiscard),
        ("7e00ff", NasReject),
        ("2e0101ff", NasReject),
        ("7e0041", NasReject),
        ("7e00417900ff01", NasReject),
    ],
)
def test_bad_octets_have_one_outcome(octets: str, error: type[NasError]) -> None:
    with pytest.raises(error):
        decode(bytes.fromhex(octets))


def test_a_wrong_optional_element_counts_as_absent() -> None:
    """TS 24.501 clause 7.6.1: a 5G-GUTI of two octets in the T3346 place is no reason to fail."""
    request = decode(bytes.fromhex("2e0101c1ffff7b000100"))
    assert isinstance(request, PduSessionEstablishmentRequest)
    assert request.epco is None
    assert encode(request) == bytes.fromhex("2e0101c1ffff7b000100")


@pytest.mark.parametrize(
    ("octets", "rule"),
    [
        ("2e0101c1ffff7b0010000a", "7.7.1: cut by the end of the message"),
        ("2e0101c1ffff7b000100" + "7b00018a", "7.6.3: the first of a repeated one decides"),
        ("2e0101c1ffff4501aa", "7.6.1: unknown, no need to comprehend"),
    ],
)
def test_an_element_that_is_not_taken_is_kept(octets: str, rule: str) -> None:
    request = decode(bytes.fromhex(octets))
    assert isinstance(request, PduSessionEstablishmentRequest), rule
    assert request.epco is None, rule
    assert encode(request) == bytes.fromhex(octets), rule


def test_an_unknown_element_to_be_comprehended_refuses_the_message() -> None:
    """TS 24.501 clause 7.5.1: an IEI of 0x is coded "comprehension required"."""
    with pytest.raises(NasReject) as refusal:
        decode(bytes.fromhex("2e0101c1ffff0401aa"))
    assert refusal.value.cause.value == 96


@pytest.mark.parametrize("unused", [0, 5, 6, 7])
def test_an_unused_registration_type_is_initial(unused: int) -> None:
    """TS 24.501 table 9.11.3.7.1."""
    octets = bytes((0x7E, 0, 0x41, 0x70 | unused)) + bytes.fromhex("000d0199f907000000000000000010")
    request = decode(octets)
    assert isinstance(request, RegistrationRequest)
    assert request.registration == (RegistrationType.INITIAL, False)
    assert encode(request) == octets


@pytest.mark.parametrize(("value", "kind"), [(7, 0), (8, 0), (9, 1), (15, 1), (5, 5)])
def test_unused_service_types(value: int, kind: int) -> None:
    """TS 24.501 table 9.11.3.50.1."""
    request = decode(bytes((0x7E, 0, 0x4C, value << 4)) + bytes.fromhex("0007f40040deadbeef"))
    assert isinstance(request, ServiceRequest)
    assert request.service_type == kind


def test_an_unknown_cause_is_protocol_error() -> None:
    reject = decode(bytes.fromhex("7e0044fe"))
    assert isinstance(reject, RegistrationReject)
    assert reject.cause is MmCause.PROTOCOL_ERROR_UNSPECIFIED


@pytest.mark.parametrize("octets", ["eb21436587092143f5", "4ba1436587092143f5", "fd"])
def test_an_equipment_identity_has_digits_only(octets: str) -> None:
    with pytest.raises(Malformed):
        decode_identity(bytes.fromhex(octets))


@given(st.sampled_from(sorted(VALID)), st.data())
@settings(max_examples=300, deadline=None)
def test_mutations_end_in_a_message_or_a_typed_error(name: str, data: st.DataObject) -> None:
    octets = bytearray(plain(VALID[name]) or b"")
    position = data.draw(st.integers(0, len(octets) - 1))
    octets[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(octets)))
    for mutated in (bytes(octets), bytes(octets[:cut])):
        try:
            message = decode(mutated)
        except NasError:
            continue
        assert decode(encode(message)) == message
