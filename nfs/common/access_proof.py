"""Proof that whoever shows an agent's credential has the agent's key, as in RFC 9449 (DPoP).

For agents that reach their gateway over an access that authenticates nobody. The credential names
the certificate (RFC 8705 clause 3.1), which is in the proof: a credential that was stolen
is of no use on another connection.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from nfs.common.thumbprint import thumbprint

MAX_AGE = 60
"""Seconds that a proof may be old, the clocks' difference included."""
MAX_PROOF = 8192
ALGORITHM = "ES256"
TYPE = "agent-proof+jwt"


class ProofInvalid(Exception):
    """What is wrong with a proof: for the audit trail."""


@dataclass(frozen=True, slots=True)
class Proof:
    """``thumbprint``: of the certificate whose key signed; ``proof_id``: good for one request."""

    thumbprint: str
    proof_id: str


def access_proof(
    key: ec.EllipticCurvePrivateKey, certificate: bytes, gateway_id: str, path: str
) -> str:
    """Compact JWS for one request to ``path`` at a gateway; ``certificate``: DER."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    header = {"alg": ALGORITHM, "typ": TYPE}
    claims = {
        "x5c": [base64.b64encode(certificate).decode()],
        "aud": gateway_id,
        "htu": path,
        "iat": int(time.time()),
        "jti": str(uuid.uuid4()),
    }
    return jws.serialize_compact(header, json.dumps(claims).encode(), ECKey.import_key(pem))


def verified_proof(proof: str, gateway_id: str, path: str) -> Proof:
    """Raises ProofInvalid."""
    if len(proof) > MAX_PROOF:
        raise ProofInvalid("too long")
    try:
        claimed = json.loads(jws.extract_compact(proof.encode()).payload)
        certificate = base64.b64decode(claimed["x5c"][0], validate=True)
        key = ECKey.import_key(_public_pem(certificate))
        claims = json.loads(jws.deserialize_compact(proof, key, algorithms=[ALGORITHM]).payload)
        expected: dict[str, Any] = {"aud": gateway_id, "htu": path}
        fresh = abs(time.time() - claims["iat"]) <= MAX_AGE
        proof_id = str(uuid.UUID(claims["jti"]))
    except (JoseError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ProofInvalid(f"not readable, or not signed by its key: {error}") from None
    except (binascii.Error, RecursionError) as error:
        raise ProofInvalid(f"not readable: {error}") from None
    if not fresh or any(claims.get(name) != value for name, value in expected.items()):
        raise ProofInvalid("of another time, gateway or request")
    return Proof(thumbprint(certificate), proof_id)


def _public_pem(certificate: bytes) -> bytes:
    key = x509.load_der_x509_certificate(certificate).public_key()
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
