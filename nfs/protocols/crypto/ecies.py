"""ECIES as it conceals SUPIs (TS 33.501 annex C.3): profile A on X25519, profile B on P-256.

The scheme output is the ephemeral public key (32 octets, or 33 of a compressed point), the
ciphertext, and the MAC tag (8 octets). Keys are octets: private keys have 32.
"""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nfs.protocols.crypto.errors import InvalidKey, InvalidSchemeOutput

_TAG: Final = 8
_KEYS: Final = 64
"""Encryption key (16), initial counter block (16), MAC key (32)."""


@dataclass(frozen=True)
class Profile(ABC):
    """A profile of annex C.3.4; ``scheme`` is its protection scheme identifier."""

    scheme: int
    public_key_octets: int

    @abstractmethod
    def generate(self) -> bytes:
        """A private key."""

    @abstractmethod
    def public_key(self, private: bytes) -> bytes:
        """Raises InvalidKey."""

    @abstractmethod
    def agree(self, private: bytes, public: bytes) -> bytes:
        """The shared secret; raises InvalidKey for a public key that is none."""

    def conceal(self, home_public: bytes, plain: bytes, ephemeral: bytes | None = None) -> bytes:
        """The scheme output; raises InvalidKey. ``ephemeral`` is for test vectors."""
        private = ephemeral or self.generate()
        public = self.public_key(private)
        keys = _derive(self.agree(private, home_public), public)
        ciphertext = _crypt(keys, plain)
        return public + ciphertext + _tag(keys, ciphertext)

    def reveal(self, home_private: bytes, output: bytes) -> bytes:
        """The plain text; raises InvalidSchemeOutput, also when the MAC tag is not genuine."""
        if len(output) <= self.public_key_octets + _TAG:
            raise InvalidSchemeOutput(f"{len(output)} octets of scheme output are too few")
        public, rest = output[: self.public_key_octets], output[self.public_key_octets :]
        ciphertext, tag = rest[:-_TAG], rest[-_TAG:]
        try:
            shared = self.agree(home_private, public)
        except InvalidKey as error:
            raise InvalidSchemeOutput(f"the ephemeral public key: {error.reason}") from error
        keys = _derive(shared, public)
        if not hmac.compare_digest(_tag(keys, ciphertext), tag):
            raise InvalidSchemeOutput("the MAC tag does not verify")
        return _crypt(keys, ciphertext)


class _ProfileA(Profile):
    def generate(self) -> bytes:
        return X25519PrivateKey.generate().private_bytes_raw()

    def public_key(self, private: bytes) -> bytes:
        return _x25519(private).public_key().public_bytes_raw()

    def agree(self, private: bytes, public: bytes) -> bytes:
        try:
            return _x25519(private).exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise InvalidKey("it is no public key of X25519") from error


class _ProfileB(Profile):
    def generate(self) -> bytes:
        return generate_private_key(SECP256R1()).private_numbers().private_value.to_bytes(32)

    def public_key(self, private: bytes) -> bytes:
        key = derive_private_key(_scalar(private), SECP256R1()).public_key()
        return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def agree(self, private: bytes, public: bytes) -> bytes:
        key = derive_private_key(_scalar(private), SECP256R1())
        try:
            point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public)
        except ValueError as error:
            raise InvalidKey("it is no point of secp256r1") from error
        return key.exchange(ECDH(), point)


PROFILE_A: Final = _ProfileA(scheme=1, public_key_octets=32)
PROFILE_B: Final = _ProfileB(scheme=2, public_key_octets=33)
PROFILES: Final[dict[int, Profile]] = {1: PROFILE_A, 2: PROFILE_B}
"""By protection scheme identifier."""


def _x25519(private: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(private)
    except ValueError as error:
        raise InvalidKey("a private key of X25519 has 32 octets") from error


def _scalar(private: bytes) -> int:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    value = int.from_bytes(private)
    if len(private) != 32 or not 0 < value < order:
        raise InvalidKey("a private key of secp256r1 is a number below the order of the curve")
    return value


def _derive(shared: bytes, ephemeral_public: bytes) -> bytes:
    return X963KDF(SHA256(), _KEYS, ephemeral_public).derive(shared)


def _crypt(keys: bytes, text: bytes) -> bytes:
    return Cipher(AES(keys[:16]), CTR(keys[16:32])).encryptor().update(text)


def _tag(keys: bytes, ciphertext: bytes) -> bytes:
    return hmac.digest(keys[32:], ciphertext, sha256)[:_TAG]
