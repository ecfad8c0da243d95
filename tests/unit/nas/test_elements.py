"""Elements as the figures of TS 24.501 clause 9.11 (and TS 24.008 clause 10.5) have them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.identities import Plmn, Snssai, Tai
from nfs.protocols.nas import DEACTIVATED, Ladn, MmCause, RejectedSnssai, SliceRejection
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.dnn import DNN, LADN_INDICATION
from nfs.protocols.nas.ies.network_name import NETWORK_NAME, TIME_ZONE, UNIVERSAL_TIME
from nfs.protocols.nas.ies.sessions import REACTIVATION_ERRORS, SESSIONS
from nfs.protocols.nas.ies.slices import NSSAI, REJECTED_NSSAI, SNSSAI
from nfs.protocols.nas.ies.timers import TIMER_2, TIMER_3
from nfs.protocols.nas.ies.tracking_areas import (
    LADN,
    PLMN_LIST,
    SERVICE_AREA_LIST,
    TAI_LIST,
    ServiceAreaList,
)

LAB, OTHER = Plmn("999", "70"), Plmn("001", "001")
CASES: list[tuple[Codec, str, Any]] = [
    (SNSSAI, "01", Snssai(1)),
    (SNSSAI, "01010203", Snssai(1, "010203")),
    (NSSAI, "0101" + "0402aabbcc", (Snssai(1), Snssai(2, "aabbcc"))),
    (REJECTED_NSSAI, "1001", (RejectedSnssai(Snssai(1)),)),
    (
        REJECTED_NSSAI,
        "4101010203",
        (RejectedSnssai(Snssai(1, "010203"), SliceRejection.NOT_IN_THE_REGISTRATION_AREA),),
    ),
    (TAI_LIST, "0099f907000001", (Tai(LAB, 1),)),
    (TAI_LIST, "0199f907000005000001", (Tai(LAB, 5), Tai(LAB, 1))),
    (TAI_LIST, "4199f90700000100110000000a", (Tai(LAB, 1), Tai(OTHER, 10))),
    (SERVICE_AREA_LIST, "0099f907000001", ServiceAreaList(True, (Tai(LAB, 1),))),
    (SERVICE_AREA_LIST, "8099f907000001", ServiceAreaList(False, (Tai(LAB, 1),))),
    (SERVICE_AREA_LIST, "6099f907", ServiceAreaList(True, (), (LAB,))),
    (
        LADN,
        "0908" + b"internet".hex() + "07" + "0099f907000001",
        (Ladn("internet", (Tai(LAB, 1),)),),
    ),
    (LADN_INDICATION, "0504" + b"edge".hex(), ("edge",)),
    (PLMN_LIST, "99f907001100", (LAB, OTHER)),
    (DNN, "08" + b"internet".hex() + "03" + b"lab".hex(), "internet.lab"),
    (SESSIONS, "2000", frozenset({5})),
    (SESSIONS, "0280", frozenset({1, 15})),
    (REACTIVATION_ERRORS, "052b065c", ((5, MmCause.LADN_NOT_AVAILABLE), (6, MmCause(92)))),
    (TIMER_2, "05", 10),
    (TIMER_2, "3e", 1800),
    (TIMER_2, "5f", 11160),
    (TIMER_2, "e0", DEACTIVATED),
    (TIMER_3, "61", 2),
    (TIMER_3, "92", 540),
    (TIMER_3, "09", 5400),
    (TIMER_3, "c2", 2304000),
    (TIMER_3, "e0", DEACTIVATED),
    (NETWORK_NAME, "90004c0061006200e9", "Labé"),
    (TIME_ZONE, "40", timedelta(hours=1)),
    (TIME_ZONE, "0a", timedelta(hours=-5)),
    (
        UNIVERSAL_TIME,
        "62112121534540",
        datetime(2026, 11, 12, 13, 35, 54, tzinfo=timezone(timedelta(hours=1))),
    ),
]


@pytest.mark.parametrize(("codec", "octets", "value"), CASES)
def test_element(codec: Codec, octets: str, value: Any) -> None:
    assert codec.decode(bytes.fromhex(octets)) == value
    assert codec.encode(value).hex() == octets


def test_a_mapped_s_nssai_goes_with_the_one_of_the_serving_network() -> None:
    """Figure 9.11.2.8.1: lengths of 2, 5 and 8 carry what the home network calls it."""
    for octets, mapped in (
        ("0102", Snssai(2)),
        ("0101020302", Snssai(2)),
        ("0101020302aabbcc", Snssai(2, "aabbcc")),
        ("01ffffff02aabbcc", Snssai(2, "aabbcc")),
    ):
        decoded = SNSSAI.decode(bytes.fromhex(octets))
        assert decoded.mapped == mapped
        assert decoded in (Snssai(1), Snssai(1, "010203"))
        assert SNSSAI.encode(decoded).hex() == octets
    with pytest.raises(Malformed):
        SNSSAI.decode(bytes(3))


def test_no_sd_is_associated_by_ffffff() -> None:
    assert SNSSAI.decode(bytes.fromhex("01ffffff")) == Snssai(1)


@pytest.mark.parametrize(
    ("octets", "tacs"),
    [
        ("2399f907000010", [16, 17, 18, 19]),
        ("0099f907000001" + "2199f907000010", [1, 16, 17]),
        ("2099f907000007", [7]),
    ],
)
def test_consecutive_and_several_partial_tai_lists(octets: str, tacs: list[int]) -> None:
    assert [tai.tac for tai in TAI_LIST.decode(bytes.fromhex(octets))] == tacs


@pytest.mark.parametrize(
    ("codec", "octets"),
    [
        (TAI_LIST, ""),
        (TAI_LIST, "6099f907"),
        (TAI_LIST, "0199f907000001"),
        (TAI_LIST, "2199f907ffffff"),
        (TAI_LIST, "4199f907000001"),
        (SERVICE_AREA_LIST, ""),
        (LADN, "0908696e"),
        (LADN_INDICATION, "05"),
        (PLMN_LIST, "99f9"),
        (SESSIONS, "20"),
        (REACTIVATION_ERRORS, "05"),
        (DNN, ""),
        (DNN, "05" + "61" * 4),
        (DNN, "3f" + "61" * 63 + "3f" + "61" * 63),
        (NSSAI, "03010203"),
        (REJECTED_NSSAI, "30010203"),
        (TIMER_3, ""),
        (TIME_ZONE, "a0"),
        (UNIVERSAL_TIME, "62311121534540"),
        (NETWORK_NAME, "a041"),
    ],
)
def test_malformed(codec: Codec, octets: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        codec.decode(bytes.fromhex(octets))


def test_a_network_name_in_the_default_alphabet() -> None:
    """TS 24.008 clause 10.5.3.5a: septets, and one spare bit at the end."""
    assert NETWORK_NAME.decode(bytes.fromhex("89cef73a1d2696db6f")) == "NokiaDemo"


@given(st.integers(0, 40_000_000))
def test_a_timer_is_never_longer_than_it_should_be(seconds: int) -> None:
    values = [TIMER_3.decode(bytes((octet,))) for octet in range(0xE0)]
    coded = TIMER_3.decode(TIMER_3.encode(seconds))
    assert coded == max(value for value in values if value <= seconds)


def test_units_that_are_not_defined() -> None:
    """Other values of the unit count as minutes in GPRS timer 2 (TS 24.008 table 10.5.172)."""
    assert TIMER_2.decode(b"\x63") == 180
    assert math.isinf(TIMER_2.decode(b"\xe5"))


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)), st.integers(-47, 56))
def test_any_time_of_day(moment: datetime, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    when = moment.replace(microsecond=0, tzinfo=UTC).astimezone(zone)
    decoded = UNIVERSAL_TIME.decode(UNIVERSAL_TIME.encode(when))
    assert decoded == when
    assert decoded.utcoffset() == when.utcoffset()
