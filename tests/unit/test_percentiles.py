"""Percentiles by nearest rank."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from nfs.common.percentiles import percentiles


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], {}),
        ([7], {"p50": 7, "p95": 7, "p99": 7}),
        ([2, 1], {"p50": 1, "p95": 2, "p99": 2}),
        ([15, 20, 35, 40, 50], {"p50": 35, "p95": 50, "p99": 50}),
        (range(1, 101), {"p50": 50, "p95": 95, "p99": 99}),
        (range(200, 0, -1), {"p50": 100, "p95": 190, "p99": 198}),
        ([1.234, 5.678], {"p50": 1.23, "p95": 5.68, "p99": 5.68}),
    ],
)
def test_nearest_rank(values: Iterable[float], expected: dict[str, float]) -> None:
    assert percentiles(values) == expected
