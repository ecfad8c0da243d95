"""How many UEs there are in each cell, now and over time (TS 23.288 clause 6.6: NF load)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nfs.amf.ue.context import Rm

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.context import UeContext

KEPT = 360
"""Samples; with one every 10 s, an hour."""

Place = tuple[int, str]
"""TAC, and NR cell identity as nine hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class LoadSample:
    """``at``: Unix seconds; UEs that are registered, and those that are connected, by place."""

    at: float
    registered: Counter[Place]
    connected: Counter[Place]


class LoadHistory:
    def __init__(self, amf: Amf) -> None:
        self._amf = amf
        self.samples: deque[LoadSample] = deque(maxlen=KEPT)

    async def collect(self) -> None:
        """Take a sample every ``load_sample_seconds``, for ever."""
        while True:
            self.samples.append(self.now())
            await asyncio.sleep(self._amf.config.load_sample_seconds)

    def now(self) -> LoadSample:
        registered = (c for c in self._amf.registry.served if c.rm is Rm.REGISTERED)
        connected = (ue.context for ue in self._amf.n2.ues.values())
        return LoadSample(time.time(), _by_place(registered), _by_place(connected))


def _by_place(contexts: Iterable[UeContext]) -> Counter[Place]:
    return Counter(
        (context.tai.tac, f"{context.cell.cell:09x}")
        for context in contexts
        if context.tai is not None and context.cell is not None
    )
