"""SNOW 3G (TS 35.216), and UEA2 and UIA2 on it (TS 35.215): 128-NEA1 and 128-NIA1.

Words have 32 bits. Tables are made at the first use, in the way in which the specification
defines the S-boxes and the multiplications by alpha.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from nfs.protocols.crypto.gf256 import power, times_x, times_x_power

_WORD: Final = 0xFFFFFFFF
_ALPHA: Final = 0xA9
_RIJNDAEL: Final = 0x1B
_DICKSON: Final = 0x69

_Table = tuple[int, ...]
_SBox = tuple[_Table, _Table, _Table, _Table]


def _sr(value: int) -> int:
    """The S-box SR, that of Rijndael: the inverse, then an affine mapping (clause 5.1)."""
    inverse = power(value, 254, _RIJNDAEL)
    rotations = (inverse << n | inverse >> 8 - n for n in (1, 2, 3, 4))
    mapped = inverse ^ 0x63
    for rotation in rotations:
        mapped ^= rotation & 0xFF
    return mapped


def _sq(value: int) -> int:
    """The S-box SQ, a Dickson polynomial (clause 5.2)."""
    result = 0x25
    for exponent in (1, 9, 13, 15, 33, 41, 45, 47, 49):
        result ^= power(value, exponent, _DICKSON)
    return result


def _word(*octets: int) -> int:
    return int.from_bytes(bytes(octets))


@cache
def _tables() -> tuple[_SBox, _SBox, _Table, _Table]:
    """S1 and S2, each as what the four octets of a word contribute; MULalpha and DIValpha."""
    values = range(256)
    mul = tuple(_word(*(times_x_power(c, n, _ALPHA) for n in (23, 245, 48, 239))) for c in values)
    div = tuple(_word(*(times_x_power(c, n, _ALPHA) for n in (16, 39, 6, 64))) for c in values)
    s1 = _contributions([_sr(c) for c in values], _RIJNDAEL)
    s2 = _contributions([_sq(c) for c in values], _DICKSON)
    return s1, s2, mul, div


def _contributions(sbox: list[int], polynomial: int) -> _SBox:
    """Clauses 3.3.1 and 3.3.2: the S-box, then a circulant matrix of 2, 3, 1 and 1."""

    def column(position: int) -> _Table:
        column = []
        for s in sbox:
            twice = times_x(s, polynomial)
            factors = (twice, twice ^ s, s, s)
            column.append(_word(*(factors[(row - position) % 4] for row in range(4))))
        return tuple(column)

    return column(0), column(1), column(2), column(3)


def keystream(k: tuple[int, ...], iv: tuple[int, ...]) -> Iterator[int]:
    """z1, z2 and so on, from the words (k0 to k3) and (IV0 to IV3), clause 4."""
    (a0, a1, a2, a3), (b0, b1, b2, b3), mul, div = _tables()
    inverted = [word ^ _WORD for word in k]
    s = [*inverted, *k, *inverted, *k]
    s[15] ^= iv[0]
    s[12] ^= iv[1]
    s[10] ^= iv[2]
    s[9] ^= iv[3]
    r1 = r2 = r3 = 0
    clock = 0
    while True:
        f = (s[15] + r1 & _WORD) ^ r2
        if clock > 32:
            yield f ^ s[0]
        r = r2 + (r3 ^ s[5]) & _WORD
        r3 = b0[r2 >> 24] ^ b1[r2 >> 16 & 255] ^ b2[r2 >> 8 & 255] ^ b3[r2 & 255]
        r2 = a0[r1 >> 24] ^ a1[r1 >> 16 & 255] ^ a2[r1 >> 8 & 255] ^ a3[r1 & 255]
        r1 = r
        v = (s[0] << 8 & _WORD) ^ mul[s[0] >> 24] ^ s[2] ^ s[11] >> 8 ^ div[s[11] & 255]
        if clock < 32:
            v ^= f
        del s[0]
        s.append(v)
        clock += 1


def _key(key: bytes) -> tuple[int, ...]:
    """CK or IK as k0 to k3: its first word is k3."""
    return tuple(int.from_bytes(key[i : i + 4]) for i in (12, 8, 4, 0))


def uea2(key: bytes, count: int, bearer: int, direction: int, message: bytes) -> bytes:
    """f8, TS 35.215 clause 3; applied to the result, it deciphers."""
    second = bearer << 27 | direction << 26
    words = keystream(_key(key), (second, count, second, count))
    stream = b"".join(next(words).to_bytes(4) for _ in range(0, len(message), 4))
    mixed = int.from_bytes(message) ^ int.from_bytes(stream[: len(message)])
    return mixed.to_bytes(len(message))


def uia2(key: bytes, count: int, fresh: int, direction: int, message: bytes, *, bits: int) -> bytes:
    """f9 of the first ``bits`` of ``message``, 4 octets (TS 35.215 clause 4)."""
    iv = (fresh ^ direction << 15, count ^ direction << 31, fresh, count)
    words = keystream(_key(key), iv)
    z1, z2, z3, z4, z5 = (next(words) for _ in range(5))
    multiples = _multiples(z1 << 32 | z2)
    whole = -bits % 64 + bits
    padded = int.from_bytes(message) >> len(message) * 8 - bits << whole - bits if bits else 0
    evaluation = 0
    for block in range(whole - 64, -1, -64):
        evaluation = _times(evaluation ^ padded >> block & 0xFFFFFFFFFFFFFFFF, multiples)
    evaluation = _times(evaluation ^ bits, _multiples(z3 << 32 | z4))
    return (evaluation >> 32 ^ z5).to_bytes(4)


def _multiples(factor: int) -> _Table:
    """The products of ``factor`` with every half-octet, not reduced."""
    found = [0, factor]
    for i in range(2, 16):
        found.append(found[i >> 1] << 1 ^ (factor if i & 1 else 0))
    return tuple(found)


def _times(value: int, multiples: _Table) -> int:
    """MUL of TS 35.215 clause 4.3.3: in GF(2^64) modulo x^64 + x^4 + x^3 + x + 1."""
    product = 0
    for shift in range(60, -1, -4):
        product = product << 4 ^ multiples[value >> shift & 15]
    while high := product >> 64:
        product = product & 0xFFFFFFFFFFFFFFFF ^ high ^ high << 1 ^ high << 3 ^ high << 4
    return product
