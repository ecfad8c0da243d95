"""NAS integrity and ciphering (TS 33.501 annex D, TS 33.401 annex B).

Keys have 16 octets, ``count`` is the 32-bit COUNT, ``bearer`` has 5 bits.
"""

from __future__ import annotations

from enum import IntEnum

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.cmac import CMAC

from nfs.protocols.crypto.snow3g import uea2, uia2
from nfs.protocols.crypto.zuc import eea3, eia3
from nfs.protocols.nas.algorithms import CipheringAlgorithm, IntegrityAlgorithm

NULL_MAC = bytes(4)
"""What NIA0 puts in place of a MAC (annex D.1)."""


class Direction(IntEnum):
    """The DIRECTION bit of annex D.2.1.1."""

    UPLINK = 0
    DOWNLINK = 1


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
    match algorithm:
        case IntegrityAlgorithm.NIA0:
            return NULL_MAC
        case IntegrityAlgorithm.NIA1:
            return uia2(key, count, bearer << 27, direction, message, bits=8 * len(message))
        case IntegrityAlgorithm.NIA2:
            cmac = CMAC(AES(key))
            cmac.update(_count_bearer_direction(count, bearer, direction) + message)
            return cmac.finalize()[:4]
        case IntegrityAlgorithm.NIA3:
            return eia3(key, count, bearer, direction, message, bits=8 * len(message))


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
    match algorithm:
        case CipheringAlgorithm.NEA0:
            return message
        case CipheringAlgorithm.NEA1:
            return uea2(key, count, bearer, direction, message)
        case CipheringAlgorithm.NEA2:
            counter = _count_bearer_direction(count, bearer, direction) + bytes(8)
            return Cipher(AES(key), CTR(counter)).encryptor().update(message)
        case CipheringAlgorithm.NEA3:
            return eea3(key, count, bearer, direction, message)


def _count_bearer_direction(count: int, bearer: int, direction: Direction) -> bytes:
    """COUNT || BEARER || DIRECTION || 26 zero bits (TS 33.401 annexes B.1.3, B.2.3)."""
    return count.to_bytes(4) + (bearer << 27 | direction << 26).to_bytes(4)
