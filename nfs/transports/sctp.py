"""N2 over kernel SCTP, through pysctp (TS 38.412 clause 7)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any

import structlog

from nfs.transports.base import NGAP_PPID, Message
from nfs.transports.sctp_parameters import SctpParameters

log = structlog.get_logger("n2")

_MAX_MESSAGE = 1 << 20
_USUAL = SctpParameters()
_MAX_UNREAD = 1000
"""Messages that are taken from the socket, and dropped, when it is closed: what is unread would
abort the association in place of shutting it down."""


def _module() -> Any:
    """pysctp needs a compiler and libsctp, so it is an extra and is imported only here."""
    try:
        import sctp  # noqa: PLC0415
    except ImportError as error:
        hint = "install libsctp-dev and then `pip install agentnf[sctp]`, or use tcp://"
        raise OSError(errno.EPROTONOSUPPORT, f"pysctp is missing: {hint}") from error
    return sctp


def _socket(addresses: Sequence[str], parameters: SctpParameters) -> Any:
    family = socket.AF_INET6 if any(":" in each for each in addresses) else socket.AF_INET
    sock = _module().sctpsocket_tcp(family)
    parameters.apply(sock)
    return _prepare(sock)


def _prepare(sock: Any) -> Any:
    sock.set_nodelay(True)
    events = sock.events
    events.autoflush = False
    events.data_io = events.association = events.address = events.shutdown = True
    events.flush()
    sock.setblocking(False)
    return sock


class SctpAssociation:
    kind = "sctp"

    def __init__(self, sock: Any) -> None:
        self._sock = _prepare(sock)
        host, port = sock.getpeername()[:2]
        self.peer = f"{host}:{port}"
        self.streams = int(sock.get_status().outstrms)
        self.end: str | None = None
        """How it ended: ``shut down``, or ``lost``."""
        self._parts = b""
        self._closed = False

    @property
    def peer_addresses(self) -> list[str]:
        """All addresses of the other side."""
        return sorted(address for address, _ in self._sock.getpaddrs())

    async def send(self, payload: bytes, stream: int = 0) -> None:
        while not self._closed:
            try:
                # The PPID goes out in network order, which pysctp leaves to its caller.
                self._sock.sctp_send(payload, ppid=socket.htonl(NGAP_PPID), stream=stream)
            except BlockingIOError:
                await _ready(self._sock, write=True)
            else:
                return
        raise ConnectionError(f"the association to {self.peer} is closed")

    async def receive(self) -> Message | None:
        while not self._closed:
            try:
                _, flags, octets, information = self._sock.sctp_recv(_MAX_MESSAGE)
            except BlockingIOError:
                await _ready(self._sock, write=False)
                continue
            except OSError as error:
                self._ended("lost", str(error))
                return None
            if flags & _module().FLAG_NOTIFICATION:
                self._notified(information)
            elif not octets:
                self._ended("shut down", "by the peer")
                return None
            elif not flags & _module().FLAG_EOR:
                self._parts += octets
                if len(self._parts) > _MAX_MESSAGE:
                    self._ended("lost", "a message without end")
                    return None
            else:
                octets, self._parts = self._parts + octets, b""
                return Message(octets, information.stream, information.ppid)
        return None

    def _notified(self, event: Any) -> None:
        """What the kernel says of the association and of its paths."""
        module = _module()
        if isinstance(event, module.assoc_change):
            if event.state == event.state_COMM_LOST:
                self._ended("lost", f"error {event.error}")
            elif event.state == event.state_SHUTDOWN_COMP:
                self._ended("shut down", "complete")
            elif event.state == event.state_RESTART:
                self._ended("lost", "the peer has restarted")
                self._closed = True  # a new NG Setup needs a new association here
                self._sock.close()
        elif isinstance(event, module.shutdown_event):
            self._ended("shut down", "by the peer")
        elif isinstance(event, module.paddr_change):
            unreachable = event.state == event.state_ADDR_UNREACHABLE
            state = "unreachable" if unreachable else "reachable"
            log.warning("SCTP path", peer=self.peer, address=event.addr[0], state=state)

    def _ended(self, end: str, reason: str) -> None:
        if self.end is None and not self._closed:
            self.end = end
            log.info("SCTP association ended", peer=self.peer, end=end, reason=reason)

    async def close(self) -> None:
        """Graceful: what was sent arrives, and the peer is told (RFC 9260 clause 9.2)."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            for _ in range(_MAX_UNREAD):
                _, flags, octets, _ = self._sock.sctp_recv(_MAX_MESSAGE)
                if not octets and not flags:
                    break
        self._sock.close()

    async def abort(self) -> None:
        """At once, whatever is under way (RFC 9260 clause 9.1)."""
        if not self._closed:
            self._closed = True
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._sock.close()


class SctpListener:
    def __init__(
        self, hosts: Sequence[str], port: int, parameters: SctpParameters = _USUAL
    ) -> None:
        self._sock = _socket(hosts, parameters)
        try:
            self._sock.bindx([(host, port) for host in hosts])
            self._sock.listen(64)
        except OSError as error:
            self._sock.close()
            raise OSError(error.errno, f"{_url(hosts, port)}: {error.strerror}") from error
        self.endpoint = _url(hosts, self._sock.getsockname()[1])

    async def accept(self) -> SctpAssociation | None:
        while True:
            try:
                accepted, _ = self._sock.accept()
            except BlockingIOError:
                await _ready(self._sock, write=False)
                continue
            except OSError:
                return None
            try:
                return SctpAssociation(accepted)
            except OSError:  # ended before it was taken
                accepted.close()

    async def close(self) -> None:
        self._sock.close()


async def connect(
    hosts: Sequence[str],
    port: int,
    local: Sequence[str] = (),
    parameters: SctpParameters = _USUAL,
) -> SctpAssociation:
    """To a peer with one address or several, from ``local`` ones if given; raises OSError."""
    addresses = await _resolved(hosts, port)
    sock = _socket([*addresses, *local], parameters)
    try:
        if local:
            sock.bindx([(address, 0) for address in local])
        await _connected(sock, [(address, port) for address in addresses])
        return SctpAssociation(sock)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{_url(hosts, port)}: {error.strerror}") from error
    except BaseException:
        sock.close()
        raise


async def _connected(sock: Any, addresses: list[tuple[str, int]]) -> None:
    with contextlib.suppress(BlockingIOError):
        sock.connectx(addresses)
    await _ready(sock, write=True)
    if (code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) != 0:
        raise OSError(code, os.strerror(code))


async def _resolved(hosts: Sequence[str], port: int) -> list[str]:
    """Addresses in the place of names."""
    loop = asyncio.get_running_loop()
    found = [await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM) for host in hosts]
    return [str(each[0][4][0]) for each in found]


def _url(hosts: Sequence[str], port: int) -> str:
    return f"sctp://{','.join(f'[{h}]' if ':' in h else h for h in hosts)}:{port}"


async def _ready(sock: Any, *, write: bool) -> None:
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    add, remove = (
        (loop.add_writer, loop.remove_writer) if write else (loop.add_reader, loop.remove_reader)
    )
    descriptor = sock.fileno()

    def wake() -> None:
        if not done.done():
            done.set_result(None)

    add(descriptor, wake)
    try:
        await done
    finally:
        remove(descriptor)
