"""So many requests a second, and some more in a burst."""

from __future__ import annotations

import pytest

from nfs.common.sbi import rate_limit
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.rate_limit import RateLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_and_then_the_rate() -> None:
    clock = Clock()
    limit = RateLimit(rate=2, burst=3, clock=clock)
    for _ in range(3):
        limit.take("a")
    with pytest.raises(SbiProblem) as caught:
        limit.take("a")
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "1")
    limit.take("b")
    clock.now += 0.5
    limit.take("a")
    with pytest.raises(SbiProblem):
        limit.take("a")
    clock.now += 100
    for _ in range(3):
        limit.take("a")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "REMEMBERED", 10)
    limit = RateLimit(rate=1, burst=1)
    for number in range(1000):
        limit.take(str(number))
    assert len(limit._buckets) <= 11
