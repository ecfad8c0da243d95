"""Certificates of agents, and what their peers check (requirements A1, A12, D5, D7)."""

from __future__ import annotations

import base64
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from agent_requests import AgentKey, core_request, ue_request
from amc_requests import CREDENTIALS, aic_of, ask, authorize, certificate, confirm, enrol
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from identity_core import AGW, IdentityCore

from nfs.common.agents.certificates import CertificateRejected, agent_of, general_name
from nfs.common.models.amc_lifecycle import CertificatePurpose
from nfs.common.sbi.problem import SbiProblem

CLIENT, SERVER = CertificatePurpose.CLIENT, CertificatePurpose.SERVER


@pytest.fixture
async def core() -> AsyncIterator[IdentityCore]:
    async with IdentityCore() as core:
        yield core


def extension(found: x509.Certificate, kind: Any) -> Any:
    return found.extensions.get_extension_for_class(kind).value


async def test_an_agent_that_serves_has_two_certificates(core: IdentityCore) -> None:
    """A12: one purpose each, never both; the server's names where it serves."""
    hosts = ["ocr.example", "127.0.0.1", "::1"]
    aic, issued = await enrol(core, core_request(), hosts=hosts)
    purposes = {"certificate": "CLIENT_AUTH", "serverCertificate": "SERVER_AUTH"}
    for name, purpose in purposes.items():
        found = certificate(issued, name)
        assert list(extension(found, x509.ExtendedKeyUsage)) == [
            getattr(ExtendedKeyUsageOID, purpose)
        ]
        (common_name,) = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        names = extension(found, x509.SubjectAlternativeName)
        assert common_name.value == aic
        assert names.get_values_for_type(x509.UniformResourceIdentifier) == [f"acps://{aic}"]
        found.verify_directly_issued_by(core.amc.issuer.ca)
    client, server = certificate(issued), certificate(issued, "serverCertificate")
    assert len(extension(client, x509.SubjectAlternativeName)) == 1
    names = extension(server, x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.DNSName) == ["ocr.example"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


async def test_where_an_agent_serves_comes_from_its_end_point(core: IdentityCore) -> None:
    body = core_request(endPoint="http://translation.example:7721/a")
    answer = await core.agw.sbi.request("POST", f"{AGW}/nagw-registration/v1/agents", json=body)
    names = extension(certificate(answer.json(), "serverCertificate"), x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.DNSName) == ["translation.example"]
    answer = await core.agw.sbi.request(
        "POST", f"{AGW}/nagw-registration/v1/agents", json=ue_request()
    )
    assert "serverCertificate" not in answer.json()


@pytest.mark.parametrize(
    "hosts",
    [["*.example"], ["-x.example"], ["a..b"], ["1.2.3.4.5"], ["x" * 64], ["a"] * 9, [""], ["a b"]],
)
async def test_hosts_that_are_none(core: IdentityCore, hosts: list[str]) -> None:
    grant = await authorize(core, core_request())
    with pytest.raises(SbiProblem, match=r"400 (INVALID_HOST|MANDATORY_IE_INCORRECT)"):
        await confirm(core, grant, aic_of(grant), hosts=hosts)
    assert core.stored("amc", "identities", "certificates") == {}


def test_a_long_host_is_looked_at_quickly() -> None:
    for host in ("a" * 250 + "!", "a-" * 120, "." * 250, ".".join("a" * 126) + "!"):
        with pytest.raises(ValueError, match="neither"):
            general_name(host)


async def tls(
    core: IdentityCore, folder: Path, server: dict[str, Any], client: dict[str, Any], name: str
) -> str:
    """Both sides of a TLS 1.3 handshake in memory; the AIC that the server sees."""
    anchors = core.amc.issuer.trust_anchor
    contexts = []
    for side, issued, kind in (
        (ssl.PROTOCOL_TLS_SERVER, server, name),
        (ssl.PROTOCOL_TLS_CLIENT, client, "certificate"),
    ):
        context = ssl.SSLContext(side)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(cadata=anchors)
        context.verify_mode = ssl.CERT_REQUIRED
        pem = folder / f"{side}.pem"
        key = issued["key"].private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        pem.write_bytes(key + certificate(issued, kind).public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(pem)
        contexts.append(context)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = contexts[0].wrap_bio(up, down, server_side=True)
    asking = contexts[1].wrap_bio(down, up, server_hostname="agent.example")
    waiting = [asking, serving, asking, serving]
    for side_ in waiting:
        try:
            side_.do_handshake()
        except ssl.SSLWantReadError:
            continue
    der = serving.getpeercert(binary_form=True)
    assert der is not None
    return agent_of(der, [core.amc.issuer.ca], CLIENT)


async def test_mutual_tls_between_agents(core: IdentityCore, tmp_path: Path) -> None:
    """D5: both verify the chain; the server knows the AIC of the client. A12: a certificate for
    one side does not do for the other."""
    keys = AgentKey(), AgentKey()
    _, server = await enrol(core, core_request(agent=keys[0]), hosts=["agent.example"])
    aic, client = await enrol(core, ue_request(agent=keys[1]))
    server["key"], client["key"] = keys
    assert await tls(core, tmp_path, server, client, "serverCertificate") == aic
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        await tls(core, tmp_path, server, client, "certificate")


async def test_what_a_peer_accepts(core: IdentityCore) -> None:
    aic, issued = await enrol(core, core_request(), hosts=["agent.example"])
    anchors = [core.amc.issuer.ca]
    client = base64.b64decode(issued["certificate"])
    server = base64.b64decode(issued["serverCertificate"])
    assert agent_of(client, anchors, CLIENT) == agent_of(server, anchors, SERVER) == aic
    async with IdentityCore() as stranger:
        foreign = [stranger.amc.issuer.ca]
    for der, trusted, purpose, why in (
        (client, anchors, SERVER, "serverAuth only"),
        (server, anchors, CLIENT, "clientAuth only"),
        (client, foreign, CLIENT, "no trust anchor"),
        (client, [], CLIENT, "no trust anchor"),
        (client[:-1], anchors, CLIENT, "not a certificate"),
        (b"", anchors, CLIENT, "not a certificate"),
    ):
        with pytest.raises(CertificateRejected, match=why):
            agent_of(der, trusted, purpose)


def forged(core: IdentityCore, **changes: Any) -> bytes:
    """What the AMC's CA would never sign."""
    now = datetime.now(UTC)
    common_name = changes.get("common_name", "1.2")
    uris = changes.get("uris", ["acps://1.2"])
    usages = changes.get("usages", [ExtendedKeyUsageOID.CLIENT_AUTH])
    names = [x509.UniformResourceIdentifier(uri) for uri in uris]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(core.amc.issuer.ca.subject)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=2))
        .not_valid_after(now + changes.get("life", timedelta(hours=1)))
        .add_extension(x509.BasicConstraints(ca=changes.get("ca", False), path_length=None), True)
        .add_extension(x509.ExtendedKeyUsage(usages), False)
        .add_extension(x509.SubjectAlternativeName(names), False)
    )
    signed = builder.sign(core.amc.issuer.ca_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"common_name": "1.3"}, "CN and SAN"),
        ({"uris": ["acps://1.2", "acps://1.3"]}, "CN and SAN"),
        ({"uris": ["https://1.2"]}, "CN and SAN"),
        (
            {"usages": [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]},
            "clientAuth only",
        ),
        ({"usages": [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]}, "clientAuth only"),
        ({"ca": True}, "clientAuth only"),
        ({"life": timedelta(hours=-1)}, "not valid now"),
    ],
)
async def test_a_certificate_of_our_ca_that_is_not_as_it_should_be(
    core: IdentityCore, changes: dict[str, Any], why: str
) -> None:
    """A12: CN other than SAN, or both purposes, is refused by peers."""
    assert agent_of(forged(core), [core.amc.issuer.ca], CLIENT) == "1.2"
    with pytest.raises(CertificateRejected, match=why):
        agent_of(forged(core, **changes), [core.amc.issuer.ca], CLIENT)


async def test_an_agent_has_only_so_many_valid_certificates(core: IdentityCore) -> None:
    aic = ""
    for _ in range(34):
        aic, _ = await enrol(core, ue_request())
    found = (await ask(core, "GET", f"{CREDENTIALS}/status/{aic}")).json()["certificates"]
    assert sum(c["status"] == "good" for c in found) == 32
    assert [c["reason"] for c in found if c["status"] == "revoked"] == ["superseded"] * 2
