"""NGAP over TCP for machines whose kernel has no SCTP: one frame for each message.

A frame is three 32-bit words in network order (payload length, PPID, stream), then the payload.
"""

from __future__ import annotations

import struct

from nfs.transports.base import NGAP_PPID, Message

_HEADER = struct.Struct("!III")
MAX_PAYLOAD = 1 << 20


class FramingError(ConnectionError):
    """The peer does not speak this framing, or sends more than anybody should."""


def encode_frame(payload: bytes, stream: int = 0, ppid: int = NGAP_PPID) -> bytes:
    return _HEADER.pack(len(payload), ppid, stream) + payload


class FrameDecoder:
    """Octets in, whole messages out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, octets: bytes) -> list[Message]:
        self._buffer += octets
        messages = []
        while len(self._buffer) >= _HEADER.size:
            length, ppid, stream = _HEADER.unpack_from(self._buffer)
            if length > MAX_PAYLOAD:
                raise FramingError(f"a frame of {length} octets; at most {MAX_PAYLOAD} are read")
            end = _HEADER.size + length
            if len(self._buffer) < end:
                break
            messages.append(Message(bytes(self._buffer[_HEADER.size : end]), stream, ppid))
            del self._buffer[:end]
        return messages
