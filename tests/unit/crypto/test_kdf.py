from __future__ import annotations

from typing import Any

import pytest
from crypto_vectors import load, octets

from nfs.protocols.crypto import kdf
from nfs.protocols.crypto.errors import InvalidLength
from nfs.protocols.crypto.milenage import Milenage
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm

EAP_AKA_PRIME, *RUNS = load("kdf5g.json")
WITH_K_GNB = [run for run in RUNS if "kgnb" in run["expected"]]


def test_all_published_runs_are_here() -> None:
    assert (len(RUNS), len(WITH_K_GNB)) == (27, 24)


def test_kdf_of_rfc_5448() -> None:
    """CK' || IK' of EAP-AKA' is the same KDF with FC 0x20."""
    ck, ik, sqn_xor_ak = octets(EAP_AKA_PRIME["inputs"], "ck", "ik", "sqn_xor_ak")
    network_name = EAP_AKA_PRIME["inputs"]["network_name"].encode()
    ck_prime, ik_prime = octets(EAP_AKA_PRIME["expected"], "ck_prime", "ik_prime")
    assert kdf.kdf(ck + ik, 0x20, network_name, sqn_xor_ak) == ck_prime + ik_prime


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run["name"][-8:])
def test_captured_authentications(run: dict[str, Any]) -> None:
    k, opc, rand, autn = octets(run["inputs"], "k", "opc", "rand", "autn")
    network = run["inputs"]["serving_network_name"]
    usim = Milenage(k, opc).f2345(rand)
    xres_star, hxres_star, k_ausf = octets(run["expected"], "xres_star", "hxres_star", "kausf")
    assert kdf.res_star(usim.ck, usim.ik, network, rand, usim.res) == xres_star
    assert kdf.hres_star(rand, xres_star) == hxres_star
    assert kdf.k_ausf(usim.ck, usim.ik, network, autn[:6]) == k_ausf


@pytest.mark.parametrize("run", WITH_K_GNB, ids=lambda run: run["name"][-8:])
def test_captured_key_hierarchies(run: dict[str, Any]) -> None:
    inputs = run["inputs"]
    k_ausf, k_seaf, k_amf, k_gnb = octets(run["expected"], "kausf", "kseaf", "kamf_derived", "kgnb")
    digits = inputs["supi"].removeprefix("imsi-")
    assert kdf.k_seaf(k_ausf, inputs["serving_network_name"]) == k_seaf
    assert kdf.k_amf(k_seaf, digits, bytes.fromhex(inputs["abba"])) == k_amf
    count, access = inputs["kgnb_uplink_nas_count"], inputs["kgnb_access_type"]
    assert kdf.k_gnb(k_amf, count, access) == k_gnb


def test_k_gnb_depends_on_count_and_access() -> None:
    k_amf = bytes(range(32))
    keys = {kdf.k_gnb(k_amf, 0), kdf.k_gnb(k_amf, 1), kdf.k_gnb(k_amf, 0, access_type=2)}
    assert len(keys) == 3


def test_nas_keys_follow_annex_a_8() -> None:
    """Distinguisher 1 is N-NAS-enc, 2 is N-NAS-int; the key is the last 128 bits."""
    k_amf = bytes(range(32))
    enc = kdf.kdf(k_amf, 0x69, b"\x01", b"\x02")[16:]
    integrity = kdf.kdf(k_amf, 0x69, b"\x02", b"\x02")[16:]
    assert kdf.k_nas_enc(k_amf, CipheringAlgorithm.NEA2) == enc
    assert kdf.k_nas_int(k_amf, IntegrityAlgorithm.NIA2) == integrity


def test_next_hop_chain() -> None:
    k_amf = bytes(range(32))
    first = kdf.nh(k_amf, kdf.k_gnb(k_amf, 0))
    assert first == kdf.kdf(k_amf, 0x6F, kdf.k_gnb(k_amf, 0))
    assert kdf.nh(k_amf, first) not in (first, kdf.k_gnb(k_amf, 0))


def test_parameter_longer_than_its_length_field_is_refused() -> None:
    assert len(kdf.kdf(b"key", 0x69, bytes(0xFFFF))) == 32
    with pytest.raises(InvalidLength):
        kdf.kdf(b"key", 0x69, bytes(0x10000))
