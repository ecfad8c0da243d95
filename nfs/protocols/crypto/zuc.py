"""ZUC (TS 35.222), and 128-EEA3 and 128-EIA3 on it (TS 35.221): 128-NEA3 and 128-NIA3."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_S0: Final = bytes.fromhex(
    "3e725b47cae0003304d1549809b96dcb7b1bf932af9d6aa5b82dfc1d08530390"
    "4d4e8499e4ced991ddb685488b296eaccdc1f81e734369c6b5bdfd396320d438"
    "767db2a7cfed57c5f32cbb142106559be3ef5e314f7f5aa40d8251495fba581c"
    "4a16d517a892241f8cffd8ae2e01d3ad3b4bda46ebc9de9a8f87d73a806f2fc8"
    "b1b437f70a2213287ccc3c89c7c3965607bf7ef00b2b975235417961a64c10fe"
    "bc2695888ab0a3fbc01894f2e1e5e95dd0dc1166645cec59427512f5749caa23"
    "0e86abbe2a02e767e644a26cc2939ff1f6fa36d250689e6271153dd640c4e20f"
    "8e83776b25053f0c30ea70b7a1e8a9658d271adb81b3a0f4457a19dfee783460"
)
_S1: Final = bytes.fromhex(
    "55c263713bc847869f3cda5b29aafd778cc5940ca61a1300e3a8167240f9f842"
    "4426689681d9453e1076c6a78b3943e13ab5562ac06db3052266bfdc0bfa6248"
    "dd20110636c9c1cff62752bb69f5d4877f844cd29c57a4bc4f9adffed68d7aeb"
    "2b53d85ca11417fb23d57d3067730809eeb7703f61b2198e4ee54b938f5ddba9"
    "adf1ae2ecb0dfcf42d466e1d97e8d1e94d37a5755e839eab829db91ce0cd4989"
    "01b6bd5824a25f387899159050b895e4d091c7ceed0fb46fa0ccf0024a79c3de"
    "a3efea51e66b18ec1b2c80f774e7ff215a6a541e41319235c433070aba7e0e34"
    "88b1987cf33d606c7bcad31f3265042864be859b2f598ad7b025acaf1203e2f2"
)
"""The S-boxes of TS 35.222 clause 3.4.2; a word goes through S0, S1, S0, S1."""

_D: Final = (
    *(0x44D7, 0x26BC, 0x626B, 0x135E, 0x5789, 0x35E2, 0x7135, 0x09AF),
    *(0x4D78, 0x2F13, 0x6BC4, 0x1AF1, 0x5E26, 0x3C4D, 0x789A, 0x47AC),
)
"""The constants that the key is loaded with, 15 bits each (clause 3.5)."""

_WORD: Final = 0xFFFFFFFF
_MODULUS: Final = 0x7FFFFFFF
_INITIALISATION: Final = 32


def keystream(key: bytes, iv: bytes) -> Iterator[int]:
    """Words of 32 bits, from 16 octets of key and 16 of initialisation vector (clause 3.6)."""
    s = [k << 23 | d << 8 | v for k, d, v in zip(key, _D, iv, strict=True)]
    r1 = r2 = 0
    clock = 0
    while True:
        x0 = (s[15] & 0x7FFF8000) << 1 | s[14] & 0xFFFF
        w = (x0 ^ r1) + r2 & _WORD
        w1 = r1 + ((s[11] & 0xFFFF) << 16 | s[9] >> 15) & _WORD
        w2 = r2 ^ ((s[7] & 0xFFFF) << 16 | s[5] >> 15)
        r1 = _substitute(_l1((w1 << 16 | w2 >> 16) & _WORD))
        r2 = _substitute(_l2((w2 << 16 | w1 >> 16) & _WORD))
        if clock > _INITIALISATION:
            yield w ^ ((s[2] & 0xFFFF) << 16 | s[0] >> 15)
        following = s[0] * 257 + (s[4] << 20) + (s[10] << 21) + (s[13] << 17) + (s[15] << 15)
        if clock < _INITIALISATION:
            following += w >> 1
        del s[0]
        s.append(following % _MODULUS or _MODULUS)
        clock += 1


def _l1(x: int) -> int:
    """With its rotations by 2, 10, 18 and 24 (clause 3.4.3), which are parts of the word twice."""
    twice = x << 32 | x
    return (x ^ twice >> 30 ^ twice >> 22 ^ twice >> 14 ^ twice >> 8) & _WORD


def _l2(x: int) -> int:
    """With its rotations by 8, 14, 22 and 30."""
    twice = x << 32 | x
    return (x ^ twice >> 24 ^ twice >> 18 ^ twice >> 10 ^ twice >> 2) & _WORD


def _substitute(x: int) -> int:
    return _S0[x >> 24] << 24 | _S1[x >> 16 & 255] << 16 | _S0[x >> 8 & 255] << 8 | _S1[x & 255]


def eea3(key: bytes, count: int, bearer: int, direction: int, message: bytes) -> bytes:
    """TS 35.221 clause 3; applied to the result, it deciphers."""
    half = count.to_bytes(4) + bytes((bearer << 3 | direction << 2, 0, 0, 0))
    words = keystream(key, half + half)
    stream = b"".join(next(words).to_bytes(4) for _ in range(0, len(message), 4))
    mixed = int.from_bytes(message) ^ int.from_bytes(stream[: len(message)])
    return mixed.to_bytes(len(message))


def eia3(
    key: bytes, count: int, bearer: int, direction: int, message: bytes, *, bits: int
) -> bytes:
    """The MAC of the first ``bits`` of ``message``, 4 octets (TS 35.221 clause 4)."""
    half = count.to_bytes(4) + bytes((bearer << 3, 0, 0, 0))
    iv = bytearray(half + half)
    iv[8] ^= direction << 7
    iv[14] ^= direction << 7
    words = keystream(key, bytes(iv))
    length = (bits + 31) // 32 + 2
    stream = 0
    for _ in range(length):
        stream = stream << 32 | next(words)
    end = 32 * length - 32
    # The word that begins with bit i of the stream is stream >> end - i.
    mac = stream >> end - bits & _WORD ^ stream & _WORD
    for i in range(bits):
        if message[i >> 3] & 0x80 >> (i & 7):
            mac ^= stream >> end - i & _WORD
    return mac.to_bytes(4)
