from __future__ import annotations

import hashlib
from typing import Any

import pytest
from crypto_vectors import load, octets

from nfs.protocols.crypto.errors import InvalidLength, MacFailure
from nfs.protocols.crypto.keccak import permute
from nfs.protocols.crypto.tuak import Tuak

VECTORS = load("tuak.json")
FUNCTIONS = Tuak(bytes(range(16)), bytes(32))
RAND, SQN, AMF = bytes(range(16)), bytes(range(6)), bytes.fromhex("8000")


def test_keccak_is_that_of_sha3() -> None:
    """FIPS 202: SHA3-256 of nothing is one permutation of the padding."""
    state = permute(b"\x06" + bytes(134) + b"\x80" + bytes(64))
    assert state[:32] == hashlib.sha3_256(b"").digest()


@pytest.mark.parametrize("entry", VECTORS, ids=lambda entry: entry["name"])
def test_published_set(entry: dict[str, Any]) -> None:
    inputs, expected = entry["inputs"], entry["expected"]
    k, top, rand = octets(inputs, "K", "TOP", "RAND")
    iterations = inputs["keccak_iterations"]
    topc = Tuak.topc_from_top(k, top, iterations)
    lengths = {
        name: inputs[f"LEN_{name.upper()}"] // 8
        for name in ("mac", "res", "ck", "ik")
        if f"LEN_{name.upper()}" in inputs
    }
    functions = Tuak(k, topc, iterations=iterations, **lengths)
    if "SQN" in inputs:
        sqn, amf = octets(inputs, "SQN", "AMF")
        assert topc.hex() == expected["TOPc"]
        assert functions.f1(rand, sqn, amf).hex() == expected["f1_MAC_A"]
        assert functions.f1_star(rand, sqn, amf).hex() == expected["f1star_MAC_S"]
        return
    out = functions.f2345(rand)
    found = [value.hex() for value in (out.res, out.ck, out.ik, out.ak, functions.f5_star(rand))]
    assert found == [expected[n] for n in ("f2_RES", "f3_CK", "f4_IK", "f5_AK", "f5star_AK")]


def test_autn_and_auts() -> None:
    vector = FUNCTIONS.generate_vector(RAND, SQN, AMF)
    assert FUNCTIONS.verify_autn(RAND, vector.autn) == (SQN, AMF)
    assert FUNCTIONS.verify_auts(RAND, FUNCTIONS.auts(RAND, SQN)) == SQN
    other = Tuak(bytes(16), bytes(32))
    with pytest.raises(MacFailure):
        other.verify_autn(RAND, vector.autn)
    with pytest.raises(MacFailure):
        other.verify_auts(RAND, FUNCTIONS.auts(RAND, SQN))


@pytest.mark.parametrize(("k", "topc"), [(15, 32), (24, 32), (16, 16)])
def test_lengths(k: int, topc: int) -> None:
    with pytest.raises(InvalidLength):
        Tuak(bytes(k), bytes(topc))
