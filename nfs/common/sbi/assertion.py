"""Client credentials assertions (CCA, TS 33.501 clause 13.3.8, TS 29.500 clause 6.7.5).

An NF signs who it is with the key of its certificate, whatever terminates TLS in between. The NRF
registers and gives tokens only to whom the certificate names.
"""

from __future__ import annotations

import base64
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import verification
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, GuestProtocol
from joserfc.jws import JWSRegistry

from nfs.common.pki import Files, instance_of
from nfs.common.sbi.problem import SbiProblem

HEADER = "3gpp-sbi-client-credentials"
LIFETIME = 60
LEEWAY = 30
MAX_ASSERTION = 8192


class _Registry(JWSRegistry):
    """The library's limits, but for the header: it has a certificate inside."""

    max_header_length = MAX_ASSERTION


_REGISTRY = _Registry(algorithms=["ES256"])


class AssertionSigner:
    """Signs assertions of one NF; a renewed key is used from the next one on."""

    def __init__(self, files: Files, instance_id: str) -> None:
        self._files = files
        self._instance_id = instance_id

    def sign(self, audience: str) -> str:
        """``audience``: the NF type that is to believe it."""
        certificate = x509.load_pem_x509_certificate(self._files.certificate.read_bytes())
        chain = [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()]
        now = int(time.time())
        claims = {"sub": self._instance_id, "iat": now, "exp": now + LIFETIME, "aud": audience}
        key = ECKey.import_key(self._files.key.read_bytes())
        header = {"alg": "ES256", "typ": "JWT", "x5c": chain}
        return jwt.encode(header, claims, key, algorithms=["ES256"])


class AssertionVerifier:
    """Believes certificates of one authority."""

    def __init__(self, authority: Path, audience: str) -> None:
        self._authority = authority
        self._expected = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def instance(self, assertion: str | None) -> str:
        """The NF instance that signed it. Raises SbiProblem 403 CCA_VERIFICATION_FAILURE."""
        if not assertion or len(assertion) > MAX_ASSERTION:
            raise _refused("a client credentials assertion is needed")
        try:
            return self._verified(assertion)
        except (JoseError, ValueError, KeyError, TypeError, IndexError) as error:
            raise _refused(str(error)) from error
        except verification.VerificationError as error:
            raise _refused(f"its certificate: {error}") from error

    def _verified(self, assertion: str) -> str:
        certified: list[x509.Certificate] = []

        def key_of(signature: GuestProtocol) -> ECKey:
            certificate = self._trusted(signature.headers()["x5c"][0])
            certified.append(certificate)
            public = certificate.public_key()
            pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return ECKey.import_key(pem)

        claims = jwt.decode(assertion, key_of, registry=_REGISTRY).claims
        self._expected.validate(claims)
        instance = instance_of(certified[0])
        if instance is None or claims["sub"] != str(instance):
            raise ValueError(f"it says {claims['sub']}, its certificate {instance}")
        return str(instance)

    def _trusted(self, encoded: str) -> x509.Certificate:
        certificate = x509.load_der_x509_certificate(base64.b64decode(encoded, validate=True))
        authority = x509.load_pem_x509_certificate(self._authority.read_bytes())
        store = verification.Store([authority])
        verification.PolicyBuilder().store(store).build_client_verifier().verify(certificate, [])
        return certificate


def _refused(why: str) -> SbiProblem:
    return SbiProblem(403, "CCA_VERIFICATION_FAILURE", f"client credentials: {why}")
