"""OCSP responder of the AMC's CA, which signs the responses itself (RFC 6960; A13)."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from nfs.amc.credentials.authority import Authority
from nfs.amc.credentials.certificates import Certificates

MAX_REQUEST = 1024
"""Octets of a request for one certificate, with room for a nonce and another extension."""
MAX_NONCE = 32
"""Octets (RFC 8954 clause 2.1)."""
RESPONSE_LIFETIME = timedelta(minutes=5)

_HASHES = (hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512)
"""Of issuer name and key in a request; SHA-1 protects nothing there (clause 4.3)."""
_STATUS = ocsp.OCSPResponseStatus


class OcspResponder:
    def __init__(self, authority: Authority, certificates: Certificates) -> None:
        self._authority = authority
        self._certificates = certificates

    def respond(self, request: bytes) -> bytes:
        """A DER response to a DER request; what cannot be answered is malformedRequest, and
        unauthorized for another CA's certificates (clause 2.3)."""
        if len(request) > MAX_REQUEST:
            return _unsuccessful(_STATUS.MALFORMED_REQUEST)
        try:
            asked = ocsp.load_der_ocsp_request(request)
            algorithm = asked.hash_algorithm
            nonce = _nonce(asked)
            serial = asked.serial_number
        except (ValueError, UnsupportedAlgorithm, NotImplementedError):
            return _unsuccessful(_STATUS.MALFORMED_REQUEST)
        if not isinstance(algorithm, _HASHES) or not self._is_ours(asked):
            return _unsuccessful(_STATUS.UNAUTHORIZED)
        builder = self._single(asked, f"{serial:x}")
        if nonce is not None:
            builder = builder.add_extension(nonce, critical=False)
        responder = ocsp.OCSPResponderEncoding.HASH, self._authority.ca
        signed = builder.responder_id(*responder).sign(self._authority.ca_key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)

    def _single(self, asked: ocsp.OCSPRequest, serial: str) -> ocsp.OCSPResponseBuilder:
        status, time, reason = ocsp.OCSPCertStatus.UNKNOWN, None, None
        if (revoked := self._certificates.revocation(serial)) is not None:
            status = ocsp.OCSPCertStatus.REVOKED
            time = datetime.fromtimestamp(revoked.revoked_at or 0, UTC)
            reason = x509.ReasonFlags(revoked.reason)
        elif self._certificates.is_issued(serial):
            status = ocsp.OCSPCertStatus.GOOD
        now = datetime.now(UTC)
        return ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            status,
            now,
            now + RESPONSE_LIFETIME,
            time,
            reason,
        )

    def _is_ours(self, asked: ocsp.OCSPRequest) -> bool:
        ca, algorithm = self._authority.ca, asked.hash_algorithm
        key = ca.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return (asked.issuer_name_hash, asked.issuer_key_hash) == (
            _digest(algorithm, ca.subject.public_bytes()),
            _digest(algorithm, key),
        )


def from_path(text: str) -> bytes:
    """The request of a GET (appendix A.1); empty when it is none."""
    try:
        return base64.b64decode(unquote(text), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _nonce(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    """Raises ValueError for one that is too long or too short."""
    try:
        found = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None
    if not 1 <= len(found.nonce) <= MAX_NONCE:
        raise ValueError("a nonce has 1 to 32 octets")
    return found


def _digest(algorithm: hashes.HashAlgorithm, octets: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(octets)
    return digest.finalize()


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    response = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    return response.public_bytes(serialization.Encoding.DER)
