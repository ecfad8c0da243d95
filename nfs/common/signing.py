"""Keys that an NF signs documents with: audit records, agent cards (ES256, RFC 7518 clause 3.4).

They are kept in the NF's store, so all its instances sign with the same key, and the public part of
every earlier one stays: what was signed stays verifiable (requirement A15).
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import load_der_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from nfs.common.store import Store

ALGORITHM = "ES256"
COLLECTION = "signing-keys"
_COORDINATE = 32
"""Octets of r and of s."""
_ECDSA = ec.ECDSA(hashes.SHA256())


class SigningKeys:
    """The keys for one purpose, of which the newest signs. Raises StoreUnavailable."""

    def __init__(self, store: Store, purpose: str) -> None:
        self._store = store
        self._prefix = f"{purpose}/"
        kept = [document.value for _, document in store.scan(COLLECTION, self._prefix)]
        if kept:
            newest = max(kept, key=lambda key: (key["created"], key["jwk"]["kid"]))
            self._use(ECKey.import_key(newest["jwk"]))
        else:
            self.rotate()

    @property
    def jwks(self) -> dict[str, Any]:
        """The public keys, of now and of earlier, as a JWK Set (RFC 7517)."""
        kept = (document.value["jwk"] for _, document in self._store.scan(COLLECTION, self._prefix))
        return {"keys": [ECKey.import_key(jwk).as_dict(private=False) for jwk in kept]}

    def rotate(self) -> None:
        """Sign with a new key from now on; other instances do so from their next start."""
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        made = {"created": time.time(), "jwk": key.as_dict(private=True)}
        self._store.put(COLLECTION, f"{self._prefix}{key.kid}", made)
        self._use(key)

    def sign(self, octets: bytes) -> str:
        """Base64url of r and s."""
        r, s = decode_dss_signature(self._private.sign(octets, _ECDSA))
        return base64url(r.to_bytes(_COORDINATE) + s.to_bytes(_COORDINATE))

    def detached_jws(self, payload: bytes, **header: str) -> tuple[str, str]:
        """Protected header and signature of a JWS with detached payload (RFC 7515 appendix F)."""
        named = {"alg": ALGORITHM, "kid": self.kid} | header
        protected = base64url(json.dumps(named, separators=(",", ":")).encode())
        return protected, self.sign(jws_input(protected, payload))

    def _use(self, key: ECKey) -> None:
        self.kid = str(key.kid)
        private = key.private_key
        assert isinstance(private, ec.EllipticCurvePrivateKey)  # noqa: S101 - made by rotate
        self._private = private


def verifies(key: ec.EllipticCurvePublicKey, signature: str, octets: bytes) -> bool:
    """Whether ``signature`` is the ES256 one of ``octets`` by ``key``, whatever it is made of."""
    try:
        raw = from_base64url(signature)
        if len(raw) != 2 * _COORDINATE:
            return False
        r, s = int.from_bytes(raw[:_COORDINATE]), int.from_bytes(raw[_COORDINATE:])
        key.verify(encode_dss_signature(r, s), octets, _ECDSA)
    except (InvalidSignature, ValueError):
        return False
    return True


def p256_key(der: bytes) -> ec.EllipticCurvePublicKey:
    """Raises ValueError for what is no SubjectPublicKeyInfo of a P-256 key."""
    try:
        key = load_der_public_key(der)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the key is not of the curve P-256")  # noqa: TRY004 - as for any other key
    return key


def public_keys(jwks: object) -> dict[str, ec.EllipticCurvePublicKey]:
    """P-256 keys of a JWK Set by ``kid``. Raises ValueError for what is no such set."""
    found: dict[str, ec.EllipticCurvePublicKey] = {}
    try:
        for jwk in jwks["keys"]:  # type: ignore[index]
            key = ECKey.import_key(jwk).public_key
            if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
                found[str(jwk["kid"])] = key
    except (JoseError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a set of keys: {error!r}") from None
    return found


def jws_input(protected: str, payload: bytes) -> bytes:
    """What a JWS signs (RFC 7515 clause 5.1)."""
    return f"{protected}.{base64url(payload)}".encode()


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError for any character that is not of base64url, padding among them."""
    if "=" in text or "+" in text or "/" in text:
        raise ValueError("not base64url")
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded.translate({45: "+", 95: "/"}), validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64url: {error}") from None
