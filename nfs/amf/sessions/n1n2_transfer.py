"""Namf_Communication N1N2MessageTransfer (TS 29.518 clause 5.2.2.3.1) and what the gNB answers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.consumer import smf
from nfs.amf.ue.context import UeContext
from nfs.amf.ue.events import N1N2Message
from nfs.amf.ue.ue import Ue
from nfs.common.sbi.multipart import Part
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import DlNasTransport, PayloadContainerType
from nfs.protocols.ngap import (
    InitialContextSetupFailure,
    InitialContextSetupResponse,
    PduSessionItem,
    PduSessionModifyRequestItem,
    PDUSessionResourceModifyRequest,
    PDUSessionResourceModifyResponse,
    PDUSessionResourceReleaseCommand,
    PDUSessionResourceReleaseResponse,
    PDUSessionResourceSetupRequest,
    PDUSessionResourceSetupResponse,
    PduSessionSetupRequestItem,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf

log = structlog.get_logger("amf")

ResourceResponse = (
    InitialContextSetupResponse
    | InitialContextSetupFailure
    | PDUSessionResourceSetupResponse
    | PDUSessionResourceModifyResponse
    | PDUSessionResourceReleaseResponse
)

_ENDS_USER_PLANE = ("PDU_RES_SETUP_FAIL", "PDU_RES_REL_RSP")


def accept_transfer(
    amf: Amf, supi: str, body: dict[str, Any], parts: dict[str, Part]
) -> tuple[int, dict[str, str], str]:
    """Take a transfer over for delivery in turn, or for when an idle UE has been reached.

    Returns the status, N1N2MessageTransferRspData, and the URI of the message.
    """
    context = amf.registry.context(supi)
    if context is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no UE context of {supi} at this AMF")
    transfer = _transfer(amf, context, body, parts)
    ue = amf.registry.get(supi)
    if ue is None or not ue.connected:
        if body.get("skipInd") is True and transfer.n2_sm is None:
            return 200, {"cause": "N1_MSG_NOT_TRANSFERRED"}, transfer.location
        if not amf.paging.reachable(context):
            raise SbiProblem(504, "UE_NOT_REACHABLE", f"{supi} is idle and cannot be paged")
    if amf.paging.deliver(context, transfer):
        return 200, {"cause": "N1_N2_TRANSFER_INITIATED"}, transfer.location
    return 202, {"cause": "ATTEMPTING_TO_REACH_UE"}, transfer.location


def _transfer(
    amf: Amf, context: UeContext, body: dict[str, Any], parts: dict[str, Part]
) -> N1N2Message:
    n1 = _part(body.get("n1MessageContainer"), "n1MessageContent", parts)
    info = (body.get("n2InfoContainer") or {}).get("smInfo") or {}
    content = info.get("n2InfoContent") or {}
    n2 = _part(content, "ngapData", parts)
    session_id = body.get("pduSessionId", info.get("pduSessionId"))
    if not isinstance(session_id, int) or session_id not in context.sessions:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"{context.supi} has no session {session_id}")
    if n1 is None and n2 is None:
        raise SbiProblem(400, "MANDATORY_IE_MISSING", "neither an N1 nor an N2 message")
    uri = body.get("n1n2FailureTxfNotifURI")
    messages = f"{amf.api_root}/namf-comm/v1/ue-contexts/{context.supi}/n1-n2-messages"
    return N1N2Message(
        pdu_session_id=session_id,
        n1_sm=n1,
        n2_sm=n2,
        n2_kind=content.get("ngapIeType"),
        failure_uri=uri if isinstance(uri, str) else None,
        location=f"{messages}/{uuid.uuid4()}",
    )


def _part(container: dict[str, Any] | None, attribute: str, parts: dict[str, Part]) -> bytes | None:
    reference = ((container or {}).get(attribute) or {}).get("contentId")
    if reference is None:
        return None
    if reference not in parts:
        detail = f"no part has the content id {reference!r}"
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", detail)
    return parts[reference].octets


def pass_on(ue: Ue, pdu_session_id: int, answer: smf.SmAnswer) -> None:
    """What an SMF says to the UE and the gNB in its answer to an update (TS 29.502 5.2.2.3)."""
    if answer.n1_sm is not None or answer.n2_sm is not None:
        ue.deliver(N1N2Message(pdu_session_id, answer.n1_sm, answer.n2_sm, answer.n2_kind))


async def deliver_to_ue(ue: Ue, transfer: N1N2Message) -> None:
    """Send the N1 message inside the NGAP message that its N2 information asks for."""
    session = ue.context.sessions.get(transfer.pdu_session_id)
    if session is None:
        log.warning("transfer for a released session", ue=ue.name, session=transfer.pdu_session_id)
        return
    ids = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    nas = None
    if transfer.n1_sm is not None:
        message = DlNasTransport(
            PayloadContainerType.N1_SM, transfer.n1_sm, pdu_session_id=transfer.pdu_session_id
        )
        if transfer.n2_sm is None:
            await ue.send_nas(message)
            return
        nas = ue.protect(message)
    n2 = transfer.n2_sm or b""
    match transfer.n2_kind:
        case "PDU_RES_SETUP_REQ":
            setup = PduSessionSetupRequestItem(session.pdu_session_id, nas, session.s_nssai, n2)
            await ue.send_ngap(PDUSessionResourceSetupRequest(*ids, items=(setup,)))
        case "PDU_RES_MOD_REQ":
            modify = PduSessionModifyRequestItem(session.pdu_session_id, nas, n2)
            await ue.send_ngap(PDUSessionResourceModifyRequest(*ids, items=(modify,)))
        case "PDU_RES_REL_CMD":
            release = PduSessionItem(session.pdu_session_id, n2)
            await ue.send_ngap(
                PDUSessionResourceReleaseCommand(*ids, nas_pdu=nas, items=(release,))
            )
        case other:
            log.warning("N2 information not supported", ue=ue.name, kind=other)


async def resource_response(amf: Amf, ue: Ue, response: ResourceResponse) -> None:
    """Hand the gNB's answer for each session to its SMF (TS 29.502 clause 5.2.2.3.2)."""
    match response:
        case PDUSessionResourceSetupResponse() | InitialContextSetupResponse():
            items = [(i, "PDU_RES_SETUP_RSP") for i in response.setup]
            items += [(i, "PDU_RES_SETUP_FAIL") for i in response.failed]
        case InitialContextSetupFailure():
            items = [(i, "PDU_RES_SETUP_FAIL") for i in response.failed]
        case PDUSessionResourceModifyResponse():
            items = [(i, "PDU_RES_MOD_RSP") for i in response.modified]
            items += [(i, "PDU_RES_MOD_FAIL") for i in response.failed]
        case PDUSessionResourceReleaseResponse():
            items = [(i, "PDU_RES_REL_RSP") for i in response.released]
    for item, kind in items:
        session = ue.context.sessions.get(item.pdu_session_id)
        if session is None:
            continue
        try:
            answer = await smf.update_n2(amf, session, kind, item.transfer)
        except SbiProblem as problem:
            log.warning("SMF refuses the gNB's answer", ue=ue.name, reason=str(problem))
        else:
            session.up_active = kind not in _ENDS_USER_PLANE
            pass_on(ue, session.pdu_session_id, answer)
