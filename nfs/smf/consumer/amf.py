"""Namf_Communication (TS 29.518) as the SMF uses it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import structlog

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.multipart import NAS, NGAP, Part, build
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import NasMessage, encode
from nfs.smf.sm_context import SmContext

log = structlog.get_logger("smf")

_N1_PART = "5gnas-sm"
_N2_PART = "ngap-sm"

N2 = tuple[str, bytes]
"""An NgapIeType (TS 29.518 clause 6.1.6.3.4) and N2 SM information of it."""


async def transfer(
    nf: NetworkFunction,
    session: SmContext,
    message: NasMessage | None,
    n2: N2 | None = None,
    *,
    skip_idle: bool = False,
) -> str:
    """N1N2MessageTransfer; returns the N1N2MessageTransferCause.

    With ``skip_idle`` a UE that is idle is left alone (N1_MSG_NOT_TRANSFERRED).
    """
    failure = f"{nf.api_root}/nsmf-callback/v1/{quote(session.ref)}/n1n2-failure"
    body: dict[str, Any] = {
        "pduSessionId": session.pdu_session_id,
        "n1n2FailureTxfNotifURI": failure,
    }
    if skip_idle:
        body["skipInd"] = True
    parts: list[Part] = []
    if message is not None:
        content = {"contentId": _N1_PART}
        body["n1MessageContainer"] = {"n1MessageClass": "SM", "n1MessageContent": content}
        parts.append(Part(_N1_PART, NAS, encode(message)))
    if n2 is not None:
        kind, octets = n2
        body["n2InfoContainer"] = {
            "n2InformationClass": "SM",
            "smInfo": {
                "pduSessionId": session.pdu_session_id,
                "n2InfoContent": {"ngapIeType": kind, "ngapData": {"contentId": _N2_PART}},
                "sNssai": session.s_nssai.to_json(),
            },
        }
        parts.append(Part(_N2_PART, NGAP, octets))
    content_type, octets = build(body, parts)
    api_root = await nf.nrf.locate_instance(session.amf_instance_id, "namf-comm")
    answer = await nf.sbi.request(
        "POST",
        f"{api_root}/namf-comm/v1/ue-contexts/{session.supi}/n1-n2-messages",
        content=octets,
        headers={"content-type": content_type},
        peer="AMF",
    )
    return str(answer.json().get("cause"))


async def notify_moved(nf: NetworkFunction, session: SmContext) -> None:
    """SMContextStatusNotify: another instance of the SMF has the session now."""
    body = {"statusInfo": {"resourceStatus": "UPDATED"}, "newSmfId": nf.instance_id}
    try:
        await nf.notify(session.status_uri, body, peer="AMF")
    except SbiProblem as problem:  # it asks at the former instance then, and finds this one
        log.info("AMF not told of the SMF's change", supi=session.supi, reason=str(problem))


async def notify_released(nf: NetworkFunction, session: SmContext) -> None:
    """SMContextStatusNotify: the session is gone (TS 29.502 clause 5.2.2.5)."""
    body = {"statusInfo": {"resourceStatus": "RELEASED"}}
    await nf.notify(session.status_uri, body, peer="AMF")
