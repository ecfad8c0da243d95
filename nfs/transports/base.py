"""What a transport of N2 offers (TS 38.412): messages with a stream, in order, until closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

NGAP_PPID = 60
"""Payload protocol identifier of NGAP (TS 38.412 clause 7)."""


@dataclass(frozen=True, slots=True)
class Message:
    payload: bytes
    stream: int = 0
    ppid: int = NGAP_PPID


class Association(Protocol):
    kind: str
    peer: str

    async def send(self, payload: bytes, stream: int = 0) -> None:
        """Raises ConnectionError when the association is gone."""

    async def receive(self) -> Message | None:
        """The next message; None when the association has ended."""

    async def close(self) -> None: ...


class Listener(Protocol):
    endpoint: str

    async def accept(self) -> Association | None:
        """The next association; None when the listener is closed."""

    async def close(self) -> None: ...
