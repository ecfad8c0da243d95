"""The AMC on its own: AAAP, credentials, identities (requirements A, D)."""

from __future__ import annotations

import base64
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from agent_requests import (
    OCR,
    TRANSLATION,
    AgentKey,
    authorization,
    core_request,
    lab_key,
    ue_request,
)
from amc_requests import AUTHORIZATIONS, SALT, aic_of, authorize, claims, confirm, enrol
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from identity_core import AMC, IdentityCore

from nfs.amc.aaap.registry import Registry
from nfs.amc.config import AmcConfig
from nfs.common import registrant
from nfs.common.aic import Aic
from nfs.common.sbi.problem import SbiProblem
from nfs.common.thumbprint import thumbprint

STATE = ("grants", "identities", "agents")


@pytest.fixture
async def core() -> AsyncIterator[IdentityCore]:
    async with IdentityCore() as core:
        yield core


async def refusal(
    core: IdentityCore, registration: dict[str, Any], gateway: str = "agw-1"
) -> SbiProblem:
    """The denial of an authorisation, which must leave nothing in the store."""
    before = core.stored("amc", *STATE)
    with pytest.raises(SbiProblem) as caught:
        await authorize(core, registration, gateway)
    assert core.stored("amc", *STATE) == before
    assert caught.value.status == 403
    return caught.value


async def test_a_grant_has_what_aaap_says(core: IdentityCore) -> None:
    now = int(time.time())
    grant = await authorize(core, ue_request(scope=[TRANSLATION, OCR]))
    assert grant["amcId"] == "amc-1"
    assert grant["scope"] == [TRANSLATION, OCR]
    assert grant["constraints"] == {}
    assert now <= grant["notBefore"] < grant["expiresAt"] <= now + 62
    assert grant["agentRef"]


@pytest.mark.parametrize("missing", ["agent", "gatewayId", "requestedScope", "registrant"])
async def test_an_incomplete_request_is_400_and_leaves_nothing(
    core: IdentityCore, missing: str
) -> None:
    """A4."""
    body = authorization(ue_request())
    del body[missing]
    with pytest.raises(SbiProblem) as caught:
        await core.amc.sbi.request("POST", AUTHORIZATIONS, json=body)
    assert (caught.value.status, caught.value.cause) == (400, "MANDATORY_IE_MISSING")
    assert core.stored("amc", *STATE) == {}


async def test_what_the_subscription_does_not_allow_is_left_out(core: IdentityCore) -> None:
    """D3: asked for a, b and c, granted a and b."""
    asked = [TRANSLATION, OCR, "/capability/location"]
    grant = await authorize(core, ue_request(scope=asked, subscription=[OCR, TRANSLATION]))
    assert grant["scope"] == [TRANSLATION, OCR]


async def test_nothing_left_of_the_scope(core: IdentityCore) -> None:
    problem = await refusal(core, ue_request(scope=[OCR], subscription=[TRANSLATION]))
    assert problem.cause == "SCOPE_NOT_ALLOWED"


async def test_a_scope_outside_the_template_is_named(core: IdentityCore) -> None:
    scope = [TRANSLATION, "/capability/payment-validation"]
    problem = await refusal(core, ue_request(scope=scope))
    assert problem.cause == "SCOPE_NOT_ALLOWED"
    assert "/capability/payment-validation" in (problem.detail or "")
    assert TRANSLATION not in (problem.detail or "")


async def test_who_asks_for_nothing_is_granted_nothing(core: IdentityCore) -> None:
    assert (await authorize(core, ue_request(scope=[])))["scope"] == []


async def test_unknown_template(core: IdentityCore) -> None:
    body = core_request(template="core.unheard-of", account="core.ocr")
    assert (await refusal(core, body)).cause == "UNKNOWN_AGENT"


async def test_subscription_without_agents(core: IdentityCore) -> None:
    assert (await refusal(core, ue_request(allowed=False))).cause == "SUBSCRIPTION_NOT_ALLOWED"


async def test_an_unknown_gateway(core: IdentityCore) -> None:
    body = ue_request(gateway_id="agw-9")
    assert (await refusal(core, body, "agw-9")).cause == "POLICY"


async def test_an_account_for_other_templates(core: IdentityCore) -> None:
    assert (await refusal(core, core_request(account="core.ocr"))).cause == "POLICY"


async def test_a_ue_agent_needs_a_subscriber_and_a_core_agent_has_none(core: IdentityCore) -> None:
    assert (await refusal(core, ue_request(on_behalf_of=None))).cause == "POLICY"
    subscriber = {"pseudonym": "p", "agentsAllowed": True, "scope": [TRANSLATION]}
    assert (await refusal(core, core_request(on_behalf_of=subscriber))).cause == "POLICY"


def _without_proof(body: dict[str, Any]) -> None:
    body["registrant"]["proof"] = "x"


def _unsigned(body: dict[str, Any]) -> None:
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    body["registrant"]["proof"] = f"{header}.{body['registrant']['proof'].split('.')[1]}."


def _more_rights(body: dict[str, Any]) -> None:
    body["registrant"]["onBehalfOf"] = body["registrant"]["onBehalfOf"] | {"scope": [OCR]}
    body["requestedScope"] = [OCR]


def _other_instance(body: dict[str, Any]) -> None:
    body["instance"] = "another"


def _other_account(body: dict[str, Any]) -> None:
    body["registrant"]["account"] = "core.ocr"


def _unknown_account(body: dict[str, Any]) -> None:
    body["registrant"]["account"] = "nobody"


def _other_key(body: dict[str, Any]) -> None:
    body["publicKey"] = base64.b64encode(AgentKey().public).decode()


def _no_possession(body: dict[str, Any]) -> None:
    proof = AgentKey().proof("ue.assistant", "phone")
    body["proof"] = base64.b64encode(proof).decode()


def _no_base64(body: dict[str, Any]) -> None:
    body["proof"] = "***"


@pytest.mark.parametrize(
    "spoil",
    [
        _without_proof,
        _unsigned,
        _more_rights,
        _other_instance,
        _other_account,
        _unknown_account,
        _other_key,
        _no_possession,
        _no_base64,
    ],
)
async def test_credential_invalid(core: IdentityCore, spoil: Any) -> None:
    body = ue_request()
    spoil(body)
    assert (await refusal(core, body)).cause == "CREDENTIAL_INVALID"


async def test_a_proof_with_another_key(core: IdentityCore) -> None:
    body = ue_request(account_key=lab_key("core.ocr"))
    assert (await refusal(core, body)).cause == "CREDENTIAL_INVALID"


async def test_a_proof_for_another_gateway(core: IdentityCore) -> None:
    body = ue_request(gateway_id="agw-2")
    assert (await refusal(core, body)).cause == "CREDENTIAL_INVALID"


@pytest.mark.parametrize("age", [-400, 400])
async def test_a_stale_proof(core: IdentityCore, age: int, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    with monkeypatch.context() as patched:
        patched.setattr(registrant.time, "time", lambda: now - age)
        body = ue_request()
    assert (await refusal(core, body)).cause == "CREDENTIAL_INVALID"


async def test_a_key_of_another_curve(core: IdentityCore) -> None:
    body = ue_request(agent=AgentKey(ec.SECP384R1()))
    assert (await refusal(core, body)).cause == "CREDENTIAL_INVALID"


async def test_a_suspended_template(tmp_path: Path) -> None:
    registry = Registry.load().model_dump(mode="json", by_alias=True)
    registry["templates"]["ue.assistant"]["suspended"] = True
    file = tmp_path / "registry.yaml"
    file.write_text(yaml.safe_dump(registry), "utf-8")
    async with IdentityCore(amc=AmcConfig(registry=file)) as core:
        assert (await refusal(core, ue_request())).cause == "POLICY"


async def test_a_registrant_has_a_quota(core: IdentityCore) -> None:
    for number in range(8):
        await enrol(core, ue_request(instance=f"phone-{number}"), number + 1)
    assert (await refusal(core, ue_request(instance="one-too-many"))).cause == "POLICY"
    await enrol(core, ue_request(pseudonym="p-2", instance="phone"), 9)
    await authorize(core, ue_request(instance="phone-3"))


async def test_the_certificate(core: IdentityCore) -> None:
    """A12: CN and SAN are the AIC, for one purpose only, signed by the trust anchor."""
    key = AgentKey()
    aic, issued = await enrol(core, ue_request(agent=key))
    certificate = x509.load_der_x509_certificate(base64.b64decode(issued["certificate"]))
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert name.value == aic
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [f"acps://{aic}"]
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert certificate.not_valid_after_utc.timestamp() == issued["expiresAt"]
    assert abs(issued["expiresAt"] - time.time() - 49 * 86_400) < 60
    public = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert public == key.public
    anchors = await core.amc.sbi.request("GET", f"{AMC}/namc-credential/v1/trust-anchors")
    (pem,) = anchors.json()["certificates"]
    anchor = x509.load_pem_x509_certificate(pem.encode())
    certificate.verify_directly_issued_by(anchor)


async def test_the_token_is_bound_to_the_certificate(core: IdentityCore) -> None:
    aic, issued = await enrol(core, ue_request(scope=[TRANSLATION, OCR]))
    said = await claims(core, issued["token"])
    expected = thumbprint(base64.b64decode(issued["certificate"]))
    assert said.pop("jti")
    assert abs(said.pop("iat") - time.time()) < 5
    assert said == {
        "iss": "amc-1",
        "sub": f"agent:{aic}",
        "aud": "agentnf",
        "scope": f"{TRANSLATION} {OCR}",
        "cnf": {"x5t#S256": expected},
        "exp": issued["expiresAt"],
    }


async def test_a_grant_is_confirmed_once(core: IdentityCore) -> None:
    grant = await authorize(core, ue_request())
    await confirm(core, grant, aic_of(grant))
    with pytest.raises(SbiProblem) as caught:
        await confirm(core, grant, aic_of(grant))
    assert (caught.value.status, caught.value.cause) == (409, "GRANT_USED")


async def test_an_unknown_and_an_expired_grant(
    core: IdentityCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = await authorize(core, ue_request())
    with pytest.raises(SbiProblem) as caught:
        await confirm(core, {"grantId": "no-such-grant"}, aic_of(grant))
    assert (caught.value.status, caught.value.cause) == (404, "GRANT_NOT_FOUND")
    later = time.time() + 61
    monkeypatch.setattr("nfs.amc.aaap.grants.time.time", lambda: later)
    with pytest.raises(SbiProblem) as caught:
        await confirm(core, grant, aic_of(grant))
    assert (caught.value.status, caught.value.cause) == (404, "GRANT_NOT_FOUND")


async def test_only_an_aic_of_gateway_and_template_is_confirmed(core: IdentityCore) -> None:
    grant = await authorize(core, ue_request())
    vendor = grant["vendorNumber"]
    wrong = [
        "not an AIC",
        str(Aic.allocate("1", vendor, grant["templateNumber"], 1, b"other salt")),
        str(Aic.allocate("1", vendor, grant["templateNumber"], 0, SALT)),
    ]
    for aic in wrong:
        with pytest.raises(SbiProblem) as caught:
            await confirm(core, grant, aic)
        assert (caught.value.status, caught.value.cause) == (400, "INVALID_AIC")
    with pytest.raises(SbiProblem, match="INVALID_AIC"):
        await confirm(core, grant, aic_of(grant, registrar="2"))
    assert not core.stored("amc", "identities", "agents")


async def test_an_aic_is_one_agents(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request())
    grant = await authorize(core, ue_request(pseudonym="p-2"))
    with pytest.raises(SbiProblem) as caught:
        await confirm(core, grant, aic)
    assert (caught.value.status, caught.value.cause) == (409, "AIC_IN_USE")


async def test_an_agent_has_one_aic(core: IdentityCore) -> None:
    """Also when two registrations of it overlap."""
    first, second = await authorize(core, ue_request()), await authorize(core, ue_request())
    await confirm(core, first, aic_of(first, 1))
    with pytest.raises(SbiProblem, match="AIC_IN_USE"):
        await confirm(core, second, aic_of(second, 2))


async def test_the_same_agent_keeps_its_identity(core: IdentityCore) -> None:
    aic, first = await enrol(core, ue_request())
    again, second = await enrol(core, ue_request(scope=[OCR]))
    assert again == aic
    assert first["token"] != second["token"]
    other, _ = await enrol(core, ue_request(pseudonym="p-2"), 2)
    assert other != aic, "the same instance name of another subscriber is another agent"


async def identity(core: IdentityCore, aic: str) -> dict[str, Any]:
    answer = await core.amc.sbi.request("GET", f"{AMC}/namc-identity/v1/identities/{aic}")
    body: dict[str, Any] = answer.json()
    return body


async def test_the_life_of_an_identity(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request())
    url = f"{AMC}/namc-identity/v1/identities/{aic}"
    known = await identity(core, aic)
    assert (known["state"], known["template"]) == ("ACTIVE", "ue.assistant")
    assert known["scope"] == [TRANSLATION]
    await core.amc.sbi.request("PATCH", f"{url}/state", json={"state": "SUSPENDED"})
    assert (await refusal(core, ue_request())).cause == "POLICY"
    with pytest.raises(SbiProblem, match="403 IDENTITY_NOT_ACTIVE"):
        await identity(core, aic)
    await core.amc.sbi.request("PATCH", f"{url}/state", json={"state": "ACTIVE"})
    assert (await core.amc.sbi.request("DELETE", url)).status == 204
    with pytest.raises(SbiProblem, match="403 IDENTITY_NOT_ACTIVE"):
        await identity(core, aic)
    with pytest.raises(SbiProblem, match="404"):
        await core.amc.sbi.request("DELETE", url)


async def test_a_retired_aic_is_never_used_again(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request())
    await core.amc.sbi.request("DELETE", f"{AMC}/namc-identity/v1/identities/{aic}")
    grant = await authorize(core, ue_request())
    assert "aic" not in grant
    with pytest.raises(SbiProblem, match="AIC_IN_USE"):
        await confirm(core, grant, aic)


@pytest.mark.parametrize(("aic", "status"), [("x", 400), ("1.2.156.3088.1.1.UE.1.1.0000", 400)])
async def test_malformed_identities(core: IdentityCore, aic: str, status: int) -> None:
    with pytest.raises(SbiProblem) as caught:
        await identity(core, aic)
    assert (caught.value.status, caught.value.cause) == (status, "INVALID_AIC")


async def test_an_identity_tells_nothing_of_its_owner(core: IdentityCore) -> None:
    aic, _ = await enrol(core, ue_request(pseudonym="secret-pseudonym"))
    assert "secret-pseudonym" not in str(await identity(core, aic))
    assert "secret-pseudonym" not in str(core.stored("amc", *STATE))


async def access(core: IdentityCore, **changes: Any) -> Any:
    url = f"{AMC}/namc-credential/v1/access-tokens"
    return (await core.amc.sbi.request("POST", url, json=changes)).json()


async def test_access_tokens(core: IdentityCore) -> None:
    ue, _ = await enrol(core, ue_request())
    nf, _ = await enrol(core, core_request(template="core.intent", endPoint=None))
    agent, _ = await enrol(core, core_request())
    wanted = {"actor": nf, "subject": ue, "audience": agent, "capability": TRANSLATION}
    issued = await access(core, **wanted)
    said = await claims(core, issued["accessToken"])
    assert said["sub"] == f"agent:{ue}"
    assert said["act"] == {"sub": f"agent:{nf}"}
    assert said["aud"] == f"acps:agent:{agent}"
    assert said["scope"] == TRANSLATION
    assert said["exp"] == issued["expiresAt"] <= time.time() + 60
    refused = {
        "SCOPE_NOT_ALLOWED": [wanted | {"capability": OCR}, wanted | {"audience": nf}],
        "POLICY": [wanted | {"actor": agent}, wanted | {"actor": ue, "subject": nf}],
        "INVALID_AIC": [wanted | {"actor": "x"}],
        "AGENT_NOT_FOUND": [wanted | {"subject": str(Aic.allocate("1", "UE", "1", 99, SALT))}],
    }
    for cause, requests in refused.items():
        for request in requests:
            with pytest.raises(SbiProblem, match=cause):
                await access(core, **request)
    for aic in (ue, nf, agent):
        url = f"{AMC}/namc-identity/v1/identities/{aic}/state"
        await core.amc.sbi.request("PATCH", url, json={"state": "SUSPENDED"})
        with pytest.raises(SbiProblem, match="IDENTITY_NOT_ACTIVE"):
            await access(core, **wanted)
        await core.amc.sbi.request("PATCH", url, json={"state": "ACTIVE"})


async def test_keys_and_identities_survive_a_restart(tmp_path: Path) -> None:
    aic, pem, token = "", "", ""
    async with IdentityCore(tmp_path) as core:
        aic, issued = await enrol(core, ue_request())
        pem, token = core.amc.issuer.trust_anchor, issued["token"]
    async with IdentityCore(tmp_path) as core:
        assert core.amc.issuer.trust_anchor == pem
        assert (await claims(core, token))["sub"] == f"agent:{aic}"
        assert (await authorize(core, ue_request()))["aic"] == aic
