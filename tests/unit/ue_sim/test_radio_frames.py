"""The frames of the radio link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.common.identities import Plmn
from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.radio.frames import (
    MAX_FRAME,
    CellInformation,
    DownlinkNas,
    Frame,
    FrameDecoder,
    Inactive,
    Page,
    RadioLinkError,
    Release,
    Setup,
    UplinkNas,
    encode,
)

TMSI = FiveGSTmsi(1023, 63, 0xFFFFFFFF)
FRAMES: list[Frame] = [
    CellInformation(Plmn("001", "01"), 0xFFFFFF, "gNB Nürnberg"),
    Setup(1, b"\x7e\x00\x41"),
    Setup(0xFFFFFFFF, b"", "mt-Access", TMSI),
    UplinkNas(2, b"up"),
    DownlinkNas(3, b"down"),
    Release(4),
    Inactive(5),
    Page(TMSI),
]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_frames_arrive_as_they_were_sent_however_they_are_cut(size: int) -> None:
    octets = b"".join(map(encode, FRAMES))
    decoder = FrameDecoder()
    arrived = [
        frame for i in range(0, len(octets), size) for frame in decoder.feed(octets[i : i + size])
    ]
    assert arrived == FRAMES


def test_the_octets_are_as_documented() -> None:
    assert encode(UplinkNas(7, b"\x7e")).hex() == "00000006" + "03" + "00000007" + "7e"
    setup = encode(Setup(1, b"\x7e", "mo-Data", FiveGSTmsi(1, 2, 3)))
    assert setup.hex() == "0000000f" + "02" + "00000001" + "0401" + "00010200000003" + "7e"


def test_a_frame_of_an_unknown_type_is_ignored() -> None:
    assert FrameDecoder().feed(bytes.fromhex("00000006" + "63" + "0000000001")) == []


@pytest.mark.parametrize(
    "octets",
    ["ffffffff", "00000004" + "03000000", "00000005" + "0200000001", "0000000607000000010a"],
)
def test_what_nobody_sends_is_refused(octets: str) -> None:
    with pytest.raises(RadioLinkError):
        FrameDecoder().feed(bytes.fromhex(octets))


def test_a_frame_too_large_is_not_sent() -> None:
    with pytest.raises(RadioLinkError):
        encode(UplinkNas(1, bytes(MAX_FRAME)))


@given(st.binary(max_size=200))
def test_garbage_is_frames_or_refused(octets: bytes) -> None:
    try:
        frames = FrameDecoder().feed(octets)
    except RadioLinkError:
        return
    assert all(encode(frame) for frame in frames)
