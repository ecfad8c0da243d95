"""One HTTP/2 connection for gevent: many requests at once, each in the greenlet that makes it.

``http`` is HTTP/2 with prior knowledge, ``https`` HTTP/2 by ALPN. It stands on gevent's own socket,
so it needs no monkey patching. ``h2`` takes nothing more after a GOAWAY: requests under way then
fail, and those that the server has not begun with fail with NotProcessed.
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import gevent
from gevent import socket, ssl
from gevent.event import AsyncResult, Event
from gevent.lock import RLock
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

TIMEOUT = 10.0
"""Seconds to connect, and to wait for an answer."""
_READ = 65_536
_WINDOW = 1 << 20


class Http2Error(ConnectionError):
    """The connection ended, or the server reset the stream."""


class NotProcessed(Http2Error):
    """The server has not begun with the request: it may be sent again (RFC 9113 clause 8.7)."""


class AnswerTimeout(TimeoutError):
    """No complete answer in time; the stream was cancelled."""


@dataclass(slots=True)
class Http2Response:
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return jsonlib.loads(self.content)


@dataclass(slots=True, eq=False)
class _Stream:
    answer: AsyncResult[Http2Response] = field(default_factory=AsyncResult)
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)


class Http2Connection:
    """Connects at once; ``usable`` is False as soon as no new request may be sent on it."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT, cafile: Path | None = None) -> None:
        """Raises OSError, ssl.SSLError, and Http2Error when the server does not speak HTTP/2."""
        parts = urlsplit(url)
        self._scheme, self._authority = parts.scheme, parts.netloc
        self._timeout = timeout
        self.usable = True
        self._streams: dict[int, _Stream] = {}
        self._lock = RLock()
        self._room = Event()
        self._h2 = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
        tls = parts.scheme == "https"
        address = parts.hostname or "localhost", parts.port or (443 if tls else 80)
        self._socket = socket.create_connection(address, timeout)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                self._socket = _over_tls(self._socket, address[0], cafile)
            self._socket.settimeout(None)
            self._h2.initiate_connection()
            self._h2.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: _WINDOW})
            self._h2.increment_flow_control_window(_WINDOW)
            self._flush()
        except BaseException:
            self._socket.close()
            raise
        self._reader = gevent.spawn(self._read)

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Http2Response:
        """Raises NotProcessed, Http2Error, AnswerTimeout."""
        timer = gevent.Timeout(self._timeout)
        stream_id = 0
        try:
            with timer:
                stream_id, stream = self._send_headers(method, path, headers, end=not body)
                self._send_body(stream_id, stream, body)
                return cast(Http2Response, stream.answer.get())
        except gevent.Timeout as expired:
            if expired is not timer:
                raise
            reason = f"{method} {path}: no answer in {self._timeout:g} s"
            raise AnswerTimeout(reason) from None
        finally:
            self._forget(stream_id)

    def close(self) -> None:
        self.usable = False
        try:
            with self._lock:
                self._h2.close_connection()
                self._flush()
        except (OSError, ProtocolError):
            pass
        self._socket.close()
        self._reader.kill(block=False)
        self._fail(Http2Error("the connection was closed here"))

    def _send_headers(
        self, method: str, path: str, headers: Mapping[str, str], *, end: bool
    ) -> tuple[int, _Stream]:
        pseudo = [
            (":method", method),
            (":scheme", self._scheme),
            (":authority", self._authority),
            (":path", path),
        ]
        while True:
            with self._lock:
                if not self.usable:
                    raise NotProcessed(f"the connection to {self._authority} is closed")
                if len(self._streams) < self._h2.remote_settings.max_concurrent_streams:
                    stream_id = self._h2.get_next_available_stream_id()
                    self._h2.send_headers(stream_id, [*pseudo, *headers.items()], end_stream=end)
                    stream = self._streams[stream_id] = _Stream()
                    self._flush()
                    return stream_id, stream
                self._room.clear()
            self._room.wait()

    def _send_body(self, stream_id: int, stream: _Stream, body: bytes) -> None:
        """Send as much as flow control has room for, until all is sent or an answer is there."""
        while body and not stream.answer.ready():
            with self._lock:
                window = self._h2.local_flow_control_window(stream_id)
                size = min(window, self._h2.max_outbound_frame_size, len(body))
                if size > 0:
                    self._h2.send_data(stream_id, body[:size], end_stream=size == len(body))
                    body = body[size:]
                    self._flush()
                    continue
                self._room.clear()
            self._room.wait()

    def _flush(self) -> None:
        """Whoever is interrupted here may have sent half a frame: nothing can follow it."""
        if octets := self._h2.data_to_send():
            try:
                self._socket.sendall(octets)
            except BaseException:
                self.usable = False
                self._socket.close()
                raise

    def _forget(self, stream_id: int) -> None:
        """Cancel what is still open of a stream."""
        stream = self._streams.pop(stream_id, None)
        self._room.set()
        if stream is None or stream.answer.ready():
            return
        try:
            with self._lock:
                self._h2.reset_stream(stream_id, ErrorCodes.CANCEL)
                self._flush()
        except (OSError, ProtocolError):
            self.usable = False

    def _read(self) -> None:
        reason = "the server closed the connection"
        try:
            while octets := self._socket.recv(_READ):
                with self._lock:
                    for event in self._h2.receive_data(octets):
                        self._handle(event)
                    self._flush()
                if not self.usable and not self._streams:
                    break
        except (OSError, ProtocolError) as error:
            reason = f"{type(error).__name__}: {error}"
        self.usable = False
        self._socket.close()
        self._fail(Http2Error(reason))

    def _handle(self, event: Any) -> None:
        match event:
            case ResponseReceived(stream_id=int(number), headers=headers):
                if stream := self._streams.get(number):
                    stream.headers = {str(name): str(value) for name, value in headers}
                    stream.status = int(stream.headers.pop(":status"))
            case DataReceived(stream_id=int(number), data=data, flow_controlled_length=length):
                self._h2.acknowledge_received_data(length, number)
                if stream := self._streams.get(number):
                    stream.content += data
            case StreamEnded(stream_id=int(number)):
                if stream := self._streams.get(number):
                    answer = Http2Response(stream.status, stream.headers, bytes(stream.content))
                    stream.answer.set(answer)
                self._room.set()
            case StreamReset(stream_id=int(number), error_code=code):
                if stream := self._streams.get(number):
                    refused = code == ErrorCodes.REFUSED_STREAM
                    kind = NotProcessed if refused else Http2Error
                    stream.answer.set_exception(kind(f"the server reset the stream: {code!s}"))
                self._room.set()
            case ConnectionTerminated(last_stream_id=last, error_code=code):
                self.usable = False
                self._room.set()
                unseen = NotProcessed(f"the server is going away: {code!s}")
                for number, stream in self._streams.items():
                    if number > (last or 0):
                        stream.answer.set_exception(unseen)
            case WindowUpdated() | RemoteSettingsChanged():
                self._room.set()

    def _fail(self, error: Http2Error) -> None:
        self._room.set()
        for stream in self._streams.values():
            if not stream.answer.ready():
                stream.answer.set_exception(error)


def _over_tls(plain: socket.socket, host: str, cafile: Path | None) -> ssl.SSLSocket:
    # create_default_context would make one that blocks, where nothing is monkey-patched.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if cafile is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cafile)
    context.set_alpn_protocols(["h2"])
    protected = context.wrap_socket(plain, server_hostname=host)
    if protected.selected_alpn_protocol() != "h2":
        protected.close()
        raise Http2Error(f"{host} does not offer HTTP/2")
    return protected
