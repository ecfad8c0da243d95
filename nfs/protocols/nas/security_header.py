"""The header of a security protected message, read before anything is verified.

A security protected message is EPD, security header type, NAS-MAC (4 octets), sequence number,
plain NAS message (TS 24.501 clause 9.1.1).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from nfs.protocols.nas.codec import MM_DISCRIMINATOR

HEADER_LENGTH: Final = 7
"""Octets, the sequence number included."""


class SecurityHeaderType(IntEnum):
    """TS 24.501 clause 9.3.1; NEW means: with a new 5G NAS security context."""

    PLAIN = 0
    INTEGRITY = 1
    INTEGRITY_CIPHERED = 2
    INTEGRITY_NEW = 3
    INTEGRITY_CIPHERED_NEW = 4

    @property
    def ciphered(self) -> bool:
        return self in (
            SecurityHeaderType.INTEGRITY_CIPHERED,
            SecurityHeaderType.INTEGRITY_CIPHERED_NEW,
        )


def header_type(octets: bytes) -> SecurityHeaderType | None:
    """None if it is no 5GMM message, or its security header type is reserved."""
    if len(octets) < 2 or octets[0] != MM_DISCRIMINATOR:
        return None
    try:
        return SecurityHeaderType(octets[1] & 0x0F)
    except ValueError:
        return None


def is_protected(octets: bytes) -> bool:
    """Whether the message claims to be security protected; nothing is verified."""
    return header_type(octets) not in (None, SecurityHeaderType.PLAIN)


def inner_plain(octets: bytes) -> bytes | None:
    """What follows the security header, unverified; readable if it is not ciphered, or with NEA0.

    None if the message is not protected or ends with its header.
    """
    return octets[HEADER_LENGTH:] or None if is_protected(octets) else None
