"""N3 made worse at run time: delay, loss and a narrow link, as for a bad radio or backhaul."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable

from pydantic import Field

from nfs.common.models.base import SbiModel

MAX_QUEUED = 256
"""Datagrams of one marking that wait for the link of one direction; more are lost."""


class N3Impairment(SbiModel):
    """In each direction: a delay, and for each packet up to ``jitterMs`` more; a link of
    ``rateKbps`` sends what is marked with the higher DSCP first."""

    delay_ms: float = Field(default=0, ge=0, le=10_000)
    jitter_ms: float = Field(default=0, ge=0, le=10_000)
    loss_percent: float = Field(default=0, ge=0, le=100)
    rate_kbps: float | None = Field(default=None, gt=0)


class Link:
    """One direction of N3; without an impairment what is sent is there at once."""

    def __init__(self) -> None:
        self.impairment = N3Impairment()
        self._waiting: list[tuple[int, int, int, Callable[[], None]]] = []
        self._queued = Counter[int]()
        self._order = itertools.count()
        self._busy = False

    def send(self, octets: int, tos: int, deliver: Callable[[], None]) -> None:
        """Have ``deliver`` called when so many octets would be at the far end, if ever."""
        impairment = self.impairment
        if random.random() * 100 < impairment.loss_percent:  # noqa: S311 - no secret
            return
        if impairment.rate_kbps is None:
            self._propagate(deliver)
        elif self._queued[tos] < MAX_QUEUED:
            self._queued[tos] += 1
            heapq.heappush(self._waiting, (-tos, next(self._order), octets, deliver))
            if not self._busy:
                self._transmit()

    def _transmit(self) -> None:
        """The next one, and those after it when it is sent."""
        self._busy = bool(self._waiting)
        if self._waiting:
            urgency, _, octets, deliver = heapq.heappop(self._waiting)
            self._queued[-urgency] -= 1
            rate = self.impairment.rate_kbps
            seconds = octets * 8 / (rate * 1000) if rate is not None else 0.0
            asyncio.get_running_loop().call_later(seconds, self._sent, deliver)

    def _sent(self, deliver: Callable[[], None]) -> None:
        self._propagate(deliver)
        self._transmit()

    def _propagate(self, deliver: Callable[[], None]) -> None:
        impairment = self.impairment
        more = random.uniform(0, impairment.jitter_ms)  # noqa: S311 - no secret
        if (milliseconds := impairment.delay_ms + more) > 0:
            asyncio.get_running_loop().call_later(milliseconds / 1000, deliver)
        else:
            deliver()
