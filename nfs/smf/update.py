"""UpdateSMContext: what the UE and the gNB say about a session (TS 29.502 clause 5.2.2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    NasDiscard,
    NasMessage,
    NasReject,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    PduSessionReleaseComplete,
    PduSessionReleaseRequest,
    SmCause,
    SmStatus,
    decode,
)
from nfs.protocols.ngap import (
    NgapError,
    PDUSessionResourceModifyUnsuccessfulTransfer,
    PDUSessionResourceSetupResponseTransfer,
    PDUSessionResourceSetupUnsuccessfulTransfer,
)
from nfs.smf.consumer import amf
from nfs.smf.establishment import setup_failed
from nfs.smf.handover import N2Answer, switch_path
from nfs.smf.release import release_requested
from nfs.smf.sm_context import SmContext, UpCnxState

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

_ANSWERS = (
    PduSessionModificationComplete,
    PduSessionModificationCommandReject,
    PduSessionReleaseComplete,
)


async def receive_n1(smf: Smf, session: SmContext, octets: bytes) -> None:
    """A 5GSM message of the UE; errors are answered as TS 24.501 clause 7 says."""
    try:
        message = decode(octets)
    except NasReject as error:
        log.warning("5GSM message refused", supi=session.supi, reason=error.reason)
        cause = (
            error.cause if isinstance(error.cause, SmCause) else SmCause.PROTOCOL_ERROR_UNSPECIFIED
        )
        await _send(smf, session, SmStatus(session.pdu_session_id, 0, cause))
        return
    except NasDiscard as error:
        log.warning("5GSM message discarded", supi=session.supi, reason=error.reason)
        return
    if isinstance(message, _ANSWERS):
        session.answered(message)
    elif isinstance(message, PduSessionReleaseRequest):
        smf.spawn(release_requested(smf, session, message))
    elif isinstance(message, PduSessionModificationRequest):
        # QoS is asked for with an intent; the UE's own request for it is not offered.
        cause = SmCause.REQUEST_REJECTED_UNSPECIFIED
        reject = PduSessionModificationReject(session.pdu_session_id, message.pti, cause)
        await _send(smf, session, reject)
    elif isinstance(message, SmStatus):
        log.warning("UE reports a 5GSM error", supi=session.supi, cause=message.cause.name)
    else:
        cause = SmCause.MESSAGE_TYPE_NOT_COMPATIBLE_WITH_THE_PROTOCOL_STATE
        await _send(smf, session, SmStatus(session.pdu_session_id, 0, cause))


async def _send(smf: Smf, session: SmContext, message: NasMessage) -> None:
    await amf.transfer(smf, session, message)


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
            case "PATH_SWITCH_SETUP_FAIL":
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
