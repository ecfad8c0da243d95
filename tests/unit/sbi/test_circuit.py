"""Which producer a request goes to after one has failed."""

from __future__ import annotations

from nfs.common.sbi.circuit import FIRST_PAUSE, LAST_PAUSE, Circuits

A, B = "http://a", "http://b"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_that_failed_comes_last_until_one_trial_succeeds() -> None:
    clock = Clock()
    circuits = Circuits(clock)
    assert circuits.order([A, B]) == [A, B]
    circuits.failed(A)
    assert circuits.order([A, B]) == [B, A]
    clock.now = FIRST_PAUSE
    assert circuits.order([A, B]) == [A, B], "half open: this one is the trial"
    assert circuits.order([A, B]) == [B, A], "and no second one"
    circuits.answered(A)
    assert circuits.order([A, B]) == [A, B]


def test_every_failed_trial_doubles_the_pause_up_to_a_limit() -> None:
    clock = Clock()
    circuits = Circuits(clock)
    circuits.failed(A)
    pauses = []
    for _ in range(8):
        began = clock.now
        while circuits.order([A, B])[0] != A:
            clock.now += 0.5
        pauses.append(clock.now - began)
        circuits.failed(A)
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LAST_PAUSE


def test_a_change_of_producers_closes_all() -> None:
    circuits = Circuits(Clock())
    circuits.failed(A)
    circuits.forget()
    assert circuits.order([A, B]) == [A, B]
