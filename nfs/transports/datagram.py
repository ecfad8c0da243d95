"""Datagrams of N3 and N4: UDP, and the same addresses inside one process without a socket.

``udp://HOST:PORT`` and ``memory://ADDRESS:PORT``; 0.0.0.0 is not for these protocols: an end point
tells its peers its address.
"""

from __future__ import annotations

import asyncio
import errno
import itertools
import socket
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Protocol, cast
from urllib.parse import urlsplit

Address = tuple[str, int]
OnDatagram = Callable[[bytes, Address], None]

_RECEIVE_BUFFER = 4 << 20


class DatagramEndpoint(Protocol):
    address: Address

    def send(self, octets: bytes, to: Address, tos: int = 0) -> None:
        """Like UDP, says nothing about what becomes of it; ``tos`` goes into the IP header."""

    async def close(self) -> None: ...


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: OnDatagram) -> None:
        self._on_datagram = on_datagram
        self.address: Address = "", 0
        self._transport: asyncio.DatagramTransport | None = None
        self._tos = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.address = transport.get_extra_info("sockname")[:2]
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)

    def datagram_received(self, octets: bytes, source: tuple[str, int]) -> None:
        self._on_datagram(octets, source[:2])

    def send(self, octets: bytes, to: Address, tos: int = 0) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if tos != self._tos:
            self._tos = tos
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)
        self._transport.sendto(octets, to)

    async def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            await asyncio.sleep(0)  # asyncio closes the socket in the loop's next turn


_listeners: dict[Address, _Memory] = {}
_hosts = itertools.count(1)


class _Memory:
    def __init__(self, address: Address, on_datagram: OnDatagram) -> None:
        if address in _listeners:
            raise OSError(errno.EADDRINUSE, f"memory://{address[0]}:{address[1]} is taken")
        self.address = address
        self._on_datagram = on_datagram
        self._loop = asyncio.get_running_loop()
        _listeners[address] = self

    def send(self, octets: bytes, to: Address, tos: int = 0) -> None:  # noqa: ARG002
        if (peer := _listeners.get(to)) is not None and not peer._loop.is_closed():
            peer._loop.call_soon(peer._arrived, octets, self.address)

    def _arrived(self, octets: bytes, source: Address) -> None:
        if _listeners.get(self.address) is self:
            self._on_datagram(octets, source)

    async def close(self) -> None:
        if _listeners.get(self.address) is self:
            del _listeners[self.address]


def memory_host() -> str:
    """An address that no other ``memory://`` end point of this process has."""
    return str(IPv4Address("127.64.0.0") + next(_hosts))


async def open_datagram(url: str, port: int, on_datagram: OnDatagram) -> DatagramEndpoint:
    """Bind; ``port`` is the protocol's, for a URL without one.

    Raises OSError, which names what is taken, and ValueError for another kind of URL.
    """
    kind, (host, at) = parse(url, port)
    if kind == "memory":
        return _Memory((host, at), on_datagram)
    loop = asyncio.get_running_loop()
    try:
        _, endpoint = await loop.create_datagram_endpoint(
            lambda: _Udp(on_datagram), (host, at), family=socket.AF_INET
        )
    except OSError as error:
        detail = f"{url} cannot be bound ({error.strerror or error}): is another one up?"
        raise OSError(error.errno, detail) from error
    return endpoint


def parse(url: str, port: int) -> tuple[str, Address]:
    """Kind and address; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("udp", "memory") or not parts.hostname:
        raise ValueError(f"not an end point such as udp://127.0.0.1:{port}: {url!r}")
    return parts.scheme, (parts.hostname, port if parts.port is None else parts.port)


async def resolve(url: str, port: int) -> Address:
    """The address behind a URL, whose host may be a name; raises OSError."""
    kind, (host, at) = parse(url, port)
    if kind == "memory":
        return host, at
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, at, family=socket.AF_INET, type=socket.SOCK_DGRAM)
    address: Address = found[0][4][:2]  # type: ignore[assignment]
    return address
