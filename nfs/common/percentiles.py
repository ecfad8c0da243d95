"""Percentiles of what was measured, by the one definition that every report goes by."""

from __future__ import annotations

import math
from collections.abc import Iterable

PERCENTILES = {"p50": 50, "p95": 95, "p99": 99}


def percentiles(values: Iterable[float]) -> dict[str, float]:
    """p50, p95 and p99 by nearest rank, to two decimals; nothing of no values.

    Each is a value that occurred: the least one that so many per cent of all do not exceed.
    """
    ordered = sorted(values)
    if not ordered:
        return {}
    return {
        name: round(ordered[math.ceil(len(ordered) * percent / 100) - 1], 2)
        for name, percent in PERCENTILES.items()
    }
