from __future__ import annotations

import pytest

from nfs.agents.anomaly_detection import detect, numbers


@pytest.mark.parametrize(
    ("values", "positions"),
    [
        ([3.1, 3.0, 3.2, 9.8, 3.1], [4]),
        ([10, 12, 11, -40, 13, 90], [4, 6]),
        ([5, 5, 5, 5, 5, 5, 5, 5, 8], [9]),
        ([1, 2, 3, 4, 5, 6], []),
        ([7, 7, 7, 7], []),
    ],
)
def test_what_is_out_of_the_ordinary(values: list[float], positions: list[int]) -> None:
    assert [each.position for each in detect(values)] == positions


def test_the_score_is_that_of_iglewicz_and_hoaglin() -> None:
    (found,) = detect([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3 - 6.0])
    median, mad = 2.35, 0.2
    assert found.score == pytest.approx(0.6745 * (8.2 - median) / mad, abs=0.01)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.1 3.0 -3.2", [3.1, 3.0, -3.2]),
        ("3,1; 3,0; 9,8", [3.1, 3.0, 9.8]),
        ("1, 2, 3", [1, 2, 3]),
        ("1,2,3,4", [1, 2, 3, 4]),
        ("pump7 ran at 20.5 and 21", [20.5, 21]),
        ("nothing", []),
    ],
)
def test_numbers_of_a_text(text: str, expected: list[float]) -> None:
    assert numbers(text) == expected
