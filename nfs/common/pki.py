"""A lab's certificate authority and its NFs' certificates (TS 33.310 clause 6.1.3c).

An NF's certificate names its NF instance (``URI:urn:uuid:...``) and where it is reached; it serves
for TLS on both sides and for signing client credentials assertions.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_DAYS = 3650
NF_DAYS = 90
_BACKDATED = dt.timedelta(minutes=5)
"""Clocks of a lab differ."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where the certificates of one NF are, in the folder of a lab."""

    folder: Path
    name: str

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.folder / f"{self.name}.pem"

    @property
    def key(self) -> Path:
        return self.folder / f"{self.name}-key.pem"

    def instance_id(self) -> uuid.UUID:
        """The NF instance that the certificate is of. Raises ValueError, OSError."""
        found = instance_of(x509.load_pem_x509_certificate(self.certificate.read_bytes()))
        if found is None:
            raise ValueError(f"{self.certificate} names no NF instance (URI:urn:uuid:...)")
        return found


def instance_of(certificate: x509.Certificate) -> uuid.UUID | None:
    """The ``urn:uuid`` among the subject's alternative names."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    for uri in names.get_values_for_type(x509.UniformResourceIdentifier):
        if uri.startswith("urn:uuid:"):
            try:
                return uuid.UUID(uri.removeprefix("urn:uuid:"))
            except ValueError:
                return None
    return None


def create_authority(folder: Path) -> None:
    """``ca.pem`` and ``ca-key.pem``. Raises FileExistsError rather than replace an authority."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "ca-key.pem").exists():
        raise FileExistsError(f"{folder} has an authority already")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AgentNF lab authority")])
    certificate = (
        _builder(name, name, key, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / "ca-key.pem", key)
    write(folder / "ca.pem", certificate.public_bytes(serialization.Encoding.PEM))


def issue(folder: Path, name: str, hosts: Iterable[str], days: int = NF_DAYS) -> Files:
    """A new certificate and key of the NF ``name``; a renewed one keeps its NF instance.

    Raises OSError when the folder has no authority.
    """
    files = Files(folder, name)
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)  # noqa: S101 - created above
    instance = files.instance_id() if files.certificate.exists() else uuid.uuid4()
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternative: list[x509.GeneralName] = [
        x509.UniformResourceIdentifier(f"urn:uuid:{instance}"),
        *(_host(host) for host in dict.fromkeys([name, *hosts])),
    ]
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        _builder(subject, authority.subject, key, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    # The key first: who sees the new certificate finds its key.
    _write_key(files.key, key)
    write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))
    return files


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write(path, pem, mode=0o600)


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Whole or not at all: an NF may be reading it."""
    new = path.with_suffix(".new")
    new.touch(mode)
    new.chmod(mode)
    new.write_bytes(content)
    new.replace(path)
