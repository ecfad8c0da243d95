"""HTTP/2 for httpx, as 3GPP profiles it (TS 29.500 clause 5.2): one connection for each peer, with
many streams, in the clear with prior knowledge or over TLS with ALPN.

httpx's own HTTP/2 is not used: a connection that the peer ends while requests share it fails them
all, also those that the peer says it has not begun with. Here these go to a new connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from typing import Any

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
import httpx

MAX_RESPONSE = 8 << 20
"""Octets of the largest answer that is taken."""
_READ = 1 << 16
_WINDOW = 1 << 20
_HOP_HEADERS = {b"host", b"connection", b"transfer-encoding", b"keep-alive", b"upgrade"}


class _NotBegun(Exception):
    """The peer has not begun with the request: it may go to another connection."""


@dataclass
class _Stream:
    done: asyncio.Future[None]
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    window_open: asyncio.Event = field(default_factory=asyncio.Event)


class Http2Transport(httpx.AsyncBaseTransport):
    """``tls``: the context for https; its ALPN is set here."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        if tls is not None:
            tls.set_alpn_protocols(["h2"])
        self._connections: dict[tuple[str, int], _Connection] = {}
        self._connecting: dict[tuple[str, int], asyncio.Lock] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        for _ in range(2):
            connection = await self._connection(request.url)
            try:
                return await connection.exchange(request, body)
            except _NotBegun as error:
                reason = str(error)
        raise httpx.ConnectError(reason)

    async def _connection(self, url: httpx.URL) -> _Connection:
        tls = self._tls if url.scheme == "https" else None
        port = url.port or (443 if url.scheme == "https" else 80)
        key = url.host, port
        async with self._connecting.setdefault(key, asyncio.Lock()):
            known = self._connections.get(key)
            if known is None or not known.usable:
                known = await _Connection.open(url.host, port, tls)
                self._connections[key] = known
            return known

    async def aclose(self) -> None:
        for connection in self._connections.values():
            await connection.close()
        self._connections.clear()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        config = h2.config.H2Configuration(client_side=True, header_encoding=None)
        self._h2 = h2.connection.H2Connection(config)
        self._streams: dict[int, _Stream] = {}
        self._slots = asyncio.Condition()
        self.usable = True
        self._h2.local_settings = h2.settings.Settings(
            client=True,
            initial_values={
                h2.settings.SettingCodes.ENABLE_PUSH: 0,
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW,
                h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE: _READ,
            },
        )
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(_WINDOW)
        self._flush()
        self._receiving = asyncio.ensure_future(self._receive())

    @classmethod
    async def open(cls, host: str, port: int, tls: ssl.SSLContext | None) -> _Connection:
        try:
            reader, writer = await asyncio.open_connection(host, port, ssl=tls)
        except OSError as error:
            raise httpx.ConnectError(str(error) or type(error).__name__) from error
        secured = writer.get_extra_info("ssl_object")
        if secured is not None and secured.selected_alpn_protocol() != "h2":
            writer.close()
            raise httpx.ConnectError(f"{host}:{port} does not speak HTTP/2")
        return cls(reader, writer)

    async def exchange(self, request: httpx.Request, body: bytes) -> httpx.Response:
        stream_id, stream = await self._begin(request, body)
        try:
            await self._send_body(stream_id, stream, body)
            await stream.done
        except asyncio.CancelledError:
            self._cancel(stream_id)
            raise
        finally:
            self._streams.pop(stream_id, None)
            async with self._slots:
                self._slots.notify()
        return httpx.Response(
            stream.status,
            headers=stream.headers,
            content=bytes(stream.body),
            extensions={"http_version": b"HTTP/2"},
        )

    async def _begin(self, request: httpx.Request, body: bytes) -> tuple[int, _Stream]:
        async with self._slots:
            await self._slots.wait_for(lambda: not self.usable or self._has_slot)
        if not self.usable:
            raise _NotBegun("the connection has ended")
        stream = _Stream(asyncio.get_running_loop().create_future())
        try:
            stream_id = self._h2.get_next_available_stream_id()
            self._streams[stream_id] = stream
            self._h2.send_headers(stream_id, _request_headers(request), end_stream=not body)
        except h2.exceptions.ProtocolError as error:
            self._end(f"{type(error).__name__}: {error}")
            raise _NotBegun(str(error)) from error
        self._flush()
        return stream_id, stream

    @property
    def _has_slot(self) -> bool:
        return len(self._streams) < self._h2.remote_settings.max_concurrent_streams

    async def _send_body(self, stream_id: int, stream: _Stream, body: bytes) -> None:
        sent = 0
        while sent < len(body) and not stream.done.done():
            room = self._h2.local_flow_control_window(stream_id)
            chunk = body[sent : sent + min(room, self._h2.max_outbound_frame_size)]
            if not chunk:
                stream.window_open.clear()
                await self._window(stream)
                continue
            sent += len(chunk)
            self._h2.send_data(stream_id, chunk, end_stream=sent == len(body))
            self._flush()
            await self._writer.drain()

    async def _window(self, stream: _Stream) -> None:
        """Wait until the peer takes more of a body, or has answered without."""
        stream.window_open.clear()
        opened: asyncio.Future[Any] = asyncio.ensure_future(stream.window_open.wait())
        await asyncio.wait([opened, stream.done], return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()

    def _cancel(self, stream_id: int) -> None:
        """The consumer does not wait any longer."""
        with contextlib.suppress(h2.exceptions.ProtocolError):
            self._h2.reset_stream(stream_id, h2.errors.ErrorCodes.CANCEL)
            self._flush()

    async def _receive(self) -> None:
        reason = "the peer ended the connection"
        try:
            while octets := await self._reader.read(_READ):
                for event in self._h2.receive_data(octets):
                    self._handle(event)
                self._flush()
        except (OSError, h2.exceptions.ProtocolError) as error:
            reason = str(error) or type(error).__name__
        self._end(reason)
        async with self._slots:
            self._slots.notify_all()

    def _handle(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.ConnectionTerminated(last_stream_id=last):
                self.usable = False
                for number, stream in self._streams.items():
                    if number > (last or 0):
                        self._fail(stream, _NotBegun("the peer goes away"))
            case h2.events.WindowUpdated() | h2.events.RemoteSettingsChanged():
                for stream in self._streams.values():
                    stream.window_open.set()
            case h2.events.DataReceived(stream_id=number):
                self._h2.acknowledge_received_data(event.flow_controlled_length, number)
        known = self._streams.get(getattr(event, "stream_id", None) or 0)
        if known is not None:
            self._handle_stream(known, event)

    def _handle_stream(self, stream: _Stream, event: h2.events.Event) -> None:
        match event:
            case h2.events.ResponseReceived(headers=headers):
                stream.status = next(int(v) for k, v in headers if k == b":status")
                stream.headers = [(k, v) for k, v in headers if not k.startswith(b":")]
            case h2.events.DataReceived(stream_id=number, data=data):
                stream.body += data
                if len(stream.body) > MAX_RESPONSE:
                    self._fail(stream, httpx.ReadError(f"over {MAX_RESPONSE} octets"))
                    self._cancel(number)
            case h2.events.StreamEnded() if not stream.done.done():
                stream.done.set_result(None)
            case h2.events.StreamReset(error_code=code):
                refused = code == h2.errors.ErrorCodes.REFUSED_STREAM
                error = _NotBegun("refused") if refused else httpx.ReadError(f"reset: {code}")
                self._fail(stream, error)

    def _fail(self, stream: _Stream, error: Exception) -> None:
        if not stream.done.done():
            stream.done.set_exception(error)

    def _end(self, reason: str) -> None:
        self.usable = False
        for stream in self._streams.values():
            self._fail(stream, httpx.ReadError(reason))
        self._writer.close()

    def _flush(self) -> None:
        if octets := self._h2.data_to_send():
            self._writer.write(octets)

    async def close(self) -> None:
        self._receiving.cancel()
        with contextlib.suppress(h2.exceptions.ProtocolError):
            self._h2.close_connection()
            self._flush()
        self._end("closed here")
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._writer.wait_closed()


def _request_headers(request: httpx.Request) -> list[tuple[bytes, bytes]]:
    url = request.url
    pseudo = [
        (b":method", request.method.encode()),
        (b":authority", url.netloc),
        (b":scheme", url.scheme.encode()),
        (b":path", url.raw_path),
    ]
    sent = ((k.lower(), v) for k, v in request.headers.raw)
    return pseudo + [(k, v) for k, v in sent if k not in _HOP_HEADERS]
