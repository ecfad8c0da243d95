from __future__ import annotations

import struct
from collections import Counter
from typing import Any

import pytest
from crypto_vectors import load, octets

from nfs.protocols.crypto import snow3g, zuc
from nfs.protocols.crypto.nas_algorithms import Direction, cipher, mac
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm

SETS = load("nas_algorithms.json")
KEY = bytes(range(16))


def sets(*algorithms: str) -> list[Any]:
    return [
        pytest.param(entry, id=entry["name"]) for entry in SETS if entry["algorithm"] in algorithms
    ]


def arguments(inputs: dict[str, Any]) -> dict[str, Any]:
    (message,) = octets(inputs, "message")
    return {
        "key": bytes.fromhex(inputs["key"]),
        "count": int(inputs["count"], 16),
        "bearer": inputs["bearer"],
        "direction": Direction(inputs["direction"]),
        "message": message[: (inputs["bit_length"] + 7) // 8],
    }


def leading_bits(text: bytes, length: int) -> int:
    return int.from_bytes(text) >> (len(text) * 8 - length)


INTEGRITY = sets("EIA1", "EIA2", "EIA3")


def test_published_sets_are_here() -> None:
    assert Counter(entry["algorithm"] for entry in SETS) == {
        "SNOW3G-KEYSTREAM": 4,
        "ZUC-KEYSTREAM": 4,
        "EEA1": 5,
        "EEA2": 6,
        "EEA3": 5,
        "EIA1": 6,
        "EIA2": 8,
        "EIA3": 5,
        "UIA2": 6,
    }


@pytest.mark.parametrize("entry", sets("SNOW3G-KEYSTREAM", "ZUC-KEYSTREAM"))
def test_keystream(entry: dict[str, Any]) -> None:
    key, iv = octets(entry["inputs"], "key", "iv")
    (expected,) = octets(entry["expected"], "keystream_prefix")
    if entry["algorithm"].startswith("ZUC"):
        words = zuc.keystream(key, iv)
    else:
        k, v = (struct.unpack(">4I", value) for value in (key, iv))
        words = snow3g.keystream(k, v)
    assert b"".join(next(words).to_bytes(4) for _ in range(0, len(expected), 4)) == expected


@pytest.mark.parametrize("entry", sets("EEA1", "EEA2", "EEA3"))
def test_ciphering(entry: dict[str, Any]) -> None:
    bits = entry["inputs"]["bit_length"]
    (expected,) = octets(entry["expected"], "output")
    algorithm = CipheringAlgorithm[entry["algorithm"].replace("EEA", "NEA")]
    output = cipher(algorithm, **arguments(entry["inputs"]))
    assert leading_bits(output, bits) == leading_bits(expected[: len(output)], bits)


@pytest.mark.parametrize("entry", [e for e in INTEGRITY if e.values[0]["octet_aligned"]])
def test_integrity(entry: dict[str, Any]) -> None:
    """NAS has whole octets only: sets that end within one are those of the next test."""
    (expected,) = octets(entry["expected"], "mac")
    algorithm = IntegrityAlgorithm[entry["algorithm"].replace("EIA", "NIA")]
    assert mac(algorithm, **arguments(entry["inputs"])) == expected


@pytest.mark.parametrize("entry", sets("UIA2", "EIA1", "EIA3"))
def test_integrity_to_the_bit(entry: dict[str, Any]) -> None:
    inputs = entry["inputs"]
    key, message, expected = *octets(inputs, "key", "message"), *octets(entry["expected"], "mac")
    count, direction, bits = int(inputs["count"], 16), inputs["direction"], inputs["bit_length"]
    message = message[: (bits + 7) // 8]
    if entry["algorithm"] == "EIA3":
        code = zuc.eia3(key, count, inputs["bearer"], direction, message, bits=bits)
    else:
        fresh = int(inputs["fresh"], 16) if "fresh" in inputs else inputs["bearer"] << 27
        code = snow3g.uia2(key, count, fresh, direction, message, bits=bits)
    assert code == expected


@pytest.mark.parametrize("algorithm", list(CipheringAlgorithm))
@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 1000])
def test_ciphering_twice_is_identity(algorithm: CipheringAlgorithm, length: int) -> None:
    message = bytes(i & 0xFF for i in range(length))
    where: dict[str, Any] = {"count": 2**24 - 1, "bearer": 1, "direction": Direction.UPLINK}
    ciphered = cipher(algorithm, KEY, message=message, **where)
    assert len(ciphered) == length
    assert cipher(algorithm, KEY, message=ciphered, **where) == message


def test_null_algorithms() -> None:
    where: dict[str, Any] = {"count": 7, "bearer": 1, "direction": Direction.DOWNLINK}
    assert cipher(CipheringAlgorithm.NEA0, KEY, message=b"plain", **where) == b"plain"
    assert mac(IntegrityAlgorithm.NIA0, KEY, message=b"plain", **where) == bytes(4)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_count_bearer_and_direction_all_matter(number: int) -> None:
    base: dict[str, Any] = {"count": 0, "bearer": 1, "direction": Direction.UPLINK}
    variants = [
        base,
        base | {"count": 1},
        base | {"bearer": 2},
        base | {"direction": Direction.DOWNLINK},
    ]
    macs = {mac(IntegrityAlgorithm(number), KEY, message=b"m", **where) for where in variants}
    streams = {
        cipher(CipheringAlgorithm(number), KEY, message=bytes(16), **where) for where in variants
    }
    assert len(macs) == len(streams) == 4
