"""Which NGAP message about a UE starts what (TS 38.413 clauses 8.2 to 8.4, 8.6, 8.12, 8.14)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from nfs.amf.connection.context_release import release_n2, release_requested
from nfs.amf.mobility.handover import hand_over
from nfs.amf.mobility.location import location_reported
from nfs.amf.sessions.indications import modification_indicated, sessions_notified
from nfs.amf.sessions.n1n2_transfer import resource_response
from nfs.protocols.ngap import (
    HandoverCancel,
    HandoverCancelAcknowledge,
    HandoverRequired,
    InitialContextSetupFailure,
    InitialContextSetupResponse,
    LocationReport,
    LocationReportingFailureIndication,
    NASNonDeliveryIndication,
    NgapMessage,
    PDUSessionResourceModifyIndication,
    PDUSessionResourceModifyResponse,
    PDUSessionResourceNotify,
    PDUSessionResourceReleaseResponse,
    PDUSessionResourceSetupResponse,
    RRCInactiveTransitionReport,
    TraceFailureIndication,
    UEContextModificationFailure,
    UEContextModificationResponse,
    UEContextReleaseRequest,
    UERadioCapabilityInfoIndication,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

Procedure = Callable[["Amf", "Ue", Any], Awaitable[None]]


async def _no_context(amf: Amf, ue: Ue, failure: InitialContextSetupFailure) -> None:
    log.warning("gNB has no context for the UE", ue=ue.name, cause=str(failure.cause))
    await resource_response(amf, ue, failure)
    await release_n2(ue, failure.cause)


async def _nothing_to_cancel(_amf: Amf, ue: Ue, _cancel: HandoverCancel) -> None:
    """The handover is over already, one way or the other."""
    await ue.send_ngap(HandoverCancelAcknowledge(ue.amf_ue_ngap_id, ue.ran_ue_ngap_id))


async def _radio_capability(_amf: Amf, ue: Ue, message: UERadioCapabilityInfoIndication) -> None:
    """Kept for gNBs to come (8.14.1)."""
    ue.context.radio_capability = message.ue_radio_capability


async def _rrc_state(_amf: Amf, ue: Ue, report: RRCInactiveTransitionReport) -> None:
    ue.rrc_state = report.rrc_state
    ue.note_location(report.location)


async def _not_delivered(_amf: Amf, ue: Ue, indication: NASNonDeliveryIndication) -> None:
    """8.6.4: the timers of NAS procedures repeat what matters."""
    log.warning("NAS message not delivered", ue=ue.name, cause=indication.cause.value)


async def _context_modified(_amf: Amf, ue: Ue, response: UEContextModificationResponse) -> None:
    ue.rrc_state = response.rrc_state or ue.rrc_state


async def _context_not_modified(_amf: Amf, ue: Ue, failure: UEContextModificationFailure) -> None:
    """The gNB has not what it needs to serve the UE on: it is to come back."""
    log.warning("gNB does not modify the context", ue=ue.name, cause=failure.cause.value)
    await release_n2(ue, failure.cause)


async def _refused(
    _amf: Amf, ue: Ue, message: LocationReportingFailureIndication | TraceFailureIndication
) -> None:
    log.info("gNB refuses", ue=ue.name, message=message.NAME, cause=message.cause.value)


UE_ASSOCIATED: dict[type[NgapMessage], Procedure] = {
    InitialContextSetupResponse: resource_response,
    InitialContextSetupFailure: _no_context,
    PDUSessionResourceSetupResponse: resource_response,
    PDUSessionResourceModifyResponse: resource_response,
    PDUSessionResourceReleaseResponse: resource_response,
    UEContextReleaseRequest: release_requested,
    HandoverRequired: hand_over,
    HandoverCancel: _nothing_to_cancel,
    UERadioCapabilityInfoIndication: _radio_capability,
    UEContextModificationResponse: _context_modified,
    UEContextModificationFailure: _context_not_modified,
    RRCInactiveTransitionReport: _rrc_state,
    NASNonDeliveryIndication: _not_delivered,
    PDUSessionResourceNotify: sessions_notified,
    PDUSessionResourceModifyIndication: modification_indicated,
    LocationReport: location_reported,
    LocationReportingFailureIndication: _refused,
    TraceFailureIndication: _refused,
}
"""What else is delivered is awaited by a procedure, or comes too late for it."""
