"""N2 over kernel SCTP, through pysctp (TS 38.412 clause 7)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from typing import Any

from nfs.transports.base import NGAP_PPID, Message

_STREAMS = 8
_MAX_MESSAGE = 1 << 20


def _module() -> Any:
    """pysctp needs a compiler and libsctp, so it is an extra and is imported only here."""
    try:
        import sctp  # noqa: PLC0415
    except ImportError as error:
        hint = "install libsctp-dev and then `pip install agentnf[sctp]`, or use tcp://"
        raise OSError(errno.EPROTONOSUPPORT, f"pysctp is missing: {hint}") from error
    return sctp


def _prepare(sock: Any) -> Any:
    sock.initparams.num_ostreams = _STREAMS
    sock.initparams.max_instreams = _STREAMS
    sock.set_nodelay(True)
    sock.events.data_io = True
    sock.setblocking(False)
    return sock


class SctpAssociation:
    kind = "sctp"

    def __init__(self, sock: Any) -> None:
        self._sock = _prepare(sock)
        host, port = sock.getpeername()[:2]
        self.peer = f"{host}:{port}"
        self._closed = False

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
            except OSError:
                return None
            if not octets and not flags:
                return None
            if octets:
                return Message(octets, information.stream, information.ppid)
        return None

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._sock.close()


class SctpListener:
    def __init__(self, host: str, port: int) -> None:
        self._sock = _prepare(_module().sctpsocket_tcp(socket.AF_INET))
        self._sock.bind((host, port))
        self._sock.listen(64)
        self.endpoint = f"sctp://{host}:{self._sock.getsockname()[1]}"

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


async def connect(host: str, port: int) -> SctpAssociation:
    sock = _prepare(_module().sctpsocket_tcp(socket.AF_INET))
    try:
        await _connected(sock, host, port)
        return SctpAssociation(sock)
    except BaseException:
        sock.close()
        raise


async def _connected(sock: Any, host: str, port: int) -> None:
    with contextlib.suppress(BlockingIOError):
        sock.connect((host, port))
    await _ready(sock, write=True)
    if (code := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) != 0:
        raise OSError(code, f"sctp://{host}:{port}: {os.strerror(code)}")


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
