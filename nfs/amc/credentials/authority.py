"""The AMC's trust anchor: its CA, and the key that signs tokens (A1, A12). Made at first start."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from nfs.common.agents.certificates import AIC_SCHEME, USAGES, general_name
from nfs.common.models.amc_lifecycle import CertificatePurpose
from nfs.common.store import Store, once

KEYS = "keys"
CA_YEARS = 10
LEEWAY = 5
"""Seconds."""
BACKDATED = timedelta(minutes=5)
"""A certificate is valid from a little before now, for peers whose clock is slow."""

CRL_PATH = "/namc-credential/v1/crl"
OCSP_PATH = "/namc-credential/v1/ocsp"

_NAME = NameOID.COMMON_NAME


class Authority:
    """Signs certificates and tokens in the name of ``amc_id``; its keys stay in the store."""

    def __init__(self, store: Store, amc_id: str, api_root: str) -> None:
        self._amc_id = amc_id
        self._api_root = api_root
        self.ca_key = _load_key(_kept(store, "ca-key", _new_key))
        self.ca = x509.load_pem_x509_certificate(_kept(store, "ca-certificate", self._new_ca))
        token_key = _load_key(_kept(store, "token-key", _new_key))
        self._token_key = ECKey.import_key(token_key, {"use": "sig", "alg": "ES256"})
        self._token_key.ensure_kid()

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self._token_key.as_dict(private=False)]}

    @property
    def trust_anchor(self) -> str:
        """The CA's certificate, PEM."""
        return self.ca.public_bytes(serialization.Encoding.PEM).decode()

    def certificate(
        self,
        aic: str,
        key: ec.EllipticCurvePublicKey,
        not_after: int,
        purpose: CertificatePurpose,
        hosts: Iterable[str] = (),
    ) -> x509.Certificate:
        """Of an agent: CN and SAN URI are its AIC, one purpose only. ``hosts``: DNS names and IP
        addresses for the SAN."""
        names = [x509.UniformResourceIdentifier(AIC_SCHEME + aic), *map(general_name, hosts)]
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca_key.public_key())
        return (
            _builder(aic, self.ca.subject, key, datetime.fromtimestamp(not_after, UTC))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(ca=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([USAGES[purpose]]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(issuer, critical=False)
            .add_extension(_crl_at(self._api_root + CRL_PATH), critical=False)
            .add_extension(_ocsp_at(self._api_root + OCSP_PATH), critical=False)
            .sign(self.ca_key, hashes.SHA256())
        )

    def token(self, expires_at: int, issued_at: float | None = None, **claims: Any) -> str:
        """ES256 JWT with ``claims`` and iss, iat, exp, jti of the AMC.

        iat is in milliseconds' precision, so that one can tell what was issued before a revocation.
        """
        claims = {name: value for name, value in claims.items() if value is not None} | {
            "iss": self._amc_id,
            "iat": round(time.time(), 3) if issued_at is None else issued_at,
            "exp": expires_at,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode({"alg": "ES256", "kid": self._token_key.kid}, claims, self._token_key)

    def claims(self, token: str, audience: str) -> dict[str, Any]:
        """Of a token of this AMC. Raises ValueError when it does not hold."""
        expected = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._amc_id},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
        )
        try:
            claims: dict[str, Any] = jwt.decode(token, self._token_key, algorithms=["ES256"]).claims
            expected.validate(claims)
        except JoseError as error:
            raise ValueError(str(error)) from None
        return claims

    def _new_ca(self) -> bytes:
        key = self.ca_key.public_key()
        name = f"AgentNF CA of {self._amc_id}"
        not_after = datetime.now(UTC) + timedelta(days=365 * CA_YEARS)
        subject = x509.Name([x509.NameAttribute(_NAME, name)])
        identifier = x509.SubjectKeyIdentifier.from_public_key(key)
        return (
            _builder(name, subject, key, not_after)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(ca=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(self.ca_key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )


def _crl_at(url: str) -> x509.CRLDistributionPoints:
    name = x509.UniformResourceIdentifier(url)
    return x509.CRLDistributionPoints([x509.DistributionPoint([name], None, None, None)])


def _ocsp_at(url: str) -> x509.AuthorityInformationAccess:
    name = x509.UniformResourceIdentifier(url)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, name)
    return x509.AuthorityInformationAccess([access])


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, not_after: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - BACKDATED)
        .not_valid_after(not_after)
    )


def _key_usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,  # of the CA: OCSP responses
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _load_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - made by _new_key
    return key


def _kept(store: Store, name: str, make: Callable[[], bytes]) -> bytes:
    """The PEM kept under ``name``."""
    pem: str = once(store, KEYS, name, lambda: {"pem": make().decode()})["pem"]
    return pem.encode()
