"""NAS integrity and ciphering (TS 33.501 annex D, TS 33.401 annex B).

Keys have 16 octets, ``count`` is the 32-bit COUNT, ``bearer`` has 5 bits. The algorithms based on
SNOW 3G and ZUC (NIA1, NIA3, NEA1, NEA3) raise UnsupportedAlgorithm.
"""

from __future__ import annotations

from enum import IntEnum

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.cmac import CMAC

from nfs.protocols.crypto.errors import UnsupportedAlgorithm
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm

NULL_MAC = bytes(4)
"""What NIA0 puts in place of a MAC (annex D.1)."""

_NULL, _AES = 0, 2
"""Identifiers that integrity and ciphering have in common."""


class Direction(IntEnum):
    """The DIRECTION bit of annex D.2.1.1."""

    UPLINK = 0
    DOWNLINK = 1


def require_implemented(algorithm: IntegrityAlgorithm | CipheringAlgorithm) -> None:
    """Raise UnsupportedAlgorithm for what ``mac`` or ``cipher`` would refuse."""
    if algorithm not in (_NULL, _AES):
        raise UnsupportedAlgorithm(f"{algorithm.name} is not implemented")


def mac(
    algorithm: IntegrityAlgorithm,
    key: bytes,
    *,
    count: int,
    bearer: int,
    direction: Direction,
    message: bytes,
) -> bytes:
    """NAS-MAC, 4 octets (annex D.3.1)."""
    require_implemented(algorithm)
    if algorithm == IntegrityAlgorithm.NIA0:
        return NULL_MAC
    cmac = CMAC(AES(key))
    cmac.update(_count_bearer_direction(count, bearer, direction) + message)
    return cmac.finalize()[:4]


def cipher(
    algorithm: CipheringAlgorithm,
    key: bytes,
    *,
    count: int,
    bearer: int,
    direction: Direction,
    message: bytes,
) -> bytes:
    """``message`` ciphered; applied to the result, it deciphers (annex D.2.1)."""
    require_implemented(algorithm)
    if algorithm == CipheringAlgorithm.NEA0:
        return message
    counter = _count_bearer_direction(count, bearer, direction) + bytes(8)
    return Cipher(AES(key), CTR(counter)).encryptor().update(message)


def _count_bearer_direction(count: int, bearer: int, direction: Direction) -> bytes:
    """COUNT || BEARER || DIRECTION || 26 zero bits (TS 33.401 annexes B.1.3, B.2.3)."""
    return count.to_bytes(4) + (bearer << 27 | direction << 26).to_bytes(4)
