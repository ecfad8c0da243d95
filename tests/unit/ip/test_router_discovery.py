"""Router discovery: what a UE asks and is told."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.ip import (
    ICMPV6,
    RouterAdvertisement,
    build,
    is_router_solicitation,
    parse,
    read_router_advertisement,
    router_advertisement,
    router_solicitation,
)
from nfs.protocols.ip.packet import checksum, pseudo_header

UE = IPv6Address("fe80::2")
PREFIX = IPv6Network("2001:db8:45:7::/64")


def test_a_solicitation_and_its_answer() -> None:
    asked = parse(router_solicitation(UE))
    assert is_router_solicitation(asked)
    assert read_router_advertisement(asked) is None
    told = parse(router_advertisement(UE, PREFIX, 1400))
    assert not is_router_solicitation(told)
    assert read_router_advertisement(told) == RouterAdvertisement(PREFIX, 1400)
    assert told.destination == UE


@pytest.mark.parametrize("position", [7, 42, 60, 75], ids=["hops", "checksum", "option", "prefix"])
def test_a_changed_advertisement_is_ignored(position: int) -> None:
    octets = bytearray(router_advertisement(UE, PREFIX, 1400))
    octets[position] ^= 1
    assert read_router_advertisement(parse(bytes(octets))) is None


@given(st.binary(max_size=64))
def test_whatever_the_options_are(options: bytes) -> None:
    message = bytes((134, 0, 0, 0)) + bytes(12) + options
    summed = pseudo_header(UE, UE, ICMPV6, len(message)) + message
    message = message[:2] + checksum(summed).to_bytes(2) + message[4:]
    read = read_router_advertisement(parse(build(UE, UE, ICMPV6, message, hop_limit=255)))
    assert read is not None or options, "without options it is good"
