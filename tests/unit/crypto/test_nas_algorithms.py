from __future__ import annotations

from typing import Any

import pytest
from crypto_vectors import load, octets

from nfs.protocols.crypto.errors import UnsupportedAlgorithm
from nfs.protocols.crypto.nas_algorithms import Direction, cipher, mac
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm

SETS = load("nas_algorithms.json")
EEA2 = [entry for entry in SETS if entry["algorithm"] == "EEA2"]
EIA2 = [entry for entry in SETS if entry["algorithm"] == "EIA2" and entry["octet_aligned"]]
KEY = bytes(range(16))


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


def test_published_sets_are_here() -> None:
    assert (len(EEA2), len(EIA2)) == (6, 3)


@pytest.mark.parametrize("entry", EEA2, ids=lambda entry: entry["name"])
def test_128_eea2(entry: dict[str, Any]) -> None:
    bits = entry["inputs"]["bit_length"]
    (expected,) = octets(entry["expected"], "output")
    output = cipher(CipheringAlgorithm.NEA2, **arguments(entry["inputs"]))
    assert leading_bits(output, bits) == leading_bits(expected, bits)


@pytest.mark.parametrize("entry", EIA2, ids=lambda entry: entry["name"])
def test_128_eia2(entry: dict[str, Any]) -> None:
    (expected,) = octets(entry["expected"], "mac")
    assert mac(IntegrityAlgorithm.NIA2, **arguments(entry["inputs"])) == expected


@pytest.mark.parametrize("algorithm", [CipheringAlgorithm.NEA0, CipheringAlgorithm.NEA2])
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


def test_count_bearer_and_direction_all_matter() -> None:
    base: dict[str, Any] = {"count": 0, "bearer": 1, "direction": Direction.UPLINK}
    variants = [
        base,
        base | {"count": 1},
        base | {"bearer": 2},
        base | {"direction": Direction.DOWNLINK},
    ]
    macs = {mac(IntegrityAlgorithm.NIA2, KEY, message=b"m", **where) for where in variants}
    streams = {
        cipher(CipheringAlgorithm.NEA2, KEY, message=bytes(16), **where) for where in variants
    }
    assert len(macs) == len(streams) == 4


@pytest.mark.parametrize("number", [1, 3])
def test_snow_3g_and_zuc_are_refused_by_name(number: int) -> None:
    where: dict[str, Any] = {"count": 0, "bearer": 1, "direction": Direction.UPLINK}
    with pytest.raises(UnsupportedAlgorithm, match=f"NIA{number}"):
        mac(IntegrityAlgorithm(number), KEY, message=b"", **where)
    with pytest.raises(UnsupportedAlgorithm, match=f"NEA{number}"):
        cipher(CipheringAlgorithm(number), KEY, message=b"", **where)
