"""Rate limits (TS 23.501 clause 5.7.1.8)."""

from __future__ import annotations

BURST = 0.1
"""Seconds at the full rate that may come at once."""
MINIMUM_BURST = 3000
"""Octets: two packets of Ethernet's size."""


class TokenBucket:
    """Lets ``kbps`` through; the clock comes with every packet."""

    def __init__(self, kbps: int, now: float) -> None:
        self._tokens = 0.0
        self._then = now
        self.change(kbps)
        self._tokens = self._depth

    def change(self, kbps: int) -> None:
        self.kbps = kbps
        self._per_second = kbps * 125.0
        self._depth = max(self._per_second * BURST, MINIMUM_BURST) if kbps else 0.0
        self._tokens = min(self._tokens, self._depth)

    def take(self, octets: int, now: float) -> bool:
        """Whether a packet of so many octets may pass."""
        elapsed, self._then = max(0.0, now - self._then), now
        self._tokens = min(self._depth, self._tokens + elapsed * self._per_second)
        if octets > self._tokens:
            return False
        self._tokens -= octets
        return True
