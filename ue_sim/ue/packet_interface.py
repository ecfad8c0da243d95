"""A PDU session as the UE's applications see it: IP packets, ping and UDP."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import TracebackType
from typing import Self

from nfs.protocols.ip import (
    UDP,
    IpError,
    IpPacket,
    RouterAdvertisement,
    answer_echo,
    datagram,
    echo_request,
    parse,
    read_datagram,
    read_echo,
    read_router_advertisement,
    router_solicitation,
)

PING_TIMEOUT = 5.0
"""Seconds."""
SOLICITATIONS = 3
SOLICITATION_INTERVAL = 4.0
_LINK_LOCAL = 0xFE80 << 112
_PREFIX_LENGTH = 64
_PING_DATA = bytes(range(56))
_EPHEMERAL_PORTS = 49_152, 65_535
MAX_WAITING = 256
"""Datagrams of one socket that nobody has read."""

Address = IPv4Address | IPv6Address


class NoUserPlane(ConnectionError):
    """The session has no address of that version, or is gone."""


@dataclass(eq=False)
class PacketInterface:
    """``send_packet`` is set while the session is active; ``received`` gets downlink packets."""

    addresses: tuple[Address, ...] = ()
    interface_id: int | None = None
    """Of the IPv6 addresses of the session, if it has any."""
    advertised: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the network has told the IPv6 prefix."""
    send_packet: Callable[[bytes], None] | None = None
    received: list[Callable[[bytes], None]] = field(default_factory=list)
    flows_in: dict[int | None, int] = field(default_factory=dict)
    """Downlink packets by QFI."""
    flows_out: dict[int, int] = field(default_factory=dict)
    _pings: dict[tuple[int, int], asyncio.Future[float]] = field(default_factory=dict)
    _sockets: dict[int, UdpSocket] = field(default_factory=dict)

    def send(self, packet: bytes) -> None:
        """Raises NoUserPlane when the session is gone."""
        if self.send_packet is None:
            raise NoUserPlane("the PDU session is gone")
        self.send_packet(packet)

    def own_address(self, version: int) -> Address:
        """Raises NoUserPlane."""
        for address in self.addresses:
            if address.version == version:
                return address
        raise NoUserPlane(f"the PDU session has no IPv{version} address")

    async def ping(self, address: str, timeout: float = PING_TIMEOUT) -> float:  # noqa: ASYNC109
        """Seconds to the ICMP echo reply; raises TimeoutError and NoUserPlane."""
        destination = ip_address(address)
        key = secrets.randbelow(1 << 16), secrets.randbelow(1 << 16)
        packet = echo_request(self.own_address(destination.version), destination, *key, _PING_DATA)
        future = self._pings[key] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        try:
            self.send(packet)
            ended: float = await asyncio.wait_for(future, timeout)
            return ended - began
        finally:
            del self._pings[key]

    def udp(self, port: int | None = None) -> UdpSocket:
        """A socket at ``port`` of the UE, or at one that is free; raises OSError when taken."""
        first, last = _EPHEMERAL_PORTS
        if port is None:
            port = next(p for p in range(first, last + 1) if p not in self._sockets)
        if port in self._sockets:
            raise OSError(f"port {port} of the UE is taken")
        self._sockets[port] = opened = UdpSocket(self, port)
        return opened

    def arrived(self, packet: bytes, qfi: int | None) -> None:
        """A downlink packet."""
        self.flows_in[qfi] = self.flows_in.get(qfi, 0) + 1
        for handler in self.received:
            handler(packet)
        try:
            read = parse(packet)
        except IpError:
            return
        if read.protocol == UDP:
            self._datagram(read)
        elif (echo := read_echo(read)) is not None and echo.reply:
            future = self._pings.get((echo.identifier, echo.sequence))
            if future is not None and not future.done():
                future.set_result(time.perf_counter())
        elif (advertisement := read_router_advertisement(read)) is not None:
            self._advertised(advertisement)
        elif not self.received and (answer := answer_echo(read)) is not None:
            with contextlib.suppress(NoUserPlane):  # as every host does; a TUN's kernel does so too
                self.send(answer)

    def _advertised(self, advertisement: RouterAdvertisement) -> None:
        """An address of the prefix that the network tells (RFC 4862 clause 5.5)."""
        prefix = advertisement.prefix
        if prefix is None or self.interface_id is None or prefix.prefixlen != _PREFIX_LENGTH:
            return
        address = prefix[self.interface_id]
        if address not in self.addresses:
            self.addresses = (*self.addresses, address)
        self.advertised.set()

    async def configure(self) -> None:
        """Ask for the IPv6 prefix of the session (RFC 4861 clause 6.3.7)."""
        assert self.interface_id is not None  # noqa: S101 - a session with IPv6
        solicitation = router_solicitation(IPv6Address(_LINK_LOCAL + self.interface_id))
        for _ in range(SOLICITATIONS):
            with contextlib.suppress(NoUserPlane):
                self.send(solicitation)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.advertised.wait(), SOLICITATION_INTERVAL)
                return

    def _datagram(self, packet: IpPacket) -> None:
        read = read_datagram(packet)
        receiver = self._sockets.get(read.destination_port) if read else None
        if read is not None and receiver is not None:
            receiver.arrived(read.data, (str(packet.source), read.source_port))

    def forget(self, port: int) -> None:
        self._sockets.pop(port, None)


class UdpSocket:
    """``with session.interface.udp() as socket``: datagrams of the UE."""

    def __init__(self, interface: PacketInterface, port: int) -> None:
        self.port = port
        self._interface = interface
        self._inbox: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue(MAX_WAITING)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._interface.forget(self.port)

    def send(self, data: bytes, to: tuple[str, int], traffic_class: int = 0) -> None:
        """Raises NoUserPlane."""
        destination = ip_address(to[0])
        source = self._interface.own_address(destination.version)
        ports = self.port, to[1]
        self._interface.send(datagram(source, destination, ports, data, traffic_class))

    async def receive(self) -> tuple[bytes, tuple[str, int]]:
        """Data and where it came from."""
        return await self._inbox.get()

    def arrived(self, data: bytes, source: tuple[str, int]) -> None:
        if not self._inbox.full():
            self._inbox.put_nowait((data, source))
