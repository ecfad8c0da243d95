"""N6: a TUN device, or the data network in user space."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Protocol, cast

import structlog

from nfs.protocols.ip import IpPacket, answer_echo, datagram, parse, read_datagram
from nfs.transports.tun import Tun
from nfs.upf.config import UpfConfig

log = structlog.get_logger("upf")

OnPacket = Callable[[bytes], None]
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ECHO_PORT = 7
MAX_FLOWS = 256
"""UDP sockets to elsewhere; the one that was used least recently makes place."""
NOT_FOR_UES: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"),
        *("::/127", "fe80::/10", "ff00::/8"),
    )
)
"""This host's own, link-local and multicast addresses: a UE has no business there."""


class DataNetwork(Protocol):
    kind: str

    def start(self, on_packet: OnPacket) -> None:
        """``on_packet`` gets what is for UEs."""

    def send(self, packet: bytes) -> None: ...

    def close(self) -> None: ...


def open_data_network(config: UpfConfig, n3_address: str) -> DataNetwork:
    """Raises OSError when a TUN device is asked for and cannot be made."""
    if config.n6 == "tun" or (config.n6 == "auto" and not ip_address(n3_address).is_loopback):
        try:
            return TunNetwork(config)
        except OSError as error:
            if config.n6 == "tun":
                raise
            log.info("N6 in user space", reason=error.strerror)
    return UserSpaceNetwork(tuple(gateway.ip for gateway in config.gateways))


class TunNetwork:
    def __init__(self, config: UpfConfig) -> None:
        self._tun = Tun(config.tun, config.gateways, config.mtu)
        self.kind = f"tun {self._tun.name}"

    def start(self, on_packet: OnPacket) -> None:
        self._tun.start(on_packet)

    def send(self, packet: bytes) -> None:
        self._tun.send(packet)

    def close(self) -> None:
        self._tun.close()


class UserSpaceNetwork:
    """The gateways answer ICMP and UDP echo; UDP to elsewhere goes by sockets of this process."""

    kind = "user space"

    def __init__(
        self, gateways: tuple[Address, ...], refused: tuple[Network, ...] = NOT_FOR_UES
    ) -> None:
        self._gateways = frozenset(gateways)
        self._refused = refused
        self._on_packet: OnPacket = lambda _: None
        self._flows: OrderedDict[_Key, _Flow] = OrderedDict()

    def start(self, on_packet: OnPacket) -> None:
        self._on_packet = on_packet

    def send(self, packet: bytes) -> None:
        read = parse(packet)
        if read.destination in self._gateways:
            if (answer := answer_echo(read) or _udp_echo(read)) is not None:
                asyncio.get_running_loop().call_soon(self._on_packet, answer)
        elif not any(
            read.destination in network
            for network in self._refused
            if network.version == read.destination.version
        ):
            self._forward(read)

    def _forward(self, packet: IpPacket) -> None:
        read = read_datagram(packet)
        if read is None:
            return
        key = packet.source, read.source_port, packet.destination, read.destination_port
        flow = self._flows.get(key)
        if flow is None:
            flow = self._flows[key] = _Flow(key, self._on_packet)
            if len(self._flows) > MAX_FLOWS:
                self._flows.popitem(last=False)[1].close()
        self._flows.move_to_end(key)
        flow.send(read.data)

    def close(self) -> None:
        for flow in self._flows.values():
            flow.close()
        self._flows.clear()


_Key = tuple[Address, int, Address, int]


class _Flow(asyncio.DatagramProtocol):
    """A UE's port towards a port elsewhere, as a socket of this process."""

    def __init__(self, key: _Key, on_packet: OnPacket) -> None:
        self._key = key
        self._on_packet = on_packet
        self._waiting: list[bytes] = []
        self._transport: asyncio.DatagramTransport | None = None
        self._opening = asyncio.ensure_future(self._open())

    async def _open(self) -> None:
        _, _, address, port = self._key
        loop = asyncio.get_running_loop()
        try:
            await loop.create_datagram_endpoint(lambda: self, remote_addr=(str(address), port))
        except OSError as error:
            log.info("no way to the destination", destination=str(address), reason=str(error))
            self._waiting.clear()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        for data in self._waiting:
            self._transport.sendto(data)
        self._waiting.clear()

    def datagram_received(self, data: bytes, _source: object) -> None:
        ue, ue_port, address, port = self._key
        self._on_packet(datagram(address, ue, (port, ue_port), data))

    def error_received(self, error: Exception) -> None:
        log.debug("destination answers with an error", reason=str(error))

    def send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(data)
        elif len(self._waiting) < 16:
            self._waiting.append(data)

    def close(self) -> None:
        self._opening.cancel()
        if self._transport is not None:
            self._transport.close()


def _udp_echo(packet: IpPacket) -> bytes | None:
    read = read_datagram(packet)
    if read is None or read.destination_port != ECHO_PORT:
        return None
    ports = read.destination_port, read.source_port
    return datagram(packet.destination, packet.source, ports, read.data, packet.traffic_class)
