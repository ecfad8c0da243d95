"""The Agent Identity Code against the vectors of its specification (requirements E3 to E7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.aic import (
    Aic,
    AicCheckError,
    AicError,
    AicFormatError,
    base36,
    check_code,
    verified,
    verify,
)

VECTORS = json.loads((Path(__file__).parents[1] / "data/aic/vectors.json").read_text("utf-8"))
SALT = bytes.fromhex(VECTORS["salt"])
GOOD = "1.2.156.3088.1.1.34C2.478BDF.3GF546.0JU4"

serials = st.integers(min_value=1, max_value=36**6 - 1).map(base36)


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=lambda v: v["check"])
def test_check_codes_of_the_specification(vector: dict[str, str]) -> None:
    assert check_code(vector["levels"], SALT) == vector["check"]
    assert check_code(vector["levels"].lower(), SALT) == vector["check"]


def test_the_crc_is_ccitt_false() -> None:
    """CRC("123456789") is 0x29B1, and the digits are over text and salt together."""
    assert check_code("1234567", b"89") == base36(0x29B1).zfill(4)


def test_the_largest_check_code() -> None:
    assert base36(0xFFFF) == "1EKF"
    with pytest.raises(AicFormatError, match="1EKF"):
        Aic.parse("1.2.156.3088.1.1.34C2.478BDF.3GF546.1EKG")


def test_levels_have_names() -> None:
    aic = verified(GOOD, SALT)
    assert (aic.version, aic.registrar, aic.vendor) == ("1", "1", "34C2")
    assert (aic.template, aic.instance, aic.check) == ("478BDF", "3GF546", "0JU4")
    assert aic.prefix == "1.2.156.3088.1.1.34C2.478BDF."
    assert not aic.ontology


def test_lower_case_is_read_and_upper_case_written() -> None:
    assert str(verified(GOOD.lower(), SALT)) == GOOD


def test_the_published_ontology_example_does_not_verify() -> None:
    """E4: all zeros is the ontology, but the check code printed with it is wrong."""
    wrong = VECTORS["published_but_wrong"]
    aic = Aic.parse(f"{wrong['levels']}.{wrong['check']}")
    assert aic.ontology
    with pytest.raises(AicCheckError):
        verify(aic, SALT)


def test_an_ontology_is_written_with_serial_zero() -> None:
    aic = Aic.allocate("1", "34C2", "478BDF", 0, SALT)
    assert aic.instance == "0"
    assert aic.ontology


def test_the_older_layout_is_never_guessed() -> None:
    """E5: a v02.00 code has a valid check code here; only level 5 can tell that it is older."""
    old = VECTORS["valid"][1]
    text = f"{old['levels']}.{old['check']}"
    assert verified(text, SALT).registrar == "34C2", "syntactically indistinguishable"
    with pytest.raises(AicFormatError, match="version 1, not 2"):
        Aic.parse(text, version="2")


@pytest.mark.parametrize("salt", [b"", b"\x12"])
def test_a_check_without_a_salt_fails(salt: bytes) -> None:
    """E6."""
    with pytest.raises(ValueError, match="salt"):
        check_code("1.2.156.3088.1.1.1.1.1", salt)


def test_anybody_can_make_a_check_code_for_a_short_salt() -> None:
    """E7: from one code the salt is found by trying; so an AIC is no proof of anything."""
    aic = Aic.parse(GOOD)
    fits = [
        n for n in range(1 << 16) if check_code(aic.prefix + aic.instance, n.to_bytes(2)) == "0JU4"
    ]
    assert int.from_bytes(SALT) in fits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.156.3088.1.1.34C2.478BDF.3GF546",
        GOOD + ".1",
        GOOD.replace("3088", "3089"),
        GOOD.replace("34C2", "34C2ABC"),
        GOOD.replace(".34C2.", ".0."),
        GOOD.replace("3GF546", "3GF5460000"),
        GOOD.replace("34C2", "34Ç2"),
        GOOD.replace("34C2", "３4C2"),
        GOOD.replace("34C2", "34ſ2"),
        GOOD + "\n",
        " " + GOOD,
        "1." * 5000,
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(AicFormatError):
        Aic.parse(text)


@given(serials, serials, serials, st.integers(0, 36**9 - 1), st.binary(min_size=2, max_size=8))
def test_what_is_allocated_is_read_back(
    registrar: str, vendor: str, template: str, instance: int, salt: bytes
) -> None:
    aic = Aic.allocate(registrar, vendor, template, instance, salt)
    assert verified(str(aic).lower(), salt) == aic
    assert len(str(aic)) <= 64


@given(st.integers(0, 8), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_changed_character_is_noticed(position: int, other: str) -> None:
    start = len("1.2.156.3088.1.1.")
    tail = GOOD[start:]
    changed = GOOD[:start] + tail[:position] + other + tail[position + 1 :]
    if changed != GOOD:
        with pytest.raises(AicError):
            verified(changed, SALT)


@given(st.text(max_size=80))
def test_any_text_is_an_aic_or_an_aic_error(text: str) -> None:
    try:
        aic = Aic.parse(text)
    except AicError:
        return
    assert str(aic) == text.upper()
