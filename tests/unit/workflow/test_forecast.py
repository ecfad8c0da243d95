"""The forecast of a series, against what is known of it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from nfs.workflow.forecast import DAMPING, TooLittleHistory, forecast


def test_what_does_not_change_stays() -> None:
    found = forecast([7.0] * 10, 5)
    assert (found.value, found.error) == (pytest.approx(7), pytest.approx(0))


def test_a_trend_goes_on_but_ever_less() -> None:
    series = [float(n) for n in range(20)]
    ahead = [forecast(series, steps).value for steps in range(1, 40)]
    rises = [b - a for a, b in pairwise(ahead)]
    assert 19 < ahead[0] < 21
    assert all(b == pytest.approx(a * DAMPING) for a, b in pairwise(rises))


def test_noise_moves_it_less_than_the_last_value() -> None:
    series = [10.0, 11, 9, 10, 11, 9, 10, 11, 9, 20]
    assert forecast(series, 1).value < 16


def test_of_too_few_values_nothing_is_said() -> None:
    with pytest.raises(TooLittleHistory, match="5 values"):
        forecast([1, 2, 3, 4, 5], 1)
