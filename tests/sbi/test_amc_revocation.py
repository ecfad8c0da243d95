"""Revocation at the AMC: for all of an agent, told by CRL and OCSP (requirements A3, A13)."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from agent_requests import core_request, ue_request
from amc_requests import (
    CREDENTIALS,
    IDENTITIES,
    SALT,
    ask,
    certificate,
    claims,
    enrol,
    revoke,
    set_state,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from identity_core import IdentityCore

from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.ocsp import MAX_REQUEST
from nfs.common.aic import Aic
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse

GOOD, REVOKED = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED
OCSP_TYPE = {"content-type": "application/ocsp-request"}


@pytest.fixture
async def core() -> AsyncIterator[IdentityCore]:
    async with IdentityCore() as core:
        yield core


async def anonymous(core: IdentityCore, method: str, path: str, **request: Any) -> SbiResponse:
    """Without an access token, as any peer of an agent asks."""
    url = f"{CREDENTIALS}/{path}"
    return await core.agw.sbi.request(method, url, authorize=False, **request)


async def crl(core: IdentityCore) -> x509.CertificateRevocationList:
    answer = await anonymous(core, "GET", "crl")
    assert answer.headers["content-type"] == "application/pkix-crl"
    found = x509.load_der_x509_crl(answer.content)
    assert found.is_signature_valid(core.amc.issuer.ca_key.public_key())
    return found


def entry(found: x509.CertificateRevocationList, issued: x509.Certificate) -> str | None:
    """Why a certificate is on the list; None when it is not."""
    revoked = found.get_revoked_certificate_by_serial_number(issued.serial_number)
    if revoked is None:
        return None
    try:
        reason = revoked.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return "unspecified"
    return str(reason.value)


def question(
    core: IdentityCore,
    issued: x509.Certificate,
    algorithm: hashes.HashAlgorithm | None = None,
    nonce: bytes | None = None,
) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        issued, core.amc.issuer.ca, algorithm or hashes.SHA256()
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(serialization.Encoding.DER)


async def respond(core: IdentityCore, asked: bytes) -> ocsp.OCSPResponse:
    answer = await anonymous(core, "POST", "ocsp", content=asked, headers=OCSP_TYPE)
    assert answer.headers["content-type"] == "application/ocsp-response"
    return ocsp.load_der_ocsp_response(answer.content)


async def status(core: IdentityCore, issued: x509.Certificate) -> ocsp.OCSPCertStatus:
    return (await respond(core, question(core, issued))).certificate_status


async def test_revoking_an_aic_revokes_all_its_certificates(core: IdentityCore) -> None:
    """A13: {aic, reason 0..5} -> {aic, reason text, revokedAt, revoked}."""
    aic, first = await enrol(core, core_request(), hosts=["agent.example"])
    _, second = await enrol(core, core_request(), hosts=["agent.example"])
    _, other = await enrol(core, ue_request())
    before = datetime.now(UTC)
    answer = await revoke(core, aic, 1)
    assert answer.keys() == {"aic", "reason", "revokedAt", "revoked"}
    assert (answer["aic"], answer["reason"], answer["revoked"]) == (aic, "keyCompromise", 4)
    revoked_at = datetime.fromisoformat(answer["revokedAt"])
    assert before <= revoked_at <= datetime.now(UTC)
    found = await crl(core)
    for issued in (first, second):
        for name in ("certificate", "serverCertificate"):
            assert entry(found, certificate(issued, name)) == "keyCompromise"
            assert await status(core, certificate(issued, name)) is REVOKED
    assert entry(found, certificate(other)) is None
    assert await status(core, certificate(other)) is GOOD
    assert (await revoke(core, aic, 1))["revoked"] == 0, "they are revoked already"


async def test_revoked_tokens(core: IdentityCore) -> None:
    """A13: tokens issued before are revoked; the next registration's are not."""
    aic, first = await enrol(core, ue_request())
    await revoke(core, aic)
    await set_state(core, aic, "ACTIVE")
    _, second = await enrol(core, ue_request())
    told = (await ask(core, "GET", f"{IDENTITIES}/{aic}")).json()["credentialsFrom"]
    assert (await claims(core, first["token"]))["iat"] < told
    assert (await claims(core, second["token"]))["iat"] >= told
    assert await status(core, certificate(first)) is REVOKED
    assert await status(core, certificate(second)) is GOOD


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "unspecified"),
        (1, "keyCompromise"),
        (2, "cACompromise"),
        (3, "affiliationChanged"),
        (4, "superseded"),
        (5, "cessationOfOperation"),
    ],
)
async def test_reasons(core: IdentityCore, code: int, text: str) -> None:
    aic, issued = await enrol(core, ue_request())
    assert (await revoke(core, aic, code))["reason"] == text
    assert entry(await crl(core), certificate(issued)) == text
    response = await respond(core, question(core, certificate(issued)))
    reason = response.revocation_reason
    assert reason is not None
    assert reason.value == text
    assert response.revocation_time_utc is not None


@pytest.mark.parametrize("code", [6, -1, 8, "1", 1.5, True, None])
async def test_reasons_that_are_none(core: IdentityCore, code: Any) -> None:
    aic, _ = await enrol(core, ue_request())
    with pytest.raises(SbiProblem, match="400 MANDATORY_IE_INCORRECT"):
        await revoke(core, aic, code)
    assert core.stored("amc", "revoked-certificates") == {}


async def test_who_cannot_be_revoked(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request())
    await ask(core, "DELETE", f"{IDENTITIES}/{aic}")
    unknown = str(Aic.allocate("1", "UE", "1", 99, SALT))
    for named, answer in (
        ("1.2.3", "400 INVALID_AIC"),
        (unknown, "404 AGENT_NOT_FOUND"),
        (aic, "404 AGENT_NOT_FOUND"),
    ):
        with pytest.raises(SbiProblem, match=answer):
            await revoke(core, named)


async def test_the_list_follows_suspension_and_retirement(core: IdentityCore) -> None:
    """A3."""
    aic, issued = await enrol(core, ue_request())
    found = certificate(issued)
    numbers = []
    for state, reason, known in (
        ("ACTIVE", None, GOOD),
        ("SUSPENDED", "certificateHold", REVOKED),
        ("ACTIVE", None, GOOD),
        ("RETIRED", "cessationOfOperation", REVOKED),
    ):
        if state == "RETIRED":
            await ask(core, "DELETE", f"{IDENTITIES}/{aic}")
        else:
            await set_state(core, aic, state)
        listed = await crl(core)
        assert entry(listed, found) == reason
        assert await status(core, found) is known
        numbers.append(listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number)
        assert listed.next_update_utc is not None
        assert listed.last_update_utc <= datetime.now(UTC) < listed.next_update_utc
    assert sorted(set(numbers))[-3:] == numbers[-3:], "a list that changed has a greater number"


async def test_who_is_on_hold_can_be_revoked_for_ever(core: IdentityCore) -> None:
    aic, issued = await enrol(core, ue_request())
    await set_state(core, aic, "SUSPENDED")
    assert entry(await crl(core), certificate(issued)) == "certificateHold"
    assert (await revoke(core, aic, 4))["revoked"] == 1
    assert entry(await crl(core), certificate(issued)) == "superseded"
    await set_state(core, aic, "ACTIVE")
    assert entry(await crl(core), certificate(issued)) == "superseded"


async def test_a_list_is_signed_once_until_something_is_revoked(core: IdentityCore) -> None:
    assert (await crl(core)).fingerprint(hashes.SHA256()) == (await crl(core)).fingerprint(
        hashes.SHA256()
    )


async def test_instances_of_the_amc_know_the_same(tmp_path: Path) -> None:
    async with IdentityCore(tmp_path) as core:
        aic, issued = await enrol(core, ue_request())
        assert entry(await crl(core), certificate(issued)) is None
        other = Amc(AmcConfig(port=7799), core)
        other.lifecycle.revoke(aic, 1)
        assert entry(await crl(core), certificate(issued)) == "keyCompromise"
        assert await status(core, certificate(issued)) is REVOKED


async def test_a_certificate_says_where_to_ask(core: IdentityCore) -> None:
    _, issued = await enrol(core, ue_request())
    extensions = certificate(issued).extensions
    (point,) = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    (access,) = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert point.full_name is not None
    for uri in (point.full_name[0].value, access.access_location.value):
        assert uri in {f"{CREDENTIALS}/crl", f"{CREDENTIALS}/ocsp"}


async def test_ocsp_by_get_and_with_a_nonce(core: IdentityCore) -> None:
    """RFC 6960 appendix A.1, RFC 8954."""
    _, issued = await enrol(core, ue_request())
    nonce = b"\xff" * 32
    for algorithm in (hashes.SHA1(), hashes.SHA256()):
        asked = question(core, certificate(issued), algorithm, nonce)
        text = base64.b64encode(asked).decode()
        assert "/" in text, "what a path has to carry"
        for path in (quote(text), text):
            answer = await anonymous(core, "GET", f"ocsp/{path}")
            response = ocsp.load_der_ocsp_response(answer.content)
            assert response.certificate_status is GOOD
            echoed = response.extensions.get_extension_for_class(x509.OCSPNonce).value
            assert echoed.nonce == nonce


async def test_openssl_reads_what_is_answered(core: IdentityCore, tmp_path: Path) -> None:
    """Another make verifies CRL and OCSP response."""
    aic, issued = await enrol(core, ue_request())
    (tmp_path / "ca.pem").write_text(core.amc.issuer.trust_anchor)
    pem = certificate(issued).public_bytes(serialization.Encoding.PEM)
    (tmp_path / "agent.pem").write_bytes(pem)

    async def openssl(*command: str) -> str:
        done = subprocess.run(
            ["openssl", *command], cwd=tmp_path, text=True, capture_output=True, check=False
        )
        return done.stdout + done.stderr

    async def verdict() -> tuple[str, str]:
        listed = (await crl(core)).public_bytes(serialization.Encoding.PEM)
        (tmp_path / "crl.pem").write_bytes(listed)
        check = ("verify", "-CAfile", "ca.pem", "-CRLfile", "crl.pem", "-crl_check", "agent.pem")
        by_list = await openssl(*check)
        names = (
            "ocsp",
            "-no_nonce",
            "-issuer",
            "ca.pem",
            "-CAfile",
            "ca.pem",
            "-cert",
            "agent.pem",
        )
        await openssl(*names, "-reqout", "request.der")
        answer = await anonymous(
            core,
            "POST",
            "ocsp",
            content=(tmp_path / "request.der").read_bytes(),
            headers=OCSP_TYPE,
        )
        (tmp_path / "response.der").write_bytes(answer.content)
        by_ocsp = await openssl(*names, "-respin", "response.der")
        return by_list, by_ocsp

    by_list, by_ocsp = await verdict()
    assert "agent.pem: OK" in by_list
    assert "Response verify OK" in by_ocsp
    assert "agent.pem: good" in by_ocsp
    await revoke(core, aic)
    by_list, by_ocsp = await verdict()
    assert "certificate revoked" in by_list
    assert "Response verify OK" in by_ocsp
    assert "agent.pem: revoked" in by_ocsp


async def test_a_certificate_that_was_never_issued(core: IdentityCore) -> None:
    async with IdentityCore() as stranger:
        _, foreign = await enrol(stranger, ue_request())
        of_another_ca = question(stranger, certificate(foreign))
    unknown = await respond(core, question(core, certificate(foreign)))
    assert unknown.certificate_status is ocsp.OCSPCertStatus.UNKNOWN
    refused = await respond(core, of_another_ca)
    assert refused.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


async def test_bad_ocsp_requests(core: IdentityCore) -> None:
    _, issued = await enrol(core, ue_request())
    good = question(core, certificate(issued))
    malformed = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    long_nonce = question(core, certificate(issued), nonce=b"x" * 33)
    for asked in (b"", b"x", good[:-1], b"\x30" * 5000, good + b"\0" * MAX_REQUEST, long_nonce):
        assert (await respond(core, asked)).response_status is malformed
    for path in ("x", "***", "%00", "../crl"):
        answer = await anonymous(core, "GET", f"ocsp/{path}")
        response = ocsp.load_der_ocsp_response(answer.content)
        assert response.response_status is malformed
    with pytest.raises(SbiProblem, match="400 INVALID_MSG_FORMAT"):
        await anonymous(core, "POST", "ocsp", json={})


async def test_what_is_open_and_what_is_not(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request())
    for path in ("status", "keys"):
        with pytest.raises(SbiProblem, match="401 TOKEN_MISSING"):
            await anonymous(core, "GET", f"{path}/{aic}")
    for path in ("revocations", "renewals", "rotations"):
        with pytest.raises(SbiProblem, match="401 TOKEN_MISSING"):
            await anonymous(core, "POST", path, json={})
