"""What has come for one UE and is handled one at a time, in order."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from nfs.amf.ue.events import Downlink, N2Lost, PathSwitch, Unusable
from nfs.protocols.nas.reception import Received, Refused
from nfs.protocols.ngap import NgapMessage

log = structlog.get_logger("amf")

CAPACITY = 64
"""Messages of one UE that may wait; what comes on top is dropped and logged."""

Event = NgapMessage | Downlink | N2Lost | PathSwitch | Unusable | Received | Refused


class Mailbox:
    def __init__(self) -> None:
        self._arrived: asyncio.Queue[Event] = asyncio.Queue(CAPACITY)
        self._put_back: deque[Event] = deque()

    @property
    def has_waiting(self) -> bool:
        return bool(self._put_back) or not self._arrived.empty()

    def deliver(self, event: Event) -> None:
        try:
            self._arrived.put_nowait(event)
        except asyncio.QueueFull:
            log.warning("message dropped: mailbox full", message=type(event).__name__)

    async def take(self) -> Event:
        """What was put back comes before what has arrived since."""
        return self._put_back.popleft() if self._put_back else await self._arrived.get()

    def put_back(self, *events: Event) -> None:
        """A procedure has no use for them: they are for whoever comes after it."""
        self._put_back.extend(events)

    def put_first(self, event: Event) -> None:
        """It ends the procedure, and is next."""
        self._put_back.appendleft(event)

    def undelivered(self) -> list[Downlink]:
        """Emptied: what came for the UE and did not go out on this connection any more."""
        events = list(self._put_back)
        while not self._arrived.empty():
            events.append(self._arrived.get_nowait())
        self._put_back.clear()
        return [event for event in events if isinstance(event, Downlink)]
