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


STREAMS = 8
"""Of transports that could have any number of them."""


def stream_of(ran_ue_ngap_id: int | None, streams: int) -> int:
    """0 for what concerns no UE, for each UE one of the others (TS 38.412 clause 7)."""
    if ran_ue_ngap_id is None or streams < 2:
        return 0
    return 1 + ran_ue_ngap_id % (streams - 1)


class Association(Protocol):
    kind: str
    peer: str
    streams: int
    """How many the peer takes."""

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
