"""Forecast of a series by exponential smoothing with a damped trend.

Gardner and McKenzie, "Forecasting Trends in Time Series", 1985:
level = a y + (1 - a) (level + p trend), trend = b (level - former level) + (1 - b) p trend, and the
forecast for h steps ahead is level + (p + p^2 + ... + p^h) trend. Of a few values of a and b those
are taken whose forecasts one step ahead were the best for the series itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

FEWEST = 6
"""Values; from fewer nothing is forecast."""
DAMPING = 0.9
_SMOOTHING = (0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class Forecast:
    """``error``: the mean absolute error of its forecasts one step ahead, in the series."""

    value: float
    error: float


class TooLittleHistory(Exception):
    """There are too few values."""


def forecast(series: Sequence[float], steps: int) -> Forecast:
    """The value ``steps`` after the last one of ``series``. Raises TooLittleHistory."""
    if len(series) < FEWEST:
        raise TooLittleHistory(f"{len(series)} values, and {FEWEST} are needed")
    fits = (_fit(series, level, trend) for level, trend in product(_SMOOTHING, repeat=2))
    error, level, trend = min(fits)
    ahead = sum(DAMPING**step for step in range(1, steps + 1))
    return Forecast(level + ahead * trend, error)


def _fit(series: Sequence[float], alpha: float, beta: float) -> tuple[float, float, float]:
    """Mean absolute error, and level and trend at the end."""
    level, trend = series[0], series[1] - series[0]
    errors = []
    for value in series[1:]:
        expected = level + DAMPING * trend
        errors.append(abs(value - expected))
        former, level = level, alpha * value + (1 - alpha) * expected
        trend = beta * (level - former) + (1 - beta) * DAMPING * trend
    return sum(errors) / len(errors), level, trend
