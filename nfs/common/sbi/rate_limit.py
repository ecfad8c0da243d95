"""Token buckets: so many requests a second from one consumer, and some more in a burst."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from nfs.common.sbi.problem import SbiProblem

REMEMBERED = 10_000
"""Consumers; of more, the ones that were known first begin anew."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


class RateLimit:
    """``rate`` requests a second, ``burst`` at once, for each consumer apart."""

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, consumer: str) -> None:
        """Raises SbiProblem 429 TOO_MANY_REQUESTS with Retry-After."""
        now = self._clock()
        bucket = self._buckets.setdefault(consumer, _Bucket(self._burst, now))
        if len(self._buckets) > REMEMBERED:
            del self._buckets[next(iter(self._buckets))]
        earned = (now - bucket.filled) * self._rate
        bucket.tokens = min(self._burst, bucket.tokens + earned)
        bucket.filled = now
        if bucket.tokens < 1:
            wait = math.ceil((1 - bucket.tokens) / self._rate)
            raise SbiProblem(
                429,
                "TOO_MANY_REQUESTS",
                f"at most {self._rate:g} requests a second",
                headers={"Retry-After": str(wait)},
            )
        bucket.tokens -= 1
