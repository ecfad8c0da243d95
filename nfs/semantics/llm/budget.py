"""How many tokens may still be used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

HOUR = 3600.0


class Budget:
    """Tokens of the last hour, against what an hour may cost."""

    def __init__(self, tokens_per_hour: int, now: Callable[[], float]) -> None:
        self._limit = tokens_per_hour
        self._now = now
        self._used: deque[tuple[float, int]] = deque()
        self._sum = 0

    def allows(self, tokens: int) -> bool:
        before = self._now() - HOUR
        while self._used and self._used[0][0] <= before:
            self._sum -= self._used.popleft()[1]
        return self._sum + tokens <= self._limit

    def spend(self, tokens: int) -> None:
        self._used.append((self._now(), tokens))
        self._sum += tokens
