"""What a gateway asks the AMC for an agent: authorisation, then confirmation."""

from __future__ import annotations

import base64
from typing import Any

from agent_requests import authorization
from cryptography import x509
from identity_core import AMC, IdentityCore
from joserfc import jwt
from joserfc.jwk import KeySet

from nfs.amc.config import AmcConfig
from nfs.common.aic import Aic
from nfs.common.sbi.response import SbiResponse

AUTHORIZATIONS = f"{AMC}/namc-auth/v1/authorizations"
IDENTITIES = f"{AMC}/namc-identity/v1/identities"
CREDENTIALS = f"{AMC}/namc-credential/v1"
SALT = AmcConfig().salt


async def ask(core: IdentityCore, method: str, url: str, **request: Any) -> SbiResponse:
    return await core.amc.sbi.request(method, url, **request)


async def authorize(
    core: IdentityCore, registration: dict[str, Any], gateway: str = "agw-1"
) -> Any:
    body = authorization(registration, gateway)
    answer = await ask(core, "POST", AUTHORIZATIONS, json=body)
    assert answer.status == 201
    return answer.json()


async def confirm(core: IdentityCore, grant: dict[str, Any], aic: str, **body: Any) -> Any:
    url = f"{AUTHORIZATIONS}/{grant['grantId']}/confirmation"
    return (await ask(core, "POST", url, json={"aic": aic} | body)).json()


def aic_of(grant: dict[str, Any], serial: int = 1, registrar: str = "1") -> str:
    vendor, template = grant["vendorNumber"], grant["templateNumber"]
    return str(Aic.allocate(registrar, vendor, template, serial, SALT))


async def enrol(
    core: IdentityCore, registration: dict[str, Any], serial: int = 1, **body: Any
) -> tuple[str, Any]:
    grant = await authorize(core, registration)
    aic = grant.get("aic") or aic_of(grant, serial)
    return aic, await confirm(core, grant, aic, **body)


async def claims(core: IdentityCore, token: str) -> dict[str, Any]:
    answer = await ask(core, "GET", f"{CREDENTIALS}/jwks")
    keys = KeySet.import_key_set(answer.json())
    assert "d" not in answer.json()["keys"][0]
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


async def set_state(core: IdentityCore, aic: str, state: str, reason: str = "") -> None:
    body = {"state": state, "reason": reason}
    answer = await ask(core, "PATCH", f"{IDENTITIES}/{aic}/state", json=body)
    assert answer.status == 204


async def revoke(core: IdentityCore, aic: str, reason: int = 1) -> Any:
    body = {"aic": aic, "reason": reason}
    return (await ask(core, "POST", f"{CREDENTIALS}/revocations", json=body)).json()


def certificate(issued: dict[str, Any], name: str = "certificate") -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(issued[name]))
