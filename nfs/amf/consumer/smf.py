"""Nsmf_PDUSession (TS 29.502) as the AMF uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nfs.amf.ue.context import SmContext, UeContext
from nfs.common.identities import Guami
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.multipart import NAS, NGAP, Part, build
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.sbi.response import SbiRefusal, SbiResponse

SERVICE = "nsmf-pdusession"
N1_PART = "5gnas-sm"
N2_PART = "ngap-sm"
_ACCEPT = {"accept": "application/json, application/problem+json, multipart/related"}


@dataclass(frozen=True, slots=True)
class SmAnswer:
    """What an SMF has for the UE and its gNB: of SmContextUpdatedData, or of a refusal."""

    n1_sm: bytes | None = None
    n2_sm: bytes | None = None
    n2_kind: str | None = None
    """An N2SmInfoType (TS 29.502 clause 6.1.6.3.5)."""


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
    if ue.pei:
        body["pei"] = ue.pei
    content_type, content = build(body, [Part(N1_PART, NAS, n1_sm)])
    answer = await nf.call(
        "SMF",
        SERVICE,
        "POST",
        f"/{SERVICE}/v1/sm-contexts",
        content=content,
        headers=_ACCEPT | {"content-type": content_type},
    )
    return await nf.created(answer, "SMF", SERVICE)


async def update_n1(nf: NetworkFunction, session: SmContext, n1_sm: bytes) -> SmAnswer:
    """UpdateSMContext with a 5GSM message of the UE."""
    body = {"n1SmMsg": {"contentId": N1_PART}}
    return await modify(nf, session, body, Part(N1_PART, NAS, n1_sm))


async def update_n2(nf: NetworkFunction, session: SmContext, kind: str, n2_sm: bytes) -> SmAnswer:
    """UpdateSMContext with N2 SM information; ``kind`` is an N2SmInfoType (TS 29.502 6.1.6.3.5)."""
    body = {"n2SmInfo": {"contentId": N2_PART}, "n2SmInfoType": kind}
    return await modify(nf, session, body, Part(N2_PART, NGAP, n2_sm))


async def serve(nf: NetworkFunction, ue: UeContext, session: SmContext) -> None:
    """UpdateSMContext: this AMF serves the UE from now on."""
    body = {"servingNfId": nf.instance_id, "smContextStatusUri": _status_uri(nf, ue, session)}
    await modify(nf, session, body)


async def deactivate(nf: NetworkFunction, ue: UeContext, session: SmContext) -> None:
    """UpdateSMContext: the UE is idle (TS 29.502 clause 5.2.2.3.2.3)."""
    body: dict[str, Any] = {"upCnxState": "DEACTIVATED", "cause": "AN_RELEASE"}
    body |= {"ueLocation": ue.user_location(), "anType": "3GPP_ACCESS"}
    await modify(nf, session, body)


async def activate(nf: NetworkFunction, ue: UeContext, session: SmContext) -> bytes:
    """UpdateSMContext: returns the N2 SM information for the gNB (TS 29.502 5.2.2.3.2.2)."""
    body: dict[str, Any] = {"upCnxState": "ACTIVATING", "anType": "3GPP_ACCESS", "ratType": "NR"}
    body |= {"ueLocation": ue.user_location()}
    answer = await modify(nf, session, body)
    if answer.n2_sm is None:
        raise SbiProblem(502, "INVALID_MSG_FORMAT", "no N2 SM information to activate with")
    return answer.n2_sm


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


async def modify(
    nf: NetworkFunction, session: SmContext, body: dict[str, Any], part: Part | None = None
) -> SmAnswer:
    if part is None:
        return _answer(await _request(nf, session, "modify", json=body, headers=_ACCEPT))
    content_type, content = build(body, [part])
    headers = _ACCEPT | {"content-type": content_type}
    return _answer(await _request(nf, session, "modify", content=content, headers=headers))


def refused(problem: SbiProblem) -> SmAnswer:
    """What an SMF that refuses has for the UE, such as PDU SESSION ESTABLISHMENT REJECT."""
    if isinstance(problem, SbiRefusal):
        try:
            return _answer(problem.response)
        except SbiProblem:
            pass
    return SmAnswer()


def _answer(response: SbiResponse) -> SmAnswer:
    """Raises SbiProblem 502 when the answer names parts that it does not have."""
    body, parts = response.parts()

    def octets(attribute: str) -> bytes | None:
        reference = body.get(attribute)
        if reference is None:
            return None
        try:
            return parts[reference["contentId"]].octets
        except (KeyError, TypeError):
            detail = f"{attribute} of the SMF's answer refers to a part that is not there"
            raise SbiProblem(502, "INVALID_MSG_FORMAT", detail) from None

    return SmAnswer(
        n1_sm=octets("n1SmMsg"),
        n2_sm=octets("n2SmInfo"),
        n2_kind=body.get("n2SmInfoType"),
    )
