"""GTP-U octets (TS 29.281) with the PDU session container of TS 38.415."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.gtpu import (
    EchoRequest,
    EchoResponse,
    EndMarker,
    ErrorIndication,
    GPdu,
    GtpuError,
    GtpuMessage,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
    UnsupportedExtensionHeader,
    decode,
    encode,
    name_of,
)

CONTAINERS = [
    None,
    PduSessionContainer(9, uplink=True),
    PduSessionContainer(63, uplink=False),
    PduSessionContainer(1, uplink=False, reflective=True),
    PduSessionContainer(1, uplink=False, paging_policy=5),
]


@pytest.mark.parametrize(
    "message",
    [
        *(GPdu(0xDEADBEEF, b"a packet", container) for container in CONTAINERS),
        *(EndMarker(7, container) for container in CONTAINERS),
        EchoRequest(65535),
        EchoResponse(0),
        ErrorIndication(3, "192.0.2.1"),
        ErrorIndication(3, "2001:db8::1"),
        SupportedExtensionHeadersNotification(1),
    ],
    ids=str,
)
def test_a_message_comes_back(message: GtpuMessage) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("34ff000a00000001 00000085 01000900 4500", GPdu),
        ("3201000400000000 00010000", EchoRequest),
        ("3202000600000000 00010000 0e00", EchoResponse),
        ("321a001000000000 00000000 1000000001 8500047f000001", ErrorIndication),
        ("30fe000000000001", EndMarker),
    ],
)
def test_octets_as_others_write_them(octets: str, message: type[GtpuMessage]) -> None:
    assert isinstance(decode(bytes.fromhex(octets)), message)


def test_what_ueransim_sends_uplink() -> None:
    octets = bytes.fromhex("34ff0025 0000097a 00000085 01100100 4500") + bytes(27)
    message = decode(octets)
    assert isinstance(message, GPdu)
    assert (message.teid, message.packet[:2]) == (0x97A, b"\x45\x00")
    assert message.container == PduSessionContainer(1, uplink=True)
    assert name_of(octets).startswith("G-PDU QFI 1 ")


def test_extension_headers_that_have_to_be_comprehended() -> None:
    with pytest.raises(UnsupportedExtensionHeader) as unknown:
        decode(bytes.fromhex("34ff0008 00000001 000500c9 01000000"))
    assert (unknown.value.kind, unknown.value.sequence) == (0xC9, 5)
    ignored = decode(bytes.fromhex("34ff000c 00000001 00000040 01000085 01001100"))
    assert isinstance(ignored, GPdu)
    assert ignored.container == PduSessionContainer(17, uplink=False)


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "30ff0001000000",
        "50ff000000000001",
        "20ff000000000001",
        "30ff000200000001ff",
        "34ff000200000001ffff",
        "34ff0004000000010000 0085",
        "34ff000800000001 00000085 00000000",
        "34ff000800000001 00000085 02000000",
        "34ff000800000001 00000085 01200100",
        "30070000 00000000",
        "321a0004000000000000 0000",
    ],
)
def test_octets_that_are_dropped(octets: str) -> None:
    with pytest.raises(GtpuError):
        decode(bytes.fromhex(octets))


@given(st.binary(max_size=60))
def test_any_octets_are_a_message_or_an_error(octets: bytes) -> None:
    try:
        message = decode(b"\x34\xff" + len(octets[4:]).to_bytes(2) + octets)
    except GtpuError:
        return
    assert isinstance(message, GPdu)
