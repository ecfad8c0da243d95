"""Nsmf_PDUSession (TS 29.502) as the AMF uses it."""

from __future__ import annotations

from typing import Any

from nfs.amf.ue_context import SmContext, UeContext
from nfs.common.identities import Guami
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.client import SbiResponse
from nfs.common.sbi.multipart import NAS, NGAP, Part, build, parse
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable

SERVICE = "nsmf-pdusession"
N1_PART = "5gnas-sm"
N2_PART = "ngap-sm"


async def create(
    nf: NetworkFunction,
    ue: UeContext,
    session: SmContext,
    guami: Guami,
    n1_sm: bytes,
    *,
    request_type: str = "INITIAL_REQUEST",
) -> str:
    """CreateSMContext; returns the URI of the SM context."""
    body: dict[str, Any] = {
        "supi": ue.supi,
        "pduSessionId": session.pdu_session_id,
        "dnn": session.dnn,
        "sNssai": session.s_nssai.to_json(),
        "servingNfId": nf.instance_id,
        "guami": guami.to_json(),
        "servingNetwork": guami.plmn.to_json(),
        "requestType": request_type,
        "n1SmMsg": {"contentId": N1_PART},
        "anType": "3GPP_ACCESS",
        "ratType": "NR",
        "ueLocation": ue.user_location(),
        "smContextStatusUri": _status_uri(nf, ue, session),
    }
    content_type, content = build(body, [Part(N1_PART, NAS, n1_sm)])
    answer = await nf.call(
        "SMF",
        SERVICE,
        "POST",
        f"/{SERVICE}/v1/sm-contexts",
        content=content,
        headers={"content-type": content_type},
    )
    location = answer.headers["location"]
    if location.startswith("/"):
        location = await nf.nrf.locate("SMF", SERVICE) + location
    return location


async def update_n1(nf: NetworkFunction, session: SmContext, n1_sm: bytes) -> None:
    """UpdateSMContext with a 5GSM message of the UE."""
    body = {"n1SmMsg": {"contentId": N1_PART}}
    await _modify(nf, session, body, Part(N1_PART, NAS, n1_sm))


async def update_n2(nf: NetworkFunction, session: SmContext, kind: str, n2_sm: bytes) -> None:
    """UpdateSMContext with N2 SM information; ``kind`` is an N2SmInfoType (TS 29.502 6.1.6.3.5)."""
    body = {"n2SmInfo": {"contentId": N2_PART}, "n2SmInfoType": kind}
    await _modify(nf, session, body, Part(N2_PART, NGAP, n2_sm))


async def serve(nf: NetworkFunction, ue: UeContext, session: SmContext) -> None:
    """UpdateSMContext: this AMF serves the UE from now on."""
    body = {"servingNfId": nf.instance_id, "smContextStatusUri": _status_uri(nf, ue, session)}
    await _request(nf, session, "modify", json=body)


async def deactivate(nf: NetworkFunction, ue: UeContext, session: SmContext) -> None:
    """UpdateSMContext: the UE is idle (TS 29.502 clause 5.2.2.3.2.3)."""
    body: dict[str, Any] = {"upCnxState": "DEACTIVATED", "cause": "AN_RELEASE"}
    body |= {"ueLocation": ue.user_location(), "anType": "3GPP_ACCESS"}
    await _request(nf, session, "modify", json=body)


async def activate(nf: NetworkFunction, ue: UeContext, session: SmContext) -> bytes:
    """UpdateSMContext: returns the N2 SM information for the gNB (TS 29.502 5.2.2.3.2.2)."""
    body: dict[str, Any] = {"upCnxState": "ACTIVATING", "anType": "3GPP_ACCESS", "ratType": "NR"}
    body |= {"ueLocation": ue.user_location()}
    answer = await _request(nf, session, "modify", json=body)
    updated, parts = parse(answer.headers.get("content-type", ""), answer.content)
    part = parts.get(str((updated.get("n2SmInfo") or {}).get("contentId")))
    if part is None:
        raise SbiProblem(502, "INVALID_MSG_FORMAT", "no N2 SM information to activate with")
    return part.octets


def moved(session: SmContext, api_root: str) -> None:
    """Another instance of the SMF has the session."""
    _, separator, path = session.location.partition(f"/{SERVICE}/")
    session.location = api_root + separator + path


async def _request(
    nf: NetworkFunction, session: SmContext, operation: str, **request: Any
) -> SbiResponse:
    """To the SMF instance of the session; when that one is gone, to another of the set."""
    try:
        return await nf.sbi.request(
            "POST", f"{session.location}/{operation}", peer="SMF", **request
        )
    except SbiUnreachable:
        former = session.location
        for api_root in await nf.nrf.candidates("SMF", SERVICE):
            moved(session, api_root)
            if session.location == former:
                continue
            try:
                return await nf.sbi.request(
                    "POST", f"{session.location}/{operation}", peer="SMF", **request
                )
            except SbiUnreachable:
                continue
        session.location = former
        raise


def _status_uri(nf: NetworkFunction, ue: UeContext, session: SmContext) -> str:
    path = f"/namf-callback/v1/{ue.supi}/sm-context-status/{session.pdu_session_id}"
    return nf.api_root + path


async def release(nf: NetworkFunction, session: SmContext, cause: str) -> None:
    """ReleaseSMContext; ``cause`` is a TS 29.502 Cause."""
    await _request(nf, session, "release", json={"cause": cause})


async def _modify(
    nf: NetworkFunction, session: SmContext, body: dict[str, Any], part: Part
) -> None:
    content_type, content = build(body, [part])
    headers = {"content-type": content_type}
    await _request(nf, session, "modify", content=content, headers=headers)
