"""Routes of Namc_Credential about what has been issued: status, renewal, revocation, keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import Response

from nfs.amc.credentials.authority import CRL_PATH, OCSP_PATH
from nfs.amc.credentials.ocsp import from_path
from nfs.common.models.amc import IssuedCredential
from nfs.common.models.amc_lifecycle import (
    CredentialStatus,
    KeyEntry,
    KeyHistory,
    RenewalRequest,
    RevocationRequest,
    Revoked,
    RotationRequest,
)
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.amc.app import Amc

ROOT = "/namc-credential/v1"
CRL_TYPE = "application/pkix-crl"
OCSP_REQUEST_TYPE, OCSP_TYPE = "application/ocsp-request", "application/ocsp-response"
OPEN_REQUESTS = (("GET", CRL_PATH), ("GET", OCSP_PATH), ("POST", OCSP_PATH))
"""Whoever is shown a certificate may ask whether it is revoked: answers are signed."""

_TAGS = ["namc-credential"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}


def add_credential_routes(nf: Amc) -> None:
    _add_status_routes(nf)
    _add_renewal_routes(nf)
    _add_open_routes(nf)


def _add_status_routes(nf: Amc) -> None:
    app = nf.app

    @app.get(f"{ROOT}/status/{{aic}}", tags=list(_TAGS), response_model_exclude_none=True)
    async def credential_status(aic: str) -> CredentialStatus:
        return nf.credentials.status(aic)

    @app.get(f"{ROOT}/keys/{{aic}}", tags=list(_TAGS), response_model_exclude_none=True)
    async def agent_keys(aic: str) -> KeyHistory:
        return nf.keys.of(nf.identities.find(aic).aic)

    @app.get(f"{ROOT}/keys/{{aic}}/{{kid}}", tags=list(_TAGS), response_model_exclude_none=True)
    async def agent_key(aic: str, kid: str) -> KeyEntry:
        return nf.keys.find(nf.identities.find(aic).aic, kid)


def _add_renewal_routes(nf: Amc) -> None:
    app = nf.app

    @app.post(f"{ROOT}/renewals", tags=list(_TAGS), response_model_exclude_none=True)
    async def renew(body: RenewalRequest) -> IssuedCredential:
        return nf.renewal.renew(body)

    @app.post(f"{ROOT}/rotations", tags=list(_TAGS), response_model_exclude_none=True)
    async def rotate(body: RotationRequest) -> IssuedCredential:
        return nf.renewal.rotate(body)

    @app.post(f"{ROOT}/revocations", tags=list(_TAGS))
    async def revoke(body: RevocationRequest) -> Revoked:
        return nf.lifecycle.revoke(body.aic, body.reason)


def _add_open_routes(nf: Amc) -> None:
    app = nf.app
    ocsp_answer: dict[str, Any] = {
        "response_class": Response,
        "responses": {200: {"content": {OCSP_TYPE: _BINARY}}},
        "tags": list(_TAGS),
    }
    request_body = {"required": True, "content": {OCSP_REQUEST_TYPE: _BINARY}}

    @app.get(
        CRL_PATH,
        tags=list(_TAGS),
        response_class=Response,
        responses={200: {"content": {CRL_TYPE: _BINARY}}},
        openapi_extra={"security": []},
    )
    async def revocation_list() -> Response:
        return Response(nf.revocation_list.der, media_type=CRL_TYPE)

    @app.get(f"{OCSP_PATH}/{{request:path}}", **ocsp_answer, openapi_extra={"security": []})
    async def ocsp_get(request: str) -> Response:
        return Response(nf.ocsp.respond(from_path(request)), media_type=OCSP_TYPE)

    @app.post(OCSP_PATH, **ocsp_answer, openapi_extra={"security": [], "requestBody": request_body})
    async def ocsp_post(request: Request) -> Response:
        if request.headers.get("content-type") != OCSP_REQUEST_TYPE:
            detail = f"a request to the OCSP responder is of the type {OCSP_REQUEST_TYPE}"
            raise SbiProblem(400, "INVALID_MSG_FORMAT", detail)
        return Response(nf.ocsp.respond(await request.body()), media_type=OCSP_TYPE)
