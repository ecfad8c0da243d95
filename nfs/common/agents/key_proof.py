"""How an agent proves a key when it renews its certificate or changes its key.

As in RFC 8555 clause 7.3.5, each key that takes part signs the same claim: who, at which AMC, what
for, about which public key, when.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """``thumbprint`` (RFC 7638): of the key that the certificate is wanted for."""

    action: Literal["renew", "rotate"]
    aic: str
    amc_id: str
    thumbprint: str

    def signed(self, key: ec.EllipticCurvePrivateKey) -> str:
        """Compact JWS."""
        payload = self._payload | {"iat": int(time.time())}
        octets = json.dumps(payload, separators=(",", ":")).encode()
        return jws.serialize_compact({"alg": ALGORITHM}, octets, ECKey.import_key(key))

    def is_signed(self, proof: str, key: ECKey, max_age: int) -> bool:
        """Whether ``key`` signed exactly this, not more than ``max_age`` seconds from now."""
        try:
            signed = jws.deserialize_compact(proof, key, algorithms=[ALGORITHM])
            payload = json.loads(signed.payload)
        except (JoseError, ValueError, RecursionError):
            return False
        if not isinstance(payload, dict):
            return False
        issued = payload.pop("iat", None)
        fresh = type(issued) is int and abs(time.time() - issued) <= max_age
        return fresh and payload == self._payload

    @property
    def _payload(self) -> dict[str, Any]:
        return {
            "act": self.action,
            "sub": self.aic,
            "aud": self.amc_id,
            "key": self.thumbprint,
        }
