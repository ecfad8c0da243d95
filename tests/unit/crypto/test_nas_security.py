from __future__ import annotations

import json

import pytest
from crypto_vectors import load, octets
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm
from nfs.protocols.nas.security import (
    MAX_COUNT,
    CountExhausted,
    IntegrityFailure,
    NasSecurityContext,
    NasSecurityError,
    Replayed,
    Side,
    UnprotectedNotAllowed,
)
from nfs.protocols.nas.security_header import (
    SecurityHeaderType,
    header_type,
    inner_plain,
    is_protected,
)
from nfs.protocols.nas.unprotected import ACCEPTED_UNPROTECTED_BY_UE, PROCESSED_UNPROTECTED_BY_AMF

K_AMF = bytes(range(32))
CIPHERED = SecurityHeaderType.INTEGRITY_CIPHERED
REGISTRATION_REQUEST = bytes.fromhex("7e0041")
REGISTRATION_COMPLETE = bytes.fromhex("7e0043")
SERVICE_REQUEST = bytes.fromhex("7e004c")
SECURITY_MODE_COMPLETE = bytes.fromhex("7e005e")


def context(
    side: Side,
    ciphering: CipheringAlgorithm = CipheringAlgorithm.NEA2,
    integrity: IntegrityAlgorithm = IntegrityAlgorithm.NIA2,
) -> NasSecurityContext:
    return NasSecurityContext(
        ng_ksi=0, k_amf=K_AMF, integrity=integrity, ciphering=ciphering, side=side
    )


def pair(
    ciphering: CipheringAlgorithm = CipheringAlgorithm.NEA2,
) -> tuple[NasSecurityContext, NasSecurityContext]:
    return context(Side.UE, ciphering), context(Side.NETWORK, ciphering)


class TestCapturedRun:
    """One registration, PDU session and deregistration between foreign implementations."""

    run = load("captured_run.json")

    def k_amf(self) -> bytes:
        k, opc, rand, autn, abba = octets(self.run, "k", "opc", "rand", "autn", "abba")
        network = self.run["serving_network_name"]
        usim = Milenage(k, opc).f2345(rand)
        res_star = kdf.res_star(usim.ck, usim.ik, network, rand, usim.res)
        assert res_star.hex() == self.run["res_star"]
        assert kdf.hres_star(rand, res_star).hex() == self.run["hxres_star"]
        k_seaf = kdf.k_seaf(kdf.k_ausf(usim.ck, usim.ik, network, autn[:6]), network)
        assert k_seaf.hex() == self.run["k_seaf"]
        return kdf.k_amf(k_seaf, self.run["supi_digits"], abba)

    def side(self, side: Side) -> NasSecurityContext:
        return NasSecurityContext(
            ng_ksi=self.run["ng_ksi"],
            k_amf=self.k_amf(),
            integrity=IntegrityAlgorithm[self.run["integrity"]],
            ciphering=CipheringAlgorithm[self.run["ciphering"]],
            side=side,
        )

    def test_every_mac_verifies_and_is_made_again(self) -> None:
        ue, network = self.side(Side.UE), self.side(Side.NETWORK)
        verified = 0
        for message in self.run["messages"]:
            (nas,) = octets(message, "nas")
            if not is_protected(nas):
                continue
            sender, receiver = (ue, network) if message["direction"] == "UPLINK" else (network, ue)
            header = header_type(nas)
            assert header is not None
            plain = receiver.unprotect(nas)
            assert plain == inner_plain(nas)
            assert sender.protect(plain, header) == nas
            verified += 1
            if message["ngap"] == "InitialContextSetupRequest":
                assert network.k_gnb().hex() == self.run["k_gnb"]
                assert ue.k_gnb().hex() == self.run["k_gnb"]
        assert verified == 9
        assert (network.uplink_count, network.downlink_count) == (4, 5)
        assert (ue.uplink_count, ue.downlink_count) == (4, 5)

    def test_first_three_messages_are_plain(self) -> None:
        plain = [m for m in self.run["messages"] if not is_protected(bytes.fromhex(m["nas"]))]
        assert [m["frame"] for m in plain] == [515, 554, 557]


@pytest.mark.parametrize("ciphering", list(CipheringAlgorithm))
@pytest.mark.parametrize("header", list(SecurityHeaderType)[1:])
def test_loopback(ciphering: CipheringAlgorithm, header: SecurityHeaderType) -> None:
    ue, network = pair(ciphering)
    plain = bytes.fromhex("7e00670100152e0101c1ffff91a128")
    for sender, receiver in ((ue, network), (network, ue)):
        protected = sender.protect(plain, header)
        assert header_type(protected) is header
        readable = not header.ciphered or ciphering is CipheringAlgorithm.NEA0
        assert (inner_plain(protected) == plain) is readable
        assert receiver.unprotect(protected) == plain


@given(messages=st.lists(st.tuples(st.booleans(), st.binary(max_size=64)), max_size=12))
def test_any_conversation(messages: list[tuple[bool, bytes]]) -> None:
    ue, network = pair()
    for uplink, plain in messages:
        sender, receiver = (ue, network) if uplink else (network, ue)
        assert receiver.unprotect(sender.protect(plain, CIPHERED)) == plain
    assert ue.to_json() | {"side": "NETWORK"} == network.to_json()


def test_replay_is_dropped() -> None:
    ue, network = pair()
    first = ue.protect(SECURITY_MODE_COMPLETE, CIPHERED)
    network.unprotect(first)
    with pytest.raises(Replayed) as refused:
        network.unprotect(first)
    assert refused.value.reason == "NAS COUNT 0 is below the expected 1"
    assert network.uplink_count == 1


def test_out_of_order() -> None:
    """A later message overtakes: it is accepted, the one it overtook is not any more."""
    ue, network = pair()
    first, second, third = (ue.protect(REGISTRATION_COMPLETE, CIPHERED) for _ in range(3))
    network.unprotect(second)
    assert network.uplink_count == 2
    with pytest.raises(Replayed):
        network.unprotect(first)
    assert network.unprotect(third) == REGISTRATION_COMPLETE


def test_own_message_sent_back_is_refused() -> None:
    ue, _ = pair()
    with pytest.raises(IntegrityFailure):
        ue.unprotect(ue.protect(REGISTRATION_COMPLETE, CIPHERED))


@pytest.mark.parametrize("position", range(2, 10))
def test_changed_octet_is_refused_and_changes_nothing(position: int) -> None:
    ue, network = pair()
    network.unprotect(ue.protect(SECURITY_MODE_COMPLETE, CIPHERED))
    before = network.to_json()
    genuine = ue.protect(REGISTRATION_REQUEST, CIPHERED)
    changed = bytearray(genuine)
    changed[position] ^= 1
    with pytest.raises(IntegrityFailure):
        network.unprotect(bytes(changed))
    assert network.to_json() == before
    assert network.unprotect(genuine) == REGISTRATION_REQUEST


def test_sequence_number_wraps_and_the_overflow_counter_follows() -> None:
    ue, network = pair()
    for number in range(600):
        protected = ue.protect(REGISTRATION_COMPLETE, CIPHERED)
        assert protected[6] == number % 256
        network.unprotect(protected)
    assert ue.uplink_count == network.uplink_count == 600


def test_lost_messages_across_the_wrap() -> None:
    ue, network = pair()
    sent = [ue.protect(REGISTRATION_COMPLETE, CIPHERED) for _ in range(510)]
    for number in (250, 300, 509):
        network.unprotect(sent[number])
        assert network.uplink_count == number + 1
    with pytest.raises(Replayed):
        network.unprotect(sent[300])


def test_256_lost_messages_cannot_be_told_from_none() -> None:
    ue, network = pair()
    sent = [ue.protect(REGISTRATION_COMPLETE, CIPHERED) for _ in range(257)]
    with pytest.raises(IntegrityFailure):
        network.unprotect(sent[256])


def test_counts_run_out() -> None:
    ue, network = pair()
    ue.uplink_count = network.uplink_count = MAX_COUNT
    last = ue.protect(REGISTRATION_COMPLETE, CIPHERED)
    assert network.unprotect(last) == REGISTRATION_COMPLETE
    with pytest.raises(CountExhausted):
        ue.protect(REGISTRATION_COMPLETE, CIPHERED)
    with pytest.raises(Replayed):
        network.unprotect(last)
    with pytest.raises(CountExhausted):
        network.unprotect(bytes.fromhex("7e02000000000700"))


def test_k_gnb_is_of_the_message_that_established_security() -> None:
    ue, network = pair()
    for plain, count in (
        (SECURITY_MODE_COMPLETE, 0),
        (REGISTRATION_COMPLETE, 0),
        (SERVICE_REQUEST, 2),
        (REGISTRATION_COMPLETE, 2),
        (REGISTRATION_REQUEST, 4),
    ):
        network.unprotect(ue.protect(plain, CIPHERED))
        assert network.k_gnb() == ue.k_gnb() == kdf.k_gnb(K_AMF, count)
    ue.unprotect(network.protect(REGISTRATION_REQUEST, CIPHERED))
    assert ue.k_gnb() == kdf.k_gnb(K_AMF, 4)


def test_survives_storing() -> None:
    ue, network = pair()
    for _ in range(3):
        network.unprotect(ue.protect(SERVICE_REQUEST, CIPHERED))
    ue.unprotect(network.protect(REGISTRATION_COMPLETE, CIPHERED))
    stored = json.loads(json.dumps(network.to_json()))
    restored = NasSecurityContext.from_json(stored)
    assert restored.to_json() == stored
    assert restored.side is Side.NETWORK
    assert restored.k_gnb() == ue.k_gnb() == kdf.k_gnb(K_AMF, 2)
    message = ue.protect(REGISTRATION_COMPLETE, CIPHERED)
    assert restored.unprotect(message) == REGISTRATION_COMPLETE
    assert ue.unprotect(restored.protect(REGISTRATION_COMPLETE, CIPHERED)) == REGISTRATION_COMPLETE


def test_null_integrity_only_where_allowed() -> None:
    with pytest.raises(UnprotectedNotAllowed):
        context(Side.NETWORK, integrity=IntegrityAlgorithm.NIA0)
    emergency = NasSecurityContext(
        ng_ksi=0,
        k_amf=K_AMF,
        integrity=IntegrityAlgorithm.NIA0,
        ciphering=CipheringAlgorithm.NEA0,
        side=Side.UE,
        allow_null_integrity=True,
    )
    assert emergency.protect(b"\x7e\x00\x43", CIPHERED).hex() == "7e0200000000007e0043"
    assert NasSecurityContext.from_json(emergency.to_json()).uplink_count == 1


def test_plain_messages_neither_go_out_nor_come_in() -> None:
    ue, network = pair()
    with pytest.raises(UnprotectedNotAllowed):
        ue.protect(REGISTRATION_COMPLETE, SecurityHeaderType.PLAIN)
    with pytest.raises(UnprotectedNotAllowed):
        network.unprotect(REGISTRATION_COMPLETE)


def test_integrity_only_message_is_not_deciphered() -> None:
    """An initial message whose UE has a context (TS 24.501 clause 4.4.5)."""
    ue, network = pair()
    protected = ue.protect(REGISTRATION_REQUEST, SecurityHeaderType.INTEGRITY)
    assert protected[7:] == REGISTRATION_REQUEST
    assert network.unprotect(protected) == REGISTRATION_REQUEST


@pytest.mark.parametrize(
    ("octets_hex", "header", "inner"),
    [
        ("", None, None),
        ("7e", None, None),
        ("2e02", None, None),
        ("7e05000000000000", None, None),
        ("7e0041", SecurityHeaderType.PLAIN, None),
        ("7e02", SecurityHeaderType.INTEGRITY_CIPHERED, None),
        ("7e01aabbccdd00", SecurityHeaderType.INTEGRITY, None),
        ("7e01aabbccdd007e0041", SecurityHeaderType.INTEGRITY, "7e0041"),
        ("7ef4aabbccdd007e005e", SecurityHeaderType.INTEGRITY_CIPHERED_NEW, "7e005e"),
    ],
)
def test_peeking(octets_hex: str, header: SecurityHeaderType | None, inner: str | None) -> None:
    message = bytes.fromhex(octets_hex)
    assert header_type(message) is header
    assert is_protected(message) is (header not in (None, SecurityHeaderType.PLAIN))
    plain = inner_plain(message)
    assert (plain.hex() if plain else None) == inner


@pytest.mark.parametrize("length", range(2, 7))
def test_shorter_than_the_security_header(length: int) -> None:
    _, network = pair()
    with pytest.raises(IntegrityFailure):
        network.unprotect(b"\x7e\x02\x00\x00\x00\x00"[:length])


@given(st.binary(max_size=80).map(lambda tail: b"\x7e" + tail) | st.binary(max_size=80))
def test_no_octets_do_more_than_be_refused(noise: bytes) -> None:
    _, network = pair()
    before = network.to_json()
    with pytest.raises(NasSecurityError) as refused:
        network.unprotect(noise)
    assert refused.value.reason
    assert network.to_json() == before


def test_what_goes_without_protection() -> None:
    """TS 24.501 clauses 4.4.4.2 and 4.4.4.3, message types of table 9.7.1."""
    assert {0x44, 0x46, 0x4D, 0x56, 0x58, 0x5A, 0x5B} == ACCEPTED_UNPROTECTED_BY_UE
    assert {
        0x41,
        0x45,
        0x48,
        0x4C,
        0x57,
        0x59,
        0x5C,
        0x5F,
    } == PROCESSED_UNPROTECTED_BY_AMF


def test_the_container_of_an_initial_message_is_ciphered_with_its_nas_count() -> None:
    ue, network = pair()
    ue.protect(REGISTRATION_COMPLETE, CIPHERED)
    container = ue.cipher_container(SERVICE_REQUEST)
    assert container != SERVICE_REQUEST
    octets = ue.protect(SERVICE_REQUEST, SecurityHeaderType.INTEGRITY)
    network.unprotect(octets)
    assert network.decipher_container(container) == SERVICE_REQUEST
