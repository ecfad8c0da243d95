"""N2 inside one process: the same octets, without a socket."""

from __future__ import annotations

import asyncio

from nfs.transports.base import STREAMS, Message

_listeners: dict[str, MemoryListener] = {}


class MemoryAssociation:
    kind = "memory"
    streams = STREAMS

    def __init__(self, peer: str) -> None:
        self.peer = peer
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._other: MemoryAssociation | None = None

    @classmethod
    def pair(cls, name: str) -> tuple[MemoryAssociation, MemoryAssociation]:
        a, b = cls(f"memory://{name}"), cls(f"memory://{name}")
        a._other, b._other = b, a
        return a, b

    async def send(self, payload: bytes, stream: int = 0) -> None:
        if self._other is None:
            raise ConnectionError(f"the association to {self.peer} is closed")
        self._other._inbox.put_nowait(Message(payload, stream))

    async def receive(self) -> Message | None:
        return await self._inbox.get()

    async def close(self) -> None:
        other, self._other = self._other, None
        self._inbox.put_nowait(None)
        if other is not None:
            await other.close()


class MemoryListener:
    def __init__(self, name: str) -> None:
        self._name = name
        self._accepted: asyncio.Queue[MemoryAssociation | None] = asyncio.Queue()
        self.endpoint = f"memory://{name}"
        _listeners[name] = self

    def offer(self, association: MemoryAssociation) -> None:
        self._accepted.put_nowait(association)

    async def accept(self) -> MemoryAssociation | None:
        return await self._accepted.get()

    async def close(self) -> None:
        _listeners.pop(self._name, None)
        self._accepted.put_nowait(None)


def connect(name: str) -> MemoryAssociation:
    listener = _listeners.get(name)
    if listener is None:
        raise ConnectionRefusedError(f"nothing listens on memory://{name}")
    ours, theirs = MemoryAssociation.pair(name)
    listener.offer(theirs)
    return ours
