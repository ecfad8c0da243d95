"""Issues credentials: certificates and a token of the same agent, key and life (A5, A12).

The token names the certificate (RFC 8705 clause 3.1), so that it is of no use to anybody else over
mutual TLS. An agent that serves has a second certificate: none is for both sides.
"""

from __future__ import annotations

import base64
import time

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nfs.amc.credentials.authority import Authority
from nfs.amc.credentials.certificates import Certificate, Certificates
from nfs.amc.credentials.key_history import KeyHistories
from nfs.amc.identity.identities import Identities, Identity
from nfs.common.models.amc import IssuedCredential
from nfs.common.models.amc_lifecycle import CertificatePurpose, CredentialStatus
from nfs.common.thumbprint import thumbprint

CREDENTIAL_AUDIENCE = "agentnf"


class Credentials:
    def __init__(
        self,
        authority: Authority,
        certificates: Certificates,
        keys: KeyHistories,
        identities: Identities,
    ) -> None:
        self._authority = authority
        self._certificates = certificates
        self._keys = keys
        self._identities = identities

    def issue(self, identity: Identity, key: ec.EllipticCurvePublicKey) -> IssuedCredential:
        """For an identity that is stored. Raises SbiProblem 403 IDENTITY_NOT_ACTIVE."""
        issued_at = max(round(time.time(), 3), identity.credentials_from)
        kid = self._keys.use(identity.aic, key)
        purposes = [CertificatePurpose.CLIENT]
        if identity.hosts:
            purposes.append(CertificatePurpose.SERVER)
        signed = [self._certificate(identity, key, purpose) for purpose in purposes]
        self._certificates.add(
            identity.aic,
            [
                Certificate(
                    serial=serial_text(certificate),
                    aic=identity.aic,
                    purpose=purpose,
                    kid=kid,
                    issued_at=issued_at,
                    expires_at=identity.valid_until,
                )
                for purpose, certificate in zip(purposes, signed, strict=True)
            ],
        )
        client, *server = [c.public_bytes(serialization.Encoding.DER) for c in signed]
        token = self._authority.token(
            identity.valid_until,
            issued_at,
            sub=f"agent:{identity.aic}",
            aud=CREDENTIAL_AUDIENCE,
            scope=" ".join(identity.scope),
            cnf={"x5t#S256": thumbprint(client)},
        )
        # Who suspends it revokes what is on record, so a suspension before now is seen here.
        self._identities.active(identity.aic)
        return IssuedCredential(
            certificate=base64.b64encode(client).decode(),
            token=token,
            expires_at=identity.valid_until,
            server_certificate=base64.b64encode(server[0]).decode() if server else None,
        )

    def status(self, aic: str) -> CredentialStatus:
        """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
        identity = self._identities.find(aic)
        return CredentialStatus(
            aic=identity.aic,
            state=identity.state,
            credentials_from=identity.credentials_from,
            certificates=[c.status for c in self._certificates.of(identity.aic)],
        )

    def _certificate(
        self, identity: Identity, key: ec.EllipticCurvePublicKey, purpose: CertificatePurpose
    ) -> x509.Certificate:
        hosts = identity.hosts if purpose is CertificatePurpose.SERVER else ()
        return self._authority.certificate(identity.aic, key, identity.valid_until, purpose, hosts)


def after_all_issued() -> float:
    """A time later than every iat until now, which are in milliseconds."""
    return round(time.time() + 0.001, 3)


def serial_text(certificate: x509.Certificate) -> str:
    """The serial number in hexadecimal, as the store has it."""
    return f"{certificate.serial_number:x}"
