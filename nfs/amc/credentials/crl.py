"""The certificate revocation list of the AMC's CA (RFC 5280 clause 5; A13)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from nfs.amc.credentials.authority import Authority
from nfs.amc.credentials.certificates import Certificate, Certificates

CRL_LIFETIME = timedelta(hours=1)


class RevocationList:
    """Signed when asked for, and kept until something is revoked or half its life is over."""

    def __init__(self, authority: Authority, certificates: Certificates) -> None:
        self._authority = authority
        self._certificates = certificates
        self._signed = b""
        self._revision = -1
        self._renew_at = 0.0

    @property
    def der(self) -> bytes:
        revision = self._certificates.revision
        if revision != self._revision or time.time() >= self._renew_at:
            self._signed = self._sign()
            self._revision = revision
            self._renew_at = time.time() + CRL_LIFETIME.total_seconds() / 2
        return self._signed

    def _sign(self) -> bytes:
        now = datetime.now(UTC)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(
            self._authority.ca_key.public_key()
        )
        # The number grows over all instances: it is the time in microseconds.
        number = x509.CRLNumber(int(now.timestamp() * 1_000_000))
        builder = x509.CertificateRevocationListBuilder(
            issuer_name=self._authority.ca.subject,
            last_update=now,
            next_update=now + CRL_LIFETIME,
            revoked_certificates=[_entry(c) for c in self._certificates.revoked()],
        )
        signed = (
            builder.add_extension(authority, critical=False)
            .add_extension(number, critical=False)
            .sign(self._authority.ca_key, hashes.SHA256())
        )
        return signed.public_bytes(serialization.Encoding.DER)


def _entry(certificate: Certificate) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(int(certificate.serial, 16))
        .revocation_date(datetime.fromtimestamp(certificate.revoked_at or 0, UTC))
    )
    reason = x509.ReasonFlags(certificate.reason)
    if reason is not x509.ReasonFlags.unspecified:  # its entry has none (clause 5.3.1)
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    return builder.build()
