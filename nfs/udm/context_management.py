"""Nudm_UEContextManagement (TS 29.503 clause 5.3.2): which AMF and which SMFs serve a UE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from nfs.common.models.udm import Amf3GppAccessRegistration, SmfRegistration
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.udm.app import Udm

log = structlog.get_logger("udm")

_AMF = "amf-registrations"
_SMF = "smf-registrations"


def register_amf(udm: Udm, supi: str, registration: Amf3GppAccessRegistration) -> bool:
    """Whether no AMF served the UE before; an AMF that did is told that it no longer does."""
    udm.subscriber(supi)
    previous = udm.store.get(_AMF, supi)
    udm.store.put(_AMF, supi, registration.to_json())
    if previous is None:
        return True
    # An AMF that has restarted has another identity and the same callback: it is not the old one.
    callback = previous.value["deregCallbackUri"]
    if callback != registration.dereg_callback_uri:
        udm.spawn(_notify_deregistration(udm, callback))
    return False


async def _notify_deregistration(udm: Udm, callback: str) -> None:
    body = {"deregReason": "UE_INITIAL_REGISTRATION", "accessType": "3GPP_ACCESS"}
    try:
        await udm.notify(callback, body, peer="AMF")
    except SbiProblem as problem:
        log.warning("previous AMF not told", callback=callback, reason=str(problem))


def amf_registration(udm: Udm, supi: str) -> dict[str, Any]:
    document = udm.store.get(_AMF, supi)
    if document is None:
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no AMF serves {supi}")
    return document.value


def update_amf(udm: Udm, supi: str, change: dict[str, Any]) -> None:
    """Only the AMF that serves the UE may change its registration, or end it (purgeFlag)."""
    registration = amf_registration(udm, supi)
    if change.get("guami") != registration["guami"]:
        raise SbiProblem(403, "INVALID_GUAMI", f"another AMF serves {supi}")
    if change.get("purgeFlag"):
        udm.store.delete(_AMF, supi)
        return
    try:
        changed = Amf3GppAccessRegistration.model_validate(registration | change)
    except ValueError as error:
        raise SbiProblem(400, "OPTIONAL_IE_INCORRECT", str(error)) from error
    udm.store.put(_AMF, supi, changed.to_json())


def register_smf(udm: Udm, supi: str, pdu_session_id: int, registration: SmfRegistration) -> bool:
    """Whether the PDU session is a new one."""
    udm.subscriber(supi)
    if registration.pdu_session_id != pdu_session_id:
        detail = "pduSessionId of the body is not the one of the path"
        raise SbiProblem(400, "MANDATORY_IE_INCORRECT", detail)
    return udm.store.put(_SMF, f"{supi}/{pdu_session_id}", registration.to_json()) == 1


def deregister_smf(udm: Udm, supi: str, pdu_session_id: int) -> None:
    if not udm.store.delete(_SMF, f"{supi}/{pdu_session_id}"):
        detail = f"no SMF serves PDU session {pdu_session_id} of {supi}"
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", detail)


def context_in_smf(udm: Udm, supi: str) -> dict[str, Any]:
    """UeContextInSmfData (TS 29.503 clause 6.1.6.2.16)."""
    udm.subscriber(supi)
    sessions = [document.value for _, document in udm.store.scan(_SMF, f"{supi}/")]
    attributes = ("dnn", "smfInstanceId", "plmnId", "singleNssai")
    return {
        "pduSessions": {
            str(session["pduSessionId"]): {a: session[a] for a in attributes if a in session}
            for session in sessions
        }
    }
