from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from crypto_vectors import load, octets
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.identities import Plmn, Suci
from nfs.protocols.crypto.ecies import PROFILES
from nfs.protocols.crypto.errors import (
    InvalidKey,
    InvalidSchemeOutput,
    UnknownHomeNetworkKey,
    UnsupportedScheme,
)
from nfs.protocols.crypto.home_network_key import HomeNetworkKey
from nfs.protocols.crypto.suci import conceal, deconceal

VECTORS = load("suci.json")
CONCEALED = [v for v in VECTORS if "ephemeral_private_key" in v["inputs"]]
HOME = Plmn("999", "70")
KEYS = {scheme: HomeNetworkKey.generate(7, scheme) for scheme in PROFILES}


def vector(entries: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry["name"])


@vector(CONCEALED)
def test_concealment_of_annex_c_4(entry: dict[str, Any]) -> None:
    home, ephemeral, plain = octets(
        entry["inputs"], "home_network_private_key", "ephemeral_private_key", "plaintext"
    )
    public, output = octets(entry["expected"], "home_network_public_key", "scheme_output")
    profile = PROFILES[entry["inputs"]["protection_scheme_id"]]
    assert profile.public_key(home) == public
    assert profile.conceal(public, plain, ephemeral) == output


@vector(VECTORS)
def test_every_scheme_output_is_revealed(entry: dict[str, Any]) -> None:
    inputs = entry["inputs"]
    output = inputs.get("scheme_output") or entry["expected"]["scheme_output"]
    plain = inputs.get("plaintext") or entry["expected"]["plaintext"]
    (private,) = octets(inputs, "home_network_private_key")
    profile = PROFILES[inputs["protection_scheme_id"]]
    assert profile.reveal(private, bytes.fromhex(output)).hex() == plain


@vector([v for v in VECTORS if v["inputs"].get("supi_type") == "IMSI"])
def test_supi_of_annex_c_4(entry: dict[str, Any]) -> None:
    inputs = entry["inputs"]
    scheme = inputs["protection_scheme_id"]
    output = inputs.get("scheme_output") or entry["expected"]["scheme_output"]
    (private,) = octets(inputs, "home_network_private_key")
    suci = Suci(Plmn(inputs["mcc"], inputs["mnc"]), "0", scheme, 27, output)
    assert deconceal(suci, [HomeNetworkKey(27, scheme, private)]) == "imsi-274012001002086"


@pytest.mark.parametrize(
    ("suci", "supi"),
    [
        ("suci-0-999-70-0000-0-0-0000000001", "imsi-999700000000001"),
        ("suci-0-001-001-0000-0-0-123456789", "imsi-001001123456789"),
    ],
)
def test_null_scheme(suci: str, supi: str) -> None:
    parsed = Suci.parse(suci)
    assert deconceal(parsed) == supi
    assert conceal(parsed.scheme_output, parsed.plmn) == parsed


@pytest.mark.parametrize("scheme", PROFILES)
@pytest.mark.parametrize("msin", ["0000000001", "123456789"])
def test_concealed_and_revealed(scheme: int, msin: str) -> None:
    key = KEYS[scheme]
    sucis = {
        conceal(msin, HOME, scheme=scheme, key_id=7, public_key=key.public_key) for _ in range(2)
    }
    assert len(sucis) == 2
    for suci in sucis:
        assert Suci.parse(str(suci)) == suci
        assert deconceal(suci, KEYS.values()) == f"imsi-99970{msin}"


@pytest.mark.parametrize("scheme", [3, 12])
def test_other_schemes_are_refused_by_number(scheme: int) -> None:
    with pytest.raises(UnsupportedScheme, match=f"scheme {scheme} "):
        deconceal(Suci(HOME, "0000", scheme, 1, "00" * 45))
    with pytest.raises(UnsupportedScheme, match=f"scheme {scheme} "):
        conceal("1", HOME, scheme=scheme)


def test_a_key_that_the_home_network_does_not_have() -> None:
    suci = conceal("1", HOME, scheme=1, key_id=8, public_key=KEYS[1].public_key)
    with pytest.raises(UnknownHomeNetworkKey, match="key 8 "):
        deconceal(suci, KEYS.values())


@pytest.mark.parametrize("output", ["", "a", "12345678901", "12 4567", "٣٤٥٦٧٨", "1234567\n"])
def test_scheme_output_that_is_no_msin(output: str) -> None:
    with pytest.raises(InvalidSchemeOutput):
        deconceal(Suci(HOME, "0000", 0, 0, output))


@pytest.mark.parametrize("scheme", PROFILES)
@given(data=st.data())
def test_changed_scheme_output_is_refused(scheme: int, data: st.DataObject) -> None:
    suci = conceal("0000000001", HOME, scheme=scheme, key_id=7, public_key=KEYS[scheme].public_key)
    output = bytearray.fromhex(suci.scheme_output)
    position = data.draw(st.integers(1, len(output) - 1))
    output[position] ^= data.draw(st.integers(1, 127))
    end = data.draw(st.integers(0, len(output)))
    for changed in (output, output[:end], output + b"\0"):
        if changed[position : position + 1] or len(changed) < len(output):
            with pytest.raises(InvalidSchemeOutput):
                deconceal(Suci(HOME, "0000", scheme, 7, changed.hex()), KEYS.values())


@pytest.mark.parametrize("scheme", PROFILES)
@pytest.mark.parametrize("public", ["", "00" * 32, "02" + "ff" * 32, "05" * 33, "04" + "01" * 64])
def test_a_public_key_that_is_none(scheme: int, public: str) -> None:
    with pytest.raises(InvalidKey):
        conceal("1", HOME, scheme=scheme, public_key=bytes.fromhex(public))


def test_profile_b_takes_an_uncompressed_home_network_key() -> None:
    (entry,) = (v for v in CONCEALED if v["name"].endswith("(C.4.4.1)"))
    public, output = octets(
        entry["expected"], "home_network_public_key_uncompressed", "scheme_output"
    )
    ephemeral, plain = octets(entry["inputs"], "ephemeral_private_key", "plaintext")
    assert PROFILES[2].conceal(public, plain, ephemeral) == output


@pytest.mark.parametrize("scheme", PROFILES)
def test_keys_in_pem(scheme: int) -> None:
    key = KEYS[scheme]
    assert HomeNetworkKey.from_pem(7, scheme, key.to_pem()) == key
    with pytest.raises(InvalidKey):
        HomeNetworkKey.from_pem(7, 3 - scheme, key.to_pem())
    with pytest.raises(InvalidKey):
        HomeNetworkKey.from_pem(7, scheme, b"x")


@pytest.mark.parametrize(
    ("scheme", "command"),
    [
        (1, "openssl genpkey -algorithm X25519"),
        (2, "openssl ecparam -name prime256v1 -genkey -conv_form compressed"),
    ],
)
def test_keys_that_openssl_makes(tmp_path: Path, scheme: int, command: str) -> None:
    """The commands of Open5GS's documentation."""
    file = tmp_path / "hnet.key"
    subprocess.run([*command.split(), "-out", file], check=True, capture_output=True)
    key = HomeNetworkKey.from_pem(1, scheme, file.read_bytes())
    assert len(key.public_key) == 31 + scheme
