"""Takes notifications that NFs send, over HTTP/2 with prior knowledge, and answers 204."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gevent import socket
from gevent.server import StreamServer
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError

_READ = 65_536


class NotificationSink:
    """Calls ``on_notification`` with each JSON body; ``uri`` is what to give to NFs."""

    def __init__(self, host: str, on_notification: Callable[[Any], None]) -> None:
        self._take = on_notification
        self._server = StreamServer((host, 0), self._serve)
        self._server.start()
        self.uri = f"http://{host}:{self._server.server_port}/notifications"

    def stop(self) -> None:
        self._server.stop(timeout=1)

    def _serve(self, connected: socket.socket, _: Any) -> None:
        h2 = H2Connection(H2Configuration(client_side=False))
        bodies: dict[int, bytearray] = {}
        h2.initiate_connection()
        try:
            connected.sendall(h2.data_to_send())
            while octets := connected.recv(_READ):
                for event in h2.receive_data(octets):
                    self._handle(h2, event, bodies)
                connected.sendall(h2.data_to_send())
        except (OSError, ProtocolError):
            pass
        finally:
            connected.close()

    def _handle(self, h2: H2Connection, event: Any, bodies: dict[int, bytearray]) -> None:
        match event:
            case RequestReceived(stream_id=int(number)):
                bodies[number] = bytearray()
            case DataReceived(stream_id=int(number), data=data, flow_controlled_length=length):
                h2.acknowledge_received_data(length, number)
                bodies[number] += data
            case StreamReset(stream_id=int(number)):
                bodies.pop(number, None)
            case StreamEnded(stream_id=int(number)):
                body = bodies.pop(number)
                try:
                    notification, status = json.loads(body), "204"
                except ValueError:
                    notification, status = None, "400"
                h2.send_headers(number, [(":status", status)], end_stream=True)
                if notification is not None:
                    self._take(notification)
