"""N2 handover at both gNBs (TS 38.413 clauses 8.4.1 to 8.4.3, 8.4.5; TS 23.502 clause 4.9.1.3).

The source asks and tells the UE; the target makes room, and says when the UE has come. What the
radio would carry is the C-RNTI in the target's container: under it the UE arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from nfs.protocols.ngap import (
    Cause,
    HandoverCancel,
    HandoverCommand,
    HandoverFailure,
    HandoverNotify,
    HandoverPreparationFailure,
    HandoverRequest,
    HandoverRequestAcknowledge,
    HandoverRequestAcknowledgeTransfer,
    HandoverRequired,
    HandoverRequiredTransfer,
    HandoverResourceAllocationUnsuccessfulTransfer,
    NgapError,
    PduSessionItem,
    TargetGnb,
    c_rnti_of,
    source_to_target,
    target_to_source,
)
from ue_sim.gnb import resources
from ue_sim.gnb.errors import HandoverFailed
from ue_sim.gnb.rrc import RrcConnection

if TYPE_CHECKING:
    from ue_sim.gnb.amf import AmfConnection
    from ue_sim.gnb.gnb import Gnb

log = structlog.get_logger("gnb")

REASON = Cause("radioNetwork", "handover-desirable-for-radio-reason")
NO_RESOURCES = Cause("radioNetwork", "no-radio-resources-available-in-target-cell")
C_RNTIS = 1 << 16


async def prepare(ue: RrcConnection, target: Gnb) -> HandoverCommand:
    """Up to the point where the UE is told to go; raises HandoverFailed."""
    transfer = HandoverRequiredTransfer().encode()
    container = source_to_target(ue.gnb.location.nr_cgi, target.location.nr_cgi)
    required = HandoverRequired(
        *ue.ids,
        handover_type="intra5gs",
        cause=REASON,
        target=TargetGnb(target.config.global_id, target.location.tai),
        items=tuple(PduSessionItem(id_, transfer) for id_ in ue.sessions),
        source_to_target=container,
    )
    try:
        outcome = await ue.ask(required)
    except TimeoutError:
        await cancel(ue, Cause("radioNetwork", "tngrelocprep-expiry"))
        raise HandoverFailed("no answer to HANDOVER REQUIRED") from None
    if isinstance(outcome, HandoverPreparationFailure):
        raise HandoverFailed(outcome.cause.value)
    assert isinstance(outcome, HandoverCommand)  # noqa: S101 - the other outcome
    return outcome


async def cancel(ue: RrcConnection, cause: Cause) -> None:
    """8.4.5: the UE stays."""
    await ue.ask(HandoverCancel(*ue.ids, cause))


async def handover_request(gnb: Gnb, amf: AmfConnection, request: HandoverRequest) -> None:
    """At the target: make room for what the UE has (8.4.2)."""
    ue = gnb.connect_ue(lambda _: None)
    ue.amf, ue.amf_ue_ngap_id = amf, request.amf_ue_ngap_id
    ue.security_capabilities = request.ue_security_capabilities
    ue.next_hop = request.security_context
    admitted, failed = [], []
    for item in request.items:
        id_ = item.pdu_session_id
        try:
            session = resources.set_up(gnb, ue, id_, item.s_nssai, item.transfer)
        except NgapError as error:
            log.warning("session not admitted", session=id_, reason=str(error))
            refusal = HandoverResourceAllocationUnsuccessfulTransfer(NO_RESOURCES)
            failed.append(PduSessionItem(id_, refusal.encode()))
            continue
        accepted = HandoverRequestAcknowledgeTransfer(session.downlink, session.qfis)
        admitted.append(PduSessionItem(id_, accepted.encode()))
    if not admitted or not gnb.admits_handovers:
        gnb.release(ue)
        await amf.send(HandoverFailure(request.amf_ue_ngap_id, NO_RESOURCES))
        return
    c_rnti = ue.ran_ue_ngap_id % C_RNTIS
    gnb.arriving[c_rnti] = ue
    await ue.send(
        HandoverRequestAcknowledge(
            *ue.ids,
            admitted=tuple(admitted),
            failed=tuple(failed),
            target_to_source=target_to_source(c_rnti),
        )
    )


async def arrive(
    gnb: Gnb, command: HandoverCommand, on_nas: Callable[[bytes | None], None]
) -> RrcConnection:
    """At the target: the UE has come as it was told (8.4.3); raises HandoverFailed."""
    ue = gnb.arriving.pop(c_rnti_of(command.target_to_source), None)
    if ue is None:
        raise HandoverFailed("the target does not know the UE")
    ue.on_nas = on_nas
    await ue.send(HandoverNotify(*ue.ids, gnb.location))
    return ue
