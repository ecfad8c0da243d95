"""What an AMF orders about a UE besides its sessions (TS 38.413 clauses 8.3, 8.11, 8.12, 8.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.ngap import (
    Cause,
    DeactivateTrace,
    DownlinkRANStatusTransfer,
    LocationReport,
    LocationReportingControl,
    RRCInactiveTransitionReport,
    TraceFailureIndication,
    TraceStart,
    UEContextModificationRequest,
    UEContextModificationResponse,
    UETNLABindingReleaseRequest,
)

if TYPE_CHECKING:
    from ue_sim.gnb.gnb import Gnb
    from ue_sim.gnb.rrc import RrcConnection

log = structlog.get_logger("gnb")

NO_TRACE = Cause("misc", "unspecified")


async def modify(gnb: Gnb, ue: RrcConnection, request: UEContextModificationRequest) -> None:
    """8.3.4"""
    await ue.send(UEContextModificationResponse(*ue.ids, rrc_state="connected"))
    ue.security_key = request.security_key or ue.security_key
    ue.ambr = request.ue_ambr or ue.ambr
    ue.security_capabilities = request.ue_security_capabilities or ue.security_capabilities
    ue.amf_ue_ngap_id = request.new_amf_ue_ngap_id or ue.amf_ue_ngap_id
    if request.rrc_inactive_transition_report_request is not None:
        await report_rrc_state(gnb, ue, "connected")


async def report_rrc_state(gnb: Gnb, ue: RrcConnection, state: str) -> None:
    """8.3.5: ``connected`` or ``inactive``."""
    await ue.send(RRCInactiveTransitionReport(*ue.ids, state, gnb.location))


async def report_location(gnb: Gnb, ue: RrcConnection, control: LocationReportingControl) -> None:
    """8.12.1: at once; a UE changes its cell only by a handover, which tells the AMF anyway."""
    wanted = control.location_reporting_request_type
    if not wanted.event_type.startswith(("stop", "cancel")):
        await ue.send(LocationReport(*ue.ids, gnb.location, wanted))


async def refuse_trace(_gnb: Gnb, ue: RrcConnection, start: TraceStart) -> None:
    """8.11.1: this gNB does not trace, and says so."""
    trace_id = (start.trace_activation or {}).get("nGRANTraceID", bytes(8))
    await ue.send(TraceFailureIndication(*ue.ids, trace_id, NO_TRACE))


async def note(
    _gnb: Gnb,
    ue: RrcConnection,
    message: DeactivateTrace | UETNLABindingReleaseRequest | DownlinkRANStatusTransfer,
) -> None:
    """There is no trace, one association with each AMF, and no PDCP: nothing is to be done."""
    log.debug("noted", message=message.NAME, ran_ue_ngap_id=ue.ran_ue_ngap_id)
