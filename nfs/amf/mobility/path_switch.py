"""Xn handover: the path switch (TS 23.502 clause 4.9.1.2, TS 38.413 clause 8.4.4).

The UE is at its new gNB already. The SMFs move the downlink there, and the gNB gets a fresh next
hop for the one after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import smf_mobility as smf
from nfs.amf.ue.events import PathSwitch
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import (
    Cause,
    NextHop,
    PathSwitchRequest,
    PathSwitchRequestAcknowledge,
    PathSwitchRequestFailure,
    PathSwitchRequestUnsuccessfulTransfer,
    PduSessionItem,
    UeSecurityCapabilities,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

UNKNOWN_SESSION = Cause("radioNetwork", "unknown-PDU-session-ID")
NOT_SWITCHED = Cause("radioNetwork", "unspecified")


async def switch_path(amf: Amf, ue: Ue, event: PathSwitch) -> None:
    gnb, request = event.gnb, event.request
    capability = ue.context.security_capability
    known = request.source_amf_ue_ngap_id == ue.amf_ue_ngap_id
    if (
        not known
        or not ue.context_at_gnb
        or ue.next_hops is None
        or capability is None
        or ue.releasing
    ):
        await gnb.send(failure(request, NOT_SWITCHED), request.ran_ue_ngap_id)
        return
    stored = UeSecurityCapabilities.from_nas(capability)
    mismatch = request.ue_security_capabilities not in (None, stored)
    if mismatch:  # TS 33.501 clause 6.7.3.1: the AMF's are right
        log.warning("gNB has other security capabilities of the UE", ue=ue.name, gnb=str(gnb))
    switched, released = await _sessions(amf, ue, request)
    if not switched:
        await gnb.send(failure(request, NOT_SWITCHED), request.ran_ue_ngap_id)
        return
    amf.n2.move(ue, gnb, ue.amf_ue_ngap_id, request.ran_ue_ngap_id)
    ue.note_location(request.location)
    await ue.send_ngap(
        PathSwitchRequestAcknowledge(
            amf_ue_ngap_id=ue.amf_ue_ngap_id,
            ran_ue_ngap_id=ue.ran_ue_ngap_id,
            ue_security_capabilities=stored if mismatch else None,
            security_context=NextHop(*ue.next_hops.advance()),
            switched=tuple(switched),
            released=tuple(released),
            allowed_nssai=ue.context.allowed_nssai,
        )
    )
    log.info("path switched", ue=ue.name, gnb=str(gnb))


async def _sessions(
    amf: Amf, ue: Ue, request: PathSwitchRequest
) -> tuple[list[PduSessionItem], list[PduSessionItem]]:
    switched, released = [], []
    for item in request.items:
        session = ue.context.sessions.get(item.pdu_session_id)
        if session is None:
            released.append(_unsuccessful(item.pdu_session_id, UNKNOWN_SESSION))
            continue
        try:
            n2 = await smf.switch_path(amf, ue.context, session, item.transfer)
            switched.append(PduSessionItem(item.pdu_session_id, n2))
        except SbiProblem as problem:
            log.warning("session not switched", ue=ue.name, reason=str(problem))
            released.append(_unsuccessful(item.pdu_session_id, NOT_SWITCHED))
    for item in request.failed:
        if (session := ue.context.sessions.get(item.pdu_session_id)) is not None:
            session.up_active = False
            try:
                await smf.path_not_switched(amf, session, item.transfer)
            except SbiProblem as problem:
                log.warning("SMF not told", ue=ue.name, reason=str(problem))
    return switched, released


def failure(request: PathSwitchRequest, cause: Cause) -> PathSwitchRequestFailure:
    """No session is switched (8.4.4.3)."""
    return PathSwitchRequestFailure(
        amf_ue_ngap_id=request.source_amf_ue_ngap_id,
        ran_ue_ngap_id=request.ran_ue_ngap_id,
        released=tuple(_unsuccessful(item.pdu_session_id, cause) for item in request.items),
    )


def _unsuccessful(pdu_session_id: int, cause: Cause) -> PduSessionItem:
    return PduSessionItem(pdu_session_id, PathSwitchRequestUnsuccessfulTransfer(cause).encode())
