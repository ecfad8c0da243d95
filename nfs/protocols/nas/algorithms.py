"""NAS security algorithms (TS 24.501 clause 9.11.3.34)."""

from __future__ import annotations

from enum import IntEnum


class IntegrityAlgorithm(IntEnum):
    NIA0 = 0
    NIA1 = 1
    NIA2 = 2
    NIA3 = 3


class CipheringAlgorithm(IntEnum):
    NEA0 = 0
    NEA1 = 1
    NEA2 = 2
    NEA3 = 3
