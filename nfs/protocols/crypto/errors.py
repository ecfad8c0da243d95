"""What the security functions refuse."""

from __future__ import annotations


class CryptoError(Exception):
    """Base of this package's errors; ``reason`` is for logs and never holds key material."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidLength(CryptoError):
    """A parameter does not have the number of octets that the specification gives it."""


class MacFailure(CryptoError):
    """MAC-A or MAC-S is not what the subscriber's key and the challenge give (TS 33.102)."""


class InvalidKey(CryptoError):
    """Octets that are no key of their curve."""


class InvalidSchemeOutput(CryptoError):
    """The scheme output of a SUCI is not genuine, or does not hold an MSIN."""


class UnsupportedScheme(CryptoError):
    """A SUCI protection scheme other than the null scheme and profiles A and B."""


class UnknownHomeNetworkKey(CryptoError):
    """A SUCI names a public key that this home network does not have."""


def require_length(name: str, octets: bytes, length: int) -> None:
    """Raise InvalidLength unless ``octets`` has exactly ``length`` of them."""
    if len(octets) != length:
        raise InvalidLength(f"{name} has {length} octets, got {len(octets)}")
