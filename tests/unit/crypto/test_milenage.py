from __future__ import annotations

from typing import Any

import pytest
from crypto_vectors import load, octets

from nfs.protocols.crypto.aka import Res
from nfs.protocols.crypto.errors import InvalidLength, MacFailure
from nfs.protocols.crypto.milenage import Milenage

SETS = load("milenage.json")
K = bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc")
OPC = bytes.fromhex("e8ed289deba952e4283b54e88e6183ca")
RAND = bytes(range(16))
SQN = bytes.fromhex("000000000020")
AMF = bytes.fromhex("8000")


def test_all_published_sets_are_here() -> None:
    assert len(SETS) == 20


@pytest.mark.parametrize("entry", SETS, ids=[entry["name"] for entry in SETS])
def test_published_sets(entry: dict[str, Any]) -> None:
    k, rand, sqn, amf, op = octets(entry["inputs"], "K", "RAND", "SQN", "AMF", "OP")
    opc, mac_a, mac_s, res, ck, ik, ak, ak_star = octets(
        entry["expected"],
        "OPc",
        "f1_MAC_A",
        "f1star_MAC_S",
        "f2_RES",
        "f3_CK",
        "f4_IK",
        "f5_AK",
        "f5star_AK",
    )
    assert Milenage.opc_from_op(k, op) == opc
    milenage = Milenage(k, opc)
    assert milenage.f1(rand, sqn, amf) == mac_a
    assert milenage.f1_star(rand, sqn, amf) == mac_s
    assert milenage.f2345(rand) == Res(res, ck, ik, ak)
    assert milenage.f5_star(rand) == ak_star


def test_captured_challenge_is_genuine() -> None:
    run = load("captured_run.json")
    k, opc, rand, autn = octets(run, "k", "opc", "rand", "autn")
    sqn, amf = Milenage(k, opc).verify_autn(rand, autn)
    assert amf == AMF
    assert Milenage(k, opc).generate_vector(rand, sqn, amf).autn == autn


def test_vector_holds_what_the_usim_computes() -> None:
    milenage = Milenage(K, OPC)
    vector = milenage.generate_vector(RAND, SQN, AMF)
    usim = milenage.f2345(RAND)
    assert (vector.xres, vector.ck, vector.ik) == (usim.res, usim.ck, usim.ik)
    assert milenage.verify_autn(RAND, vector.autn) == (SQN, AMF)


@pytest.mark.parametrize("position", range(16))
def test_changed_autn_is_refused(position: int) -> None:
    milenage = Milenage(K, OPC)
    autn = bytearray(milenage.generate_vector(RAND, SQN, AMF).autn)
    autn[position] ^= 1
    with pytest.raises(MacFailure):
        milenage.verify_autn(RAND, bytes(autn))


def test_auts_gives_back_the_usims_sqn() -> None:
    milenage = Milenage(K, OPC)
    sqn_ms = bytes.fromhex("0000000ff3a1")
    auts = milenage.auts(RAND, sqn_ms)
    assert len(auts) == 14
    assert auts[6:] == milenage.f1_star(RAND, sqn_ms, bytes(2))
    assert milenage.verify_auts(RAND, auts) == sqn_ms


@pytest.mark.parametrize("position", range(14))
def test_changed_auts_is_refused(position: int) -> None:
    milenage = Milenage(K, OPC)
    auts = bytearray(milenage.auts(RAND, SQN))
    auts[position] ^= 0x80
    with pytest.raises(MacFailure):
        milenage.verify_auts(RAND, bytes(auts))


def test_auts_of_another_challenge_is_refused() -> None:
    milenage = Milenage(K, OPC)
    with pytest.raises(MacFailure):
        milenage.verify_auts(bytes(16), milenage.auts(RAND, SQN))


@pytest.mark.parametrize("length", [0, 13, 15, 17, 100])
def test_wrong_lengths_are_refused(length: int) -> None:
    wrong = bytes(length)
    milenage = Milenage(K, OPC)
    for call in (
        lambda: Milenage(wrong, OPC),
        lambda: Milenage(K, wrong),
        lambda: Milenage.opc_from_op(K, wrong),
        lambda: milenage.f2345(wrong),
        lambda: milenage.f5_star(wrong),
        lambda: milenage.f1(RAND, wrong, AMF),
        lambda: milenage.f1(RAND, SQN, wrong),
        lambda: milenage.generate_vector(RAND, wrong, AMF),
        lambda: milenage.auts(RAND, wrong),
        lambda: milenage.verify_autn(RAND, wrong),
        lambda: milenage.verify_auts(RAND, wrong),
    ):
        with pytest.raises(InvalidLength):
            call()
