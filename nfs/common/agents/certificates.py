"""What a peer checks of an agent's certificate, beyond what TLS does for it (A1, A12, D5)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from nfs.common.models.amc_lifecycle import CertificatePurpose

AIC_SCHEME = "acps://"
USAGES = {
    CertificatePurpose.CLIENT: ExtendedKeyUsageOID.CLIENT_AUTH,
    CertificatePurpose.SERVER: ExtendedKeyUsageOID.SERVER_AUTH,
}

_LABEL = re.compile(r"(?!-)[0-9A-Za-z_-]{1,63}(?<!-)", re.ASCII)


class CertificateRejected(ValueError):
    """The certificate does not make its holder the agent that it names."""


def agent_of(der: bytes, anchors: Iterable[x509.Certificate], purpose: CertificatePurpose) -> str:
    """The AIC that a certificate is of. Raises CertificateRejected unless an anchor issued it, it
    is valid now, for this purpose and no other, and CN and SAN name one and the same agent.

    The caller compares the AIC with the one that is claimed, asks whether it is revoked, and has
    seen the holder prove its key: in TLS, CertificateVerify.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        extensions = certificate.extensions
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        usage = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        basic = extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        raise CertificateRejected("not a certificate of an agent") from None
    if not any(_issued(anchor, certificate) for anchor in anchors):
        raise CertificateRejected("no trust anchor issued it")
    if not certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc:
        raise CertificateRejected("it is not valid now")
    if list(usage) != [USAGES[purpose]] or basic.ca:
        raise CertificateRejected(f"it is not for {purpose.value} only")
    subject = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    if len(uris) != 1 or uris != [AIC_SCHEME + str(name.value) for name in subject]:
        raise CertificateRejected("CN and SAN do not name one agent")
    return uris[0].removeprefix(AIC_SCHEME)


def general_name(host: str) -> x509.GeneralName:
    """Raises ValueError for what is neither an IP address nor a DNS name without wildcards."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        labels = host.split(".")
        # A last label that is a number would be a wrong address (RFC 3696 clause 2).
        if len(host) > 253 or labels[-1].isdecimal() or not all(map(_LABEL.fullmatch, labels)):
            raise ValueError(f"{host!r} is neither an IP address nor a DNS name") from None
        return x509.DNSName(host.lower())


def _issued(anchor: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(anchor)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return anchor.not_valid_before_utc <= datetime.now(UTC) <= anchor.not_valid_after_utc
