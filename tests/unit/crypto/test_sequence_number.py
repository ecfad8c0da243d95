from __future__ import annotations

from nfs.protocols.crypto.sequence_number import (
    DELTA,
    AcceptedNumbers,
    following,
    resynchronised,
)


def sqn(seq: int, ind: int = 0) -> bytes:
    return (seq << 5 | ind).to_bytes(6)


def test_every_number_is_new_and_ind_goes_round() -> None:
    numbers = [0]
    for _ in range(100):
        numbers.append(following(numbers[-1]))
    assert numbers == sorted(set(numbers))
    assert [n % 32 for n in numbers] == [i % 32 for i in range(101)]
    assert [n >> 5 for n in numbers] == list(range(101))


def test_a_number_is_accepted_once() -> None:
    card = AcceptedNumbers()
    assert card.accept(sqn(5))
    assert not card.accept(sqn(5))
    assert not card.accept(sqn(4))
    assert card.accept(sqn(6))


def test_vectors_may_arrive_out_of_order() -> None:
    """TS 33.102 annex C.2.2: what counts is the latest number with the same IND."""
    card, numbers, number = AcceptedNumbers(), [], 0
    for _ in range(8):
        number = following(number)
        numbers.append(number.to_bytes(6))
    assert all(card.accept(n) for n in reversed(numbers))
    assert not any(card.accept(n) for n in numbers)
    assert card.sqn_ms == numbers[-1]


def test_a_number_too_far_ahead_is_refused() -> None:
    card = AcceptedNumbers()
    assert not card.accept(sqn(DELTA + 1))
    assert card.accept(sqn(DELTA))
    assert card.sqn_ms == sqn(DELTA)


def test_the_array_is_kept() -> None:
    card = AcceptedNumbers()
    card.accept(sqn(7, 3))
    kept = AcceptedNumbers.from_json(card.to_json())
    assert not kept.accept(sqn(7, 3))
    assert kept.accept(sqn(7, 4))


def test_re_synchronisation_never_goes_back_without_need() -> None:
    """TS 33.102 clause 6.3.5, steps (2) to (4)."""
    behind, ahead = 10 << 5, 50 << 5
    assert resynchronised(behind, ahead) == ahead
    assert resynchronised(ahead, behind) == ahead
    unreachable = DELTA + 100 << 5
    assert resynchronised(unreachable, behind) == behind
    card = AcceptedNumbers()
    assert card.accept(following(resynchronised(unreachable, 0)).to_bytes(6))
