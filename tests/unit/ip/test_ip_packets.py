"""User packets: made, read and marked."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nfs.protocols.ip import (
    IpError,
    answer_echo,
    datagram,
    echo_request,
    mark_dscp,
    parse,
    read_datagram,
    read_echo,
    summary,
)
from nfs.protocols.ip.packet import checksum

PAIRS = [("10.45.0.2", "192.0.2.7"), ("2001:db8:45::2", "2001:db8::7")]


@pytest.mark.parametrize(("source", "destination"), PAIRS)
def test_an_echo_is_answered_with_its_data(source: str, destination: str) -> None:
    ends = ip_address(source), ip_address(destination)
    request = parse(echo_request(*ends, 7, 3, b"odd"))
    answer = answer_echo(request)
    assert answer is not None
    reply = parse(answer)
    assert (reply.source, reply.destination) == (ends[1], ends[0])
    echo = read_echo(reply)
    assert echo is not None
    assert (echo.reply, echo.identifier, echo.sequence, echo.data) == (True, 7, 3, b"odd")
    assert answer_echo(reply) is None
    broken = bytearray(answer)
    broken[-1] ^= 1
    assert read_echo(parse(bytes(broken))) is None


@pytest.mark.parametrize(("source", "destination"), PAIRS)
def test_datagrams_and_their_marking(source: str, destination: str) -> None:
    octets = datagram(ip_address(source), ip_address(destination), (5000, 53), b"query")
    packet = parse(mark_dscp(octets, 46))
    assert packet.traffic_class == 46 << 2
    assert (packet.source_port, packet.destination_port) == (5000, 53)
    read = read_datagram(packet)
    assert read is not None
    assert read.data == b"query"
    if packet.source.version == 4:
        assert checksum(packet.octets[:20]) == 0
    assert summary(octets).startswith("UDP ")


@given(st.binary(max_size=80))
def test_any_octets_are_a_packet_or_an_error(octets: bytes) -> None:
    try:
        packet = parse(octets)
    except IpError:
        return
    assert packet.payload_at <= len(packet.octets) + 8 * 256
