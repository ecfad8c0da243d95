"""N6 in user space: echo at the gateway, UDP to elsewhere by sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address

import pytest

from nfs.protocols.ip import datagram, echo_request, parse, read_datagram, read_echo
from nfs.transports.datagram import DatagramEndpoint, open_datagram
from nfs.upf.data_network import UserSpaceNetwork

UE, GATEWAY, HOST = (ip_address(a) for a in ("10.45.0.2", "10.45.0.1", "127.0.0.1"))


class Network:
    def __init__(self, *, refuses: bool) -> None:
        refused = {} if refuses else {"refused": ()}
        self.network = UserSpaceNetwork((GATEWAY,), **refused)
        self.came: asyncio.Queue[bytes] = asyncio.Queue()
        self.network.start(self.came.put_nowait)


@pytest.fixture
async def server() -> AsyncIterator[DatagramEndpoint]:
    """Says everything in capitals."""

    def answer(octets: bytes, source: tuple[str, int]) -> None:
        end.send(octets.upper(), source)

    end = await open_datagram("udp://127.0.0.1:0", 0, answer)
    yield end
    await end.close()


async def test_udp_goes_out_and_comes_back(server: DatagramEndpoint) -> None:
    n6 = Network(refuses=False)
    for data in (b"first", b"second"):
        n6.network.send(datagram(UE, HOST, (4000, server.address[1]), data))
        packet = parse(await asyncio.wait_for(n6.came.get(), 30))
        assert (packet.source, packet.destination) == (HOST, UE)
        read = read_datagram(packet)
        assert read is not None
        assert (read.data, read.source_port) == (data.upper(), server.address[1])
        assert read.destination_port == 4000
    n6.network.close()
    await asyncio.sleep(0)


async def test_this_host_is_not_for_ues(server: DatagramEndpoint) -> None:
    n6 = Network(refuses=True)
    n6.network.send(datagram(UE, HOST, (4000, server.address[1]), b"let me in"))
    assert not n6.network._flows
    n6.network.close()


async def test_the_gateway_answers() -> None:
    n6 = Network(refuses=True)
    n6.network.send(echo_request(UE, GATEWAY, 1, 2, b"data"))
    reply = read_echo(parse(await asyncio.wait_for(n6.came.get(), 30)))
    assert reply is not None
    assert (reply.reply, reply.sequence, reply.data) == (True, 2, b"data")
    n6.network.send(datagram(UE, GATEWAY, (4000, 7), b"data"))
    read = read_datagram(parse(await asyncio.wait_for(n6.came.get(), 30)))
    assert read is not None
    assert (read.source_port, read.data) == (7, b"data")
    n6.network.send(datagram(UE, GATEWAY, (4000, 9), b"discarded"))
    assert n6.came.empty()
