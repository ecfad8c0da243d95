"""Nausf_UEAuthentication (TS 29.509) as the AMF's SEAF uses it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

SERVICE = "nausf-auth"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A 5G serving-network vector, and where its response is to be confirmed."""

    rand: bytes
    autn: bytes
    hxres_star: bytes
    confirmation: str


@dataclass(frozen=True, slots=True)
class Authenticated:
    supi: str
    k_seaf: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EapExchange:
    """An EAP request for the UE, and the session that its response is for."""

    payload: bytes
    session: str


@dataclass(frozen=True, slots=True)
class EapSuccess:
    payload: bytes
    authenticated: Authenticated


@dataclass(frozen=True, slots=True)
class EapFailure:
    payload: bytes


async def authenticate(
    nf: NetworkFunction, supi_or_suci: str, serving_network: str, resync: tuple[bytes, bytes] | None
) -> Challenge | EapExchange:
    """``resync`` is (RAND, AUTS) after a synchronisation failure of 5G-AKA."""
    body: dict[str, object] = {"supiOrSuci": supi_or_suci, "servingNetworkName": serving_network}
    if resync is not None:
        body["resynchronizationInfo"] = {"rand": resync[0].hex(), "auts": resync[1].hex()}
    path = f"/{SERVICE}/v1/ue-authentications"
    headers = {"accept": "application/3gppHal+json, application/problem+json"}
    answer = await nf.call("AUSF", SERVICE, "POST", path, json=body, headers=headers)
    with _reading("UEAuthenticationCtx"):
        context = answer.json()
        if context["authType"] != "5G_AKA":
            payload = base64.b64decode(context["5gAuthData"])
            return EapExchange(payload, _link(context, "eap-session"))
        vector = context["5gAuthData"]
        return Challenge(
            bytes.fromhex(vector["rand"]),
            bytes.fromhex(vector["autn"]),
            bytes.fromhex(vector["hxresStar"]),
            _link(context, "5g-aka"),
        )


async def confirm(nf: NetworkFunction, challenge: Challenge, res_star: bytes) -> Authenticated:
    """Raises SbiProblem 403 AUTHENTICATION_REJECTED when the home network does not accept RES*."""
    body = {"resStar": res_star.hex()}
    answer = await nf.sbi.request("PUT", challenge.confirmation, json=body, peer="AUSF")
    with _reading("ConfirmationDataResponse"):
        result = answer.json()
        if result["authResult"] != "AUTHENTICATION_SUCCESS":
            raise SbiProblem(403, "AUTHENTICATION_REJECTED", "the AUSF did not accept RES*")
        return Authenticated(result["supi"], bytes.fromhex(result["kseaf"]))


async def relay(
    nf: NetworkFunction, exchange: EapExchange, response: bytes
) -> EapExchange | EapSuccess | EapFailure:
    """What the home network makes of the UE's EAP response."""
    body = {"eapPayload": base64.b64encode(response).decode()}
    answer = await nf.sbi.request("POST", exchange.session, json=body, peer="AUSF")
    with _reading("EapSession"):
        session = answer.json()
        payload = base64.b64decode(session["eapPayload"])
        match session.get("authResult", "AUTHENTICATION_ONGOING"):
            case "AUTHENTICATION_SUCCESS":
                k_seaf = bytes.fromhex(session["kSeaf"])
                return EapSuccess(payload, Authenticated(session["supi"], k_seaf))
            case "AUTHENTICATION_ONGOING":
                next_one = session.get("_links") and _link(session, "eap-session")
                return EapExchange(payload, next_one or exchange.session)
            case _:
                return EapFailure(payload)


def _link(body: dict[str, Any], relation: str) -> str:
    """A link of HAL: one, or an array of them as free5GC's AUSF writes it (TS 29.571 5.2.4.21)."""
    link = body["_links"][relation]
    return str((link[0] if isinstance(link, list) else link)["href"])


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """An answer of another shape is the AUSF's fault."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        detail = f"the AUSF's answer is no {what}: {error!r}"
        raise SbiProblem(502, "INVALID_MSG_FORMAT", detail) from error
