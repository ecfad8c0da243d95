"""No route of any NF is served without an access token that holds (TS 33.501 13.4, 33.117)."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.routing import Route

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.access import OPEN_PATHS
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse
from nfs.nrf.app import Nrf
from nfs.testbed import Testbed, TestbedConfig
from nfs.testbed.kinds import NFS

WITHOUT_TOKEN = {
    "nrf": {
        ("PUT", "/nnrf-nfm/v1/nf-instances/{instance_id}"),
        ("POST", "/oauth2/token"),
        ("GET", "/oauth2/jwks"),
    },
    "agw": {("GET", "/.well-known/ai-catalog.json"), ("GET", "/.well-known/jwks.json")},
    "amc": {
        ("GET", "/namc-credential/v1/crl"),
        ("GET", "/namc-credential/v1/ocsp/{request:path}"),
        ("POST", "/namc-credential/v1/ocsp"),
    },
}
"""What an NF needs before it has a token, what tells only of a certificate that one holds, and what
a gateway shows to anybody; nothing else may be open."""

OF_AGENTS = ("/tasks", "/mcp", "/nagw-access/v1/attachments", "/nagw-access/v1/resolutions")
"""Not of the SBI: there an agent shows its own credential."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def testbed() -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False) as running:
        yield running


def routes(nf: NetworkFunction) -> list[tuple[str, str]]:
    found = []
    for route in nf.app.routes:
        assert isinstance(route, Route), f"{route} is of a kind this test does not know"
        methods = route.methods or {"GET", "POST", "DELETE"}
        found += [(m, route.path) for m in methods - {"HEAD"} if route.path not in OPEN_PATHS]
    return [r for r in found if not r[1].startswith("/docs")]


async def ask(nf: NetworkFunction, method: str, path: str, token: str | None) -> tuple[int, str]:
    """Status and cause of the answer, as an anonymous caller gets it."""
    filled = path.replace("{", "").replace("}", "")
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    try:
        answer: SbiResponse = await nf.sbi.request(
            method, nf.api_root + filled, json={}, headers=headers, authorize=False
        )
    except SbiProblem as problem:
        return problem.status, problem.cause
    return answer.status, ""


def token(nrf: Nrf, key: ECKey | None = None, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": nrf.instance_id,
        "sub": str(uuid.uuid4()),
        "aud": "AMF",
        "scope": "namf-comm",
        "exp": now + 600,
    } | changes
    signer = key or nrf.tokens._key
    return jwt.encode({"alg": "ES256", "kid": signer.kid}, claims, signer, algorithms=["ES256"])


def nrf_of(testbed: Testbed) -> Nrf:
    nrf = testbed.nfs["nrf"]
    assert isinstance(nrf, Nrf)
    return nrf


async def test_every_route_of_every_nf_needs_a_token(testbed: Testbed) -> None:
    asked = 0
    for name, nf in testbed.nfs.items():
        for method, path in routes(nf):
            if (method, path) in WITHOUT_TOKEN.get(name, ()):
                continue
            status, cause = await ask(nf, method, path, None)
            assert status == 401, (name, method, path)
            wanted = "CREDENTIAL_INVALID" if path in OF_AGENTS else "TOKEN_MISSING"
            assert cause == wanted, (name, method, path)
            asked += 1
    assert asked > 40


async def test_a_token_for_another_service_or_producer_is_refused_everywhere(
    testbed: Testbed,
) -> None:
    nrf = nrf_of(testbed)
    for name in NFS:
        nf = testbed.nfs[name]
        other_scope = token(nrf, aud=nf.nf_type, scope="nother-service")
        other_audience = token(nrf, aud="OTHER", scope=" ".join(nf.services))
        for method, path in routes(nf):
            if (method, path) in WITHOUT_TOKEN.get(name, ()) or path in OF_AGENTS:
                continue
            refused = await ask(nf, method, path, other_scope)
            assert refused == (403, "INSUFFICIENT_SCOPE"), (name, method, path)
            refused = await ask(nf, method, path, other_audience)
            assert refused == (401, "TOKEN_INVALID"), (name, method, path)


PATH = "/namf-comm/v1/ue-contexts/imsi-1/n1-n2-messages"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": str(uuid.uuid4())},
        {"exp": 1_000_000_000},
        {"exp": "never"},
        {"aud": ["AMF-2"]},
        {"aud": None},
        {"sub": None},
        {"scope": ["namf-comm"]},
    ],
)
async def test_a_token_with_wrong_claims(testbed: Testbed, changes: dict[str, Any]) -> None:
    wrong = token(nrf_of(testbed), **changes)
    assert await ask(testbed.nfs["amf"], "POST", PATH, wrong) == (401, "TOKEN_INVALID")


async def test_a_token_of_another_signer(testbed: Testbed) -> None:
    nrf, amf = nrf_of(testbed), testbed.nfs["amf"]
    forger = ECKey.generate_key("P-256", auto_kid=True)
    assert await ask(amf, "POST", PATH, token(nrf, forger)) == (401, "TOKEN_INVALID")
    same_kid = ECKey.import_key(forger.as_dict(private=True) | {"kid": nrf.tokens._key.kid})
    assert await ask(amf, "POST", PATH, token(nrf, same_kid)) == (401, "TOKEN_INVALID")
    header, payload, _ = token(nrf).split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{payload}."
    assert await ask(amf, "POST", PATH, unsigned) == (401, "TOKEN_INVALID")
    assert await ask(amf, "POST", PATH, f"{header}.{payload}.AAAA") == (401, "TOKEN_INVALID")
    assert await ask(amf, "POST", PATH, "x" * 5000) == (401, "TOKEN_INVALID")


async def test_a_token_that_holds_reaches_the_service(testbed: Testbed) -> None:
    nrf, amf = nrf_of(testbed), testbed.nfs["amf"]
    for audience in ("AMF", [amf.instance_id]):
        status, cause = await ask(amf, "POST", PATH, token(nrf, aud=audience))
        assert status not in (401, 403), cause


async def test_an_nf_changes_only_its_own_profile(testbed: Testbed) -> None:
    amf, udm = testbed.nfs["amf"], testbed.nfs["udm"]
    url = f"{testbed.nfs['nrf'].api_root}/nnrf-nfm/v1/nf-instances/{udm.instance_id}"
    with pytest.raises(SbiProblem, match="403 MODIFICATION_NOT_ALLOWED"):
        await amf.sbi.request("DELETE", url)


async def request_token(testbed: Testbed, **form: str) -> tuple[int, dict[str, Any]]:
    amf = testbed.nfs["amf"]
    fields = {
        "grant_type": "client_credentials",
        "nfInstanceId": amf.instance_id,
        "nfType": "AMF",
        "targetNfType": "UDM",
        "scope": "nudm-sdm",
    } | form
    body = urlencode({k: v for k, v in fields.items() if v}).encode()
    try:
        answer = await amf.sbi.request(
            "POST",
            f"{testbed.nfs['nrf'].api_root}/oauth2/token",
            content=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
            authorize=False,
        )
    except SbiProblem as problem:
        return problem.status, {"error": problem.cause.lower()}
    return answer.status, json.loads(answer.content)


async def test_the_access_token_response(testbed: Testbed) -> None:
    """AccessTokenRsp and AccessTokenClaims of TS 29.510 clause 6.3.5.2."""
    status, answer = await request_token(testbed, scope="nudm-sdm nudm-uecm")
    assert status == 200
    assert (answer["token_type"], answer["scope"]) == ("Bearer", "nudm-sdm nudm-uecm")
    nrf = nrf_of(testbed)
    claims = jwt.decode(answer["access_token"], nrf.tokens.issuer.keys).claims
    assert claims["iss"] == nrf.instance_id
    assert claims["sub"] == testbed.nfs["amf"].instance_id
    assert claims["aud"] == "UDM"
    assert claims["exp"] - claims["iat"] == answer["expires_in"]


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"nfInstanceId": str(uuid.uuid4())}, "invalid_client"),
        ({"nfType": "SMF"}, "invalid_client"),
        ({"scope": "nausf-auth"}, "invalid_scope"),
        ({"targetNfType": "NRF"}, "invalid_scope"),
        ({"targetNfType": ""}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
    ],
)
async def test_a_token_that_is_not_given(
    testbed: Testbed, form: dict[str, str], error: str
) -> None:
    """The scope is bound to what the target offers, for targetNfType=NRF too."""
    assert await request_token(testbed, **form) == (400, {"error": error})


async def test_a_lab_without_tokens_says_so() -> None:
    config = TestbedConfig(common={"oauth2": False})
    async with Testbed(config, sockets=False) as testbed:
        status, _ = await ask(testbed.nfs["amf"], "GET", "/namf-oam/v1/refusals", None)
        assert status == 200
