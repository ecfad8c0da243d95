"""EAP-AKA': the keys of RFC 9048 appendix C, and every answer of peer and server to the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.eap import packet, peer, server
from nfs.protocols.eap.aka_prime import AkaPrime, At, Subtype, counted, fixed, is_genuine
from nfs.protocols.eap.keys import AkaPrimeKeys, ck_ik_prime
from nfs.protocols.eap.packet import Code, EapError

NETWORK = "5G:mnc070.mcc999.3gppnetwork.org"
IMSI = "999700000000001"
CARD = Milenage(bytes(range(16)), bytes(range(16, 32)))
AV = CARD.generate_vector(bytes(16), (33).to_bytes(6), bytes.fromhex("8000"))
VECTOR = server.Vector(AV.rand, AV.autn, AV.xres, *ck_ik_prime(AV.ck, AV.ik, NETWORK, AV.autn[:6]))
KEYS = AkaPrimeKeys.derive(VECTOR.ck_prime, VECTOR.ik_prime, IMSI)
CHALLENGE = server.challenge(VECTOR, KEYS, NETWORK, 7)


def usim(rand: bytes, autn: bytes) -> peer.Accepted:
    assert (rand, autn) == (AV.rand, AV.autn)
    out = CARD.f2345(rand)
    return peer.Accepted(out.res, out.ck, out.ik)


def respond(octets: bytes, card: peer.Usim = usim, network: str = NETWORK) -> peer.Reply:
    reply = peer.respond(octets, card, IMSI, network)
    assert reply is not None
    return reply


def receive(
    octets: bytes,
) -> server.Authenticated | server.Resynchronise | server.Failed:
    return server.receive(octets, VECTOR, KEYS, 7)


def challenge(*attributes: tuple[int, bytes]) -> bytes:
    return AkaPrime(Code.REQUEST, 7, Subtype.CHALLENGE, attributes).signed(KEYS.k_aut)


CHALLENGED = (
    (At.RAND, fixed(AV.rand)),
    (At.AUTN, fixed(AV.autn)),
    (At.KDF_INPUT, counted(NETWORK.encode())),
)


def test_keys_of_rfc_9048_appendix_c_case_1() -> None:
    ck = bytes.fromhex("5349fbe098649f948f5d2e973a81c00f")
    ik = bytes.fromhex("9744871ad32bf9bbd1dd5ce54e3e2e5a")
    autn = bytes.fromhex("bb52e91c747ac3ab2a5c23d15ee351d5")
    ck_prime, ik_prime = ck_ik_prime(ck, ik, "WLAN", autn[:6])
    assert ck_prime.hex() == "0093962d0dd84aa5684b045c9edffa04"
    assert ik_prime.hex() == "ccfc230ca74fcc96c0a5d61164f5a76c"
    keys = AkaPrimeKeys.derive(ck_prime, ik_prime, "0555444333222111")
    assert keys.k_encr.hex() == "766fa0a6c317174b812d52fbcd11a179"
    assert keys.k_aut.hex() == ("0842ea722ff6835bfa2032499fc3ec23c2f0e388b4f07543ffc677f1696d71ea")
    assert keys.k_re.hex() == "cf83aa8bc7e0aced892acc98e76a9b2095b558c7795c7094715cb3393aa7d17a"
    assert keys.msk.hex() == (
        "67c42d9aa56c1b79e295e3459fc3d187d42be0bf818d3070e362c5e967a4d544"
        "e8ecfe19358ab3039aff03b7c930588c055babee58a02650b067ec4e9347c75a"
    )
    assert keys.emsk.hex() == (
        "f861703cd775590e16c7679ea3874ada866311de290764d760cf76df647ea01c"
        "313f69924bdd7650ca9bac141ea075c4ef9e8029c0e290cdbad5638b63bc23fb"
    )


def test_both_sides_end_with_the_same_keys() -> None:
    reply = respond(CHALLENGE)
    assert reply.keys == KEYS
    assert len(KEYS.k_ausf) == 32
    assert receive(reply.octets) == server.Authenticated()


def test_the_usim_is_out_of_synch() -> None:
    auts = CARD.auts(AV.rand, (999).to_bytes(6))
    reply = respond(CHALLENGE, lambda *_: peer.OutOfSynch(auts))
    assert reply.keys is None
    assert AkaPrime.decode(reply.octets).kdfs == (1,)
    assert receive(reply.octets) == server.Resynchronise(auts)


@pytest.mark.parametrize(
    ("octets", "card", "network", "subtype"),
    [
        (CHALLENGE, lambda *_: peer.NotAccepted(), NETWORK, Subtype.AUTHENTICATION_REJECT),
        (CHALLENGE, usim, "5G:mnc001.mcc001.3gppnetwork.org", Subtype.AUTHENTICATION_REJECT),
        (challenge(*CHALLENGED), usim, NETWORK, Subtype.AUTHENTICATION_REJECT),
        (challenge(*CHALLENGED, (At.KDF, b"\0\2")), usim, NETWORK, Subtype.AUTHENTICATION_REJECT),
        (CHALLENGE[:-1] + bytes((CHALLENGE[-1] ^ 1,)), usim, NETWORK, Subtype.CLIENT_ERROR),
        (challenge(*CHALLENGED[1:], (At.KDF, b"\0\1")), usim, NETWORK, Subtype.CLIENT_ERROR),
        (challenge(*CHALLENGED, (99, b"\0\1")), usim, NETWORK, Subtype.CLIENT_ERROR),
        (
            AkaPrime(Code.REQUEST, 7, Subtype.REAUTHENTICATION).encode(),
            usim,
            NETWORK,
            Subtype.CLIENT_ERROR,
        ),
    ],
    ids=["autn", "network", "no-kdf", "kdf", "mac", "no-rand", "unknown", "reauthentication"],
)
def test_the_peer_refuses(octets: bytes, card: peer.Usim, network: str, subtype: Subtype) -> None:
    reply = respond(octets, card, network)
    assert reply.keys is None
    assert reply.reason
    answer = AkaPrime.decode(reply.octets)
    assert (answer.code, answer.identifier, answer.subtype) == (Code.RESPONSE, 7, subtype)
    failed = receive(reply.octets)
    assert isinstance(failed, server.Failed)
    assert not failed.notify


def test_the_peer_chooses_the_key_derivation_function_it_knows() -> None:
    """RFC 9048 clause 3.2: it answers with AT_KDF alone."""
    reply = respond(challenge(*CHALLENGED, (At.KDF, b"\0\2"), (At.KDF, b"\0\1")))
    answer = AkaPrime.decode(reply.octets)
    assert (answer.subtype, answer.attributes) == (Subtype.CHALLENGE, ((At.KDF, b"\0\1"),))


def test_a_skippable_attribute_is_skipped() -> None:
    reply = respond(challenge(*CHALLENGED, (At.KDF, b"\0\1"), (200, b"\0\1")))
    assert reply.keys == KEYS


def test_another_method_is_answered_with_nak() -> None:
    request = packet.encode(packet.EapPacket(Code.REQUEST, 9, 13, b"\x20"))
    assert respond(request).octets.hex() == "020900060332"


@pytest.mark.parametrize(
    "octets", [b"", b"\1\1", packet.success(7), packet.failure(7), respond(CHALLENGE).octets]
)
def test_what_is_no_request_is_discarded(octets: bytes) -> None:
    assert peer.respond(octets, usim, IMSI, NETWORK) is None


def test_the_server_notices_a_changed_response() -> None:
    octets = respond(CHALLENGE).octets
    for position in range(len(octets)):
        changed = bytearray(octets)
        changed[position] ^= 0x55
        assert isinstance(receive(bytes(changed)), server.Failed)
    wrong = AkaPrime(Code.RESPONSE, 7, Subtype.CHALLENGE, ((At.RES, counted(bytes(8), 8)),))
    assert receive(wrong.signed(KEYS.k_aut)) == server.Failed(
        "RES of the UE is not what the home network expects", notify=True
    )


@pytest.mark.parametrize(
    ("octets", "what"),
    [
        ("01070004", "a request without type"),
        ("0107000432", "a request without type, and padding"),
        ("01070009320100", "longer than there is"),
        ("0107000332010000", "shorter than its header"),
        ("0507000832010000", "no such code"),
        ("0307000832010000", "success with data"),
        ("0107000832030000", "no such subtype"),
        ("010700073201000000", "no room for the subtype"),
        ("0107000c320100000104ffff", "an attribute longer than the message"),
        ("0107000c320100000100ffff", "an attribute without length"),
        ("010700103201000003010000" + "03010000", "an attribute that may not come again"),
        ("0107000c3201000063010000", "an unknown attribute that may not be skipped"),
    ],
)
def test_malformed(octets: str, what: str) -> None:
    with pytest.raises(EapError):
        AkaPrime.decode(bytes.fromhex(octets))


@pytest.mark.parametrize("value", ["", "0010", "0003ab", "00410000"])
def test_a_network_name_that_is_shorter_than_it_says(value: str) -> None:
    message = AkaPrime(Code.REQUEST, 7, Subtype.CHALLENGE, ((At.KDF_INPUT, bytes.fromhex(value)),))
    with pytest.raises(EapError):
        _ = message.network_name


@given(st.binary(max_size=80), st.integers(0, 255))
def test_any_octets(octets: bytes, cut: int) -> None:
    for packet_ in (octets, CHALLENGE[:cut] + octets, octets + CHALLENGE):
        reply = peer.respond(packet_, usim, IMSI, NETWORK)
        assert reply is None or AkaPrime.decode(reply.octets) or reply.octets[4] == 3
        assert receive(packet_) != server.Authenticated()


def test_the_mac_covers_all_of_the_packet_and_no_padding() -> None:
    assert is_genuine(CHALLENGE, KEYS.k_aut)
    assert is_genuine(CHALLENGE + b"padding", KEYS.k_aut)
    assert not is_genuine(CHALLENGE, bytes(32))
