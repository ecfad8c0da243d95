"""Circuit breakers: a producer that does not answer is left alone, then tried by one request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

FIRST_PAUSE = 2.0
"""Seconds for which a circuit is open after the first failure; twice that after each failed trial,
up to LAST_PAUSE."""
LAST_PAUSE = 60.0


@dataclass(slots=True)
class _Open:
    pause: float
    until: float


class Circuits:
    """The circuits to producers, by API root. ``clock`` in seconds.

    One that is open is used only when no other producer is left: with a single instance of an NF,
    a try that fails costs less than a refusal after it has come back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[str, _Open] = {}

    def order(self, roots: Iterable[str]) -> list[str]:
        """Closed circuits first. A circuit whose pause is over is half open: whoever asks now makes
        the trial, and to all others it is still open."""
        now = self._clock()
        first, last = [], []
        for root in roots:
            broken = self._open.get(root)
            if broken is None:
                first.append(root)
            elif broken.until <= now:
                broken.until = now + broken.pause
                first.insert(0, root)
            else:
                last.append(root)
        return first + last

    def is_open(self, root: str) -> bool:
        """Whether nobody is to ask now; once its pause is over, one may."""
        broken = self._open.get(root)
        return broken is not None and broken.until > self._clock()

    def failed(self, root: str) -> None:
        broken = self._open.get(root)
        pause = FIRST_PAUSE if broken is None else min(LAST_PAUSE, broken.pause * 2)
        self._open[root] = _Open(pause, self._clock() + pause)

    def answered(self, root: str) -> None:
        self._open.pop(root, None)

    def forget(self) -> None:
        """Producers may be others now: all circuits are closed."""
        self._open.clear()
