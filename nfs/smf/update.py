"""UpdateSMContext: what the UE and the gNB say about a session (TS 29.502 clause 5.2.2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.multipart import Part
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    PduSessionModificationRequest,
    PduSessionReleaseRequest,
    SmCause,
    SmMessage,
    SmStatus,
)
from nfs.protocols.nas.sm_reception import SmDiscarded, SmRefused, receive_at_network
from nfs.protocols.ngap import (
    NgapError,
    PDUSessionResourceModifyUnsuccessfulTransfer,
    PDUSessionResourceNotifyTransfer,
    PDUSessionResourceSetupResponseTransfer,
    PDUSessionResourceSetupUnsuccessfulTransfer,
)
from nfs.smf.establishment import setup_failed
from nfs.smf.handover import N2Answer, switch_path, tunnel_moved, update_handover
from nfs.smf.modification_requested import modification_requested
from nfs.smf.release import release_requested, release_session, release_unknown
from nfs.smf.sm_context import Aborted, SmContext, UpCnxState
from nfs.smf.updated import Updated
from nfs.smf.user_plane_connection import update_connection

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")


async def update_sm_context(
    smf: Smf, session: SmContext, body: dict[str, object], parts: dict[str, Part]
) -> Updated:
    """What SmContextUpdateData holds, in this order; the answer to the last of it."""
    updated = Updated()
    if "servingNfId" in body:
        serve_from(smf, session, body)
    if "n1SmMsg" in body:
        updated = await receive_n1(smf, session, part(body, "n1SmMsg", parts))
    kind = str(body["n2SmInfoType"]) if "n2SmInfoType" in body else None
    n2_sm = part(body, "n2SmInfo", parts) if "n2SmInfo" in body else None
    if "hoState" in body:
        state = str(body["hoState"])
        n2 = await update_handover(smf, session, state, kind, n2_sm)
        return Updated(updated.n1, n2, ho_state=state)
    if n2_sm is not None and (n2 := await receive_n2(smf, session, str(kind), n2_sm)) is not None:
        updated = Updated(updated.n1, n2)
    if "upCnxState" in body:
        setup = await update_connection(smf, session, str(body["upCnxState"]))
        n2 = None if setup is None else ("PDU_RES_SETUP_REQ", setup)
        updated = Updated(updated.n1, n2, session.up_cnx_state)
    if body.get("release") is True:
        smf.spawn(release_session(smf, session, SmCause.REGULAR_DEACTIVATION))
    return updated


def part(body: dict[str, object], attribute: str, parts: dict[str, Part]) -> bytes:
    """The octets that an attribute of the JSON part refers to; raises SbiProblem 400."""
    reference = body.get(attribute)
    content_id = reference.get("contentId") if isinstance(reference, dict) else None
    if content_id not in parts:
        detail = f"{attribute} refers to the part {content_id!r}, which is not there"
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", detail)
    return parts[content_id].octets


async def receive_n1(smf: Smf, session: SmContext, octets: bytes) -> Updated:
    """A 5GSM message of the UE; errors are answered as TS 24.501 clause 7 says."""
    outcome = receive_at_network(octets)
    if isinstance(outcome, SmDiscarded):
        log.warning("5GSM message discarded", supi=session.supi, reason=outcome.reason)
        return Updated()
    if isinstance(outcome, SmRefused):
        log.warning("5GSM message refused", supi=session.supi, reason=outcome.reason)
        return Updated(outcome.answer)
    message = outcome.message
    if message.pdu_session_id != session.pdu_session_id:
        return _status(message, SmCause.INVALID_PDU_SESSION_IDENTITY)
    match message:
        case PduSessionModificationRequest():
            return await modification_requested(smf, session, message)
        case PduSessionReleaseRequest():
            return await release_requested(smf, session, message)
        case SmStatus():
            _reported(smf, session, message)
        case _ if session.awaits(message):
            await session.settle(message)
        case _ if message.pti:
            return _status(message, SmCause.PTI_MISMATCH)
        case _:
            cause = SmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE
            return _status(message, cause)
    return Updated()


def _status(message: SmMessage, cause: SmCause) -> Updated:
    return Updated(SmStatus(message.pdu_session_id, message.pti, cause))


def _reported(smf: Smf, session: SmContext, status: SmStatus) -> None:
    """5GSM STATUS (clause 6.5.3): the UE cannot do with what it got."""
    log.warning("UE reports a 5GSM error", supi=session.supi, cause=status.cause.name)
    if session.procedure.locked():
        session.answered(Aborted(f"5GSM STATUS, {status.cause.name}"))
    elif status.cause is SmCause.INVALID_PDU_SESSION_IDENTITY:
        smf.spawn(release_unknown(smf, session))
    elif status.pti == session.accepted:  # it has not taken the acceptance
        smf.spawn(release_session(smf, session, SmCause.REGULAR_DEACTIVATION))


def serve_from(smf: Smf, session: SmContext, body: dict[str, object]) -> None:
    """Another AMF serves the UE."""
    session.amf_instance_id = str(body["servingNfId"])
    if isinstance(uri := body.get("smContextStatusUri"), str):
        session.status_uri = uri
    smf.sessions.save(session)


async def receive_n2(smf: Smf, session: SmContext, kind: str, octets: bytes) -> N2Answer:
    """N2 SM information of the gNB, and what it is told; ``kind`` is an N2SmInfoType."""
    try:
        match kind:
            case "PDU_RES_SETUP_RSP":
                response = PDUSessionResourceSetupResponseTransfer.decode(octets)
                session.downlink_tunnel = response.downlink_tunnel
                session.up_cnx_state = UpCnxState.ACTIVATED
                session.accepting = None
                smf.sessions.save(session)
                await smf.n4.modify(session)
            case "PDU_RES_SETUP_FAIL":
                failure = PDUSessionResourceSetupUnsuccessfulTransfer.decode(octets)
                log.warning("gNB refuses", supi=session.supi, cause=failure.cause.value)
                session.up_cnx_state = UpCnxState.DEACTIVATED
                if session.accepting is not None:
                    smf.spawn(setup_failed(smf, session, session.accepting))
            case "PDU_RES_MOD_FAIL":
                session.answered(PDUSessionResourceModifyUnsuccessfulTransfer.decode(octets))
            case "PATH_SWITCH_REQ":
                return await switch_path(smf, session, octets)
            case "PDU_RES_MOD_IND":
                return await tunnel_moved(smf, session, octets)
            case "PDU_RES_NTY":
                notified = PDUSessionResourceNotifyTransfer.decode(octets)
                log.warning("QoS", supi=session.supi, not_kept=notified.not_fulfilled)
            case "PATH_SWITCH_SETUP_FAIL" | "PDU_RES_NTY_REL":
                session.up_cnx_state = UpCnxState.DEACTIVATED
                session.downlink_tunnel = None
                smf.sessions.save(session)
                await smf.n4.modify(session)
            case "PDU_RES_MOD_RSP" | "PDU_RES_REL_RSP":
                log.debug("gNB done", supi=session.supi, kind=kind)
            case _:
                log.warning("N2 information noted", supi=session.supi, kind=kind)
    except NgapError as error:
        detail = f"N2 SM information {kind}: {error}"
        raise SbiProblem(403, "N2_SM_ERROR", detail) from error
    return None
