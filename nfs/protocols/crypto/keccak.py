"""The permutation Keccak-f[1600] (FIPS 202 clause 3), on which TUAK is built."""

from __future__ import annotations

from typing import Final

_LANE: Final = 0xFFFFFFFFFFFFFFFF
_ROUNDS: Final = 24


def _rotate(lane: int, left: int) -> int:
    return (lane << left | lane >> 64 - left) & _LANE if left else lane


def _rotations() -> tuple[int, ...]:
    """Offsets of the step rho, by x + 5 y: t (t + 1) / 2 along the path of pi."""
    offsets, x, y = [0] * 25, 1, 0
    for t in range(24):
        offsets[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return tuple(offsets)


def _round_constants() -> tuple[int, ...]:
    """Of the step iota, from the shift register of algorithm 5."""
    constants, register = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << (1 << j) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return tuple(constants)


_RHO: Final = _rotations()
_IOTA: Final = _round_constants()


def permute(state: bytes) -> bytes:
    """200 octets to 200 octets."""
    a = [int.from_bytes(state[i : i + 8], "little") for i in range(0, 200, 8)]
    for constant in _IOTA:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[(x + 4) % 5] ^ _rotate(c[(x + 1) % 5], 1) for x in range(5)]
        b = [0] * 25
        for y in range(5):
            for x in range(5):
                b[y + 5 * ((2 * x + 3 * y) % 5)] = _rotate(a[x + 5 * y] ^ d[x], _RHO[x + 5 * y])
        for row in range(0, 25, 5):
            for x in range(5):
                a[row + x] = b[row + x] ^ ~b[row + (x + 1) % 5] & b[row + (x + 2) % 5]
        a[0] ^= constant
    return b"".join(lane.to_bytes(8, "little") for lane in a)
