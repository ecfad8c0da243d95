"""A key pair that SUCIs are concealed for (TS 33.501 clause 5.8.2, annex C.3), and its PEM file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from nfs.protocols.crypto.ecies import PROFILE_A, PROFILE_B, PROFILES
from nfs.protocols.crypto.errors import InvalidKey, UnsupportedScheme


@dataclass(frozen=True, slots=True)
class HomeNetworkKey:
    """Identifier (0 to 255), protection scheme (1 or 2), private key (32 octets).

    Raises UnsupportedScheme and InvalidKey.
    """

    id: int
    scheme: int
    private_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.scheme not in PROFILES:
            raise UnsupportedScheme(f"protection scheme {self.scheme} has no keys")
        PROFILES[self.scheme].public_key(self.private_key)

    @property
    def public_key(self) -> bytes:
        """32 octets in profile A; in profile B the 33 of a compressed point."""
        return PROFILES[self.scheme].public_key(self.private_key)

    @classmethod
    def generate(cls, key_id: int, scheme: int) -> Self:
        if scheme not in PROFILES:
            raise UnsupportedScheme(f"protection scheme {scheme} has no keys")
        return cls(key_id, scheme, PROFILES[scheme].generate())

    @classmethod
    def from_pem(cls, key_id: int, scheme: int, pem: bytes) -> Self:
        """Of what `openssl genpkey` and `openssl ecparam -genkey` write."""
        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError) as error:
            raise InvalidKey(f"not a private key in PEM: {error}") from error
        if isinstance(key, X25519PrivateKey) and scheme == PROFILE_A.scheme:
            return cls(key_id, scheme, key.private_bytes_raw())
        if (
            isinstance(key, EllipticCurvePrivateKey)
            and isinstance(key.curve, SECP256R1)
            and scheme == PROFILE_B.scheme
        ):
            return cls(key_id, scheme, key.private_numbers().private_value.to_bytes(32))
        raise InvalidKey(f"not a private key of protection scheme {scheme}")

    def to_pem(self) -> bytes:
        """PKCS #8 for X25519, SEC 1 for secp256r1: what Open5GS' UDM reads, too."""
        if self.scheme == PROFILE_A.scheme:
            return X25519PrivateKey.from_private_bytes(self.private_key).private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
        return derive_private_key(int.from_bytes(self.private_key), SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
