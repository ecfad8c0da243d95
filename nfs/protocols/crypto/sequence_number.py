"""Sequence numbers of authentication (TS 33.102 annex C): SQN is SEQ (43 bits) and IND (5 bits).

IND goes round the vectors that the home network makes, so that those that arrive out of order,
because two networks authenticate at once, are fresh still.
"""

from __future__ import annotations

from typing import Any, Final, Self

_IND_BITS: Final = 5
_IND: Final = 1 << _IND_BITS
_SEQ: Final = 1 << 48 - _IND_BITS
DELTA: Final = 1 << 28
"""SEQ may be higher than the highest accepted one by so much (annex C.3.2)."""


def following(sqn: int) -> int:
    """What the home network uses after ``sqn``: the next SEQ, the next IND (annex C.1.2)."""
    seq, ind = (sqn >> _IND_BITS) + 1, (sqn + 1) % _IND
    return seq % _SEQ << _IND_BITS | ind


def resynchronised(sqn_he: int, sqn_ms: int) -> int:
    """SQN_HE after a genuine AUTS (clause 6.3.5): as it is, if the USIM takes the next one."""
    ahead = (following(sqn_he) >> _IND_BITS) - (sqn_ms >> _IND_BITS)
    return sqn_he if 0 < ahead <= DELTA else sqn_ms


class AcceptedNumbers:
    """The array of a USIM: the highest accepted SEQ of every IND (annex C.2)."""

    def __init__(self, seqs: list[int] | None = None) -> None:
        self._seqs = seqs or [0] * _IND

    @property
    def sqn_ms(self) -> bytes:
        """The highest accepted sequence number, 6 octets: what goes into AUTS."""
        seq = max(self._seqs)
        return (seq << _IND_BITS | self._seqs.index(seq)).to_bytes(6)

    def accept(self, sqn: bytes) -> bool:
        """Whether it is fresh (annex C.2.2); if so it is not again."""
        number = int.from_bytes(sqn)
        seq, ind = number >> _IND_BITS, number % _IND
        if seq <= self._seqs[ind] or seq - max(self._seqs) > DELTA:
            return False
        self._seqs[ind] = seq
        return True

    def to_json(self) -> list[int]:
        return list(self._seqs)

    @classmethod
    def from_json(cls, kept: list[Any]) -> Self:
        return cls([int(seq) for seq in kept])
