"""N2 over framed TCP."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque

from nfs.transports.base import STREAMS, Message
from nfs.transports.framing import FrameDecoder, encode_frame

_READ = 65_536


class TcpAssociation:
    kind = "tcp"
    streams = STREAMS

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._decoder = FrameDecoder()
        self._ready: deque[Message] = deque()
        host, port = writer.get_extra_info("peername")[:2]
        self.peer = f"{host}:{port}"

    async def send(self, payload: bytes, stream: int = 0) -> None:
        if self._writer.is_closing():
            raise ConnectionError(f"the association to {self.peer} is closed")
        self._writer.write(encode_frame(payload, stream))
        await self._writer.drain()

    async def receive(self) -> Message | None:
        while not self._ready:
            try:
                octets = await self._reader.read(_READ)
                if not octets:
                    return None
                self._ready.extend(self._decoder.feed(octets))
            except ConnectionError:
                return None
        return self._ready.popleft()

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


class TcpListener:
    def __init__(self) -> None:
        self._accepted: asyncio.Queue[TcpAssociation | None] = asyncio.Queue()
        self._server: asyncio.Server | None = None
        self.endpoint = ""

    async def start(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._connected, host, port)
        self.endpoint = f"tcp://{host}:{self._server.sockets[0].getsockname()[1]}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._accepted.put_nowait(TcpAssociation(reader, writer))

    async def accept(self) -> TcpAssociation | None:
        return await self._accepted.get()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._accepted.put_nowait(None)


async def connect(host: str, port: int, local: str | None = None) -> TcpAssociation:
    """From the address ``local``, if given."""
    address = (local, 0) if local else None
    return TcpAssociation(*await asyncio.open_connection(host, port, local_addr=address))
