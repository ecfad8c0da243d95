"""Preparation of an N2 handover (TS 23.502 clause 4.9.1.3.2, TS 38.413 clauses 8.4.1, 8.4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import smf_mobility as smf
from nfs.amf.ue.context import SmContext
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import (
    Cause,
    HandoverCancel,
    HandoverCommand,
    HandoverFailure,
    HandoverPreparationUnsuccessfulTransfer,
    HandoverRequest,
    HandoverRequestAcknowledge,
    HandoverRequired,
    NextHop,
    NgapMessage,
    PduSessionHandoverItem,
    PduSessionItem,
    UeSecurityCapabilities,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.n2.gnb import Gnb
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

PREPARATION_SECONDS = 5.0
"""For the target's answer."""

INTRA_5GS = "intra5gs"
UNKNOWN_TARGET = Cause("radioNetwork", "unknown-targetID")
NOT_ALLOWED = Cause("radioNetwork", "ho-target-not-allowed")
FAILED = Cause("radioNetwork", "ho-failure-in-target-5GC-ngran-node-or-target-system")
EXPIRED = Cause("radioNetwork", "tngrelocprep-expiry")


@dataclass(eq=False)
class HandoverTarget:
    """Where a UE is about to go: its identifiers at the target gNB."""

    ue: Ue
    gnb: Gnb
    amf_ue_ngap_id: int
    ran_ue_ngap_id: int | None = None
    """Known once the target has acknowledged."""


class NotPrepared(Exception):
    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class Cancelled(Exception):
    """The source has changed its mind."""


def choose_target(amf: Amf, ue: Ue, required: HandoverRequired) -> HandoverTarget:
    if required.handover_type != INTRA_5GS or not ue.context_at_gnb or ue.next_hops is None:
        raise NotPrepared(NOT_ALLOWED)
    wanted = required.target.gnb_id
    gnb = next((g for g in amf.n2.gnbs if g.global_id == wanted and g is not ue.gnb), None)
    if gnb is None:
        raise NotPrepared(UNKNOWN_TARGET)
    target = HandoverTarget(ue, gnb, amf.n2.new_id())
    amf.n2.targets[target.amf_ue_ngap_id] = target
    return target


async def prepare(
    amf: Amf,
    ue: Ue,
    target: HandoverTarget,
    required: HandoverRequired,
    sessions: dict[int, SmContext],
) -> HandoverCommand:
    """Steps 3 to 12 of the preparation phase."""
    items = []
    for required_item in required.items:
        session = sessions.get(required_item.pdu_session_id)
        if session is None:
            continue
        try:
            n2 = await smf.prepare_handover(amf, session, required.target, required_item.transfer)
        except SbiProblem as problem:
            log.warning("session stays behind", ue=ue.name, reason=str(problem))
            continue
        items.append(PduSessionHandoverItem(session.pdu_session_id, session.s_nssai, n2))
    if not items:
        raise NotPrepared(FAILED)
    try:
        await target.gnb.send(_request(amf, ue, target, required, tuple(items)))
        answer = await expect(ue, PREPARATION_SECONDS, HandoverRequestAcknowledge, HandoverFailure)
    except TimeoutError:
        raise NotPrepared(EXPIRED) from None
    except ConnectionError:
        raise NotPrepared(FAILED) from None
    if not isinstance(answer, HandoverRequestAcknowledge):
        raise NotPrepared(getattr(answer, "cause", FAILED))
    target.ran_ue_ngap_id = answer.ran_ue_ngap_id
    admitted = await _admitted(amf, ue, sessions, answer)
    if not admitted:
        raise NotPrepared(FAILED)
    kept = {item.pdu_session_id for item in admitted}
    left = HandoverPreparationUnsuccessfulTransfer(FAILED).encode()
    return HandoverCommand(
        amf_ue_ngap_id=ue.amf_ue_ngap_id,
        ran_ue_ngap_id=ue.ran_ue_ngap_id,
        handover_type=INTRA_5GS,
        items=tuple(admitted),
        to_release=tuple(
            PduSessionItem(i.pdu_session_id, left)
            for i in required.items
            if i.pdu_session_id not in kept
        ),
        target_to_source=answer.target_to_source,
    )


def _request(
    amf: Amf,
    ue: Ue,
    target: HandoverTarget,
    required: HandoverRequired,
    items: tuple[PduSessionHandoverItem, ...],
) -> HandoverRequest:
    context = ue.context
    assert ue.next_hops is not None  # noqa: S101 - a target was chosen
    assert context.security_capability is not None  # noqa: S101 - there is a context at the gNB
    assert context.subscription is not None  # noqa: S101 - the UE is registered
    return HandoverRequest(
        amf_ue_ngap_id=target.amf_ue_ngap_id,
        handover_type=INTRA_5GS,
        cause=required.cause,
        ue_ambr=context.subscription.ambr,
        ue_security_capabilities=UeSecurityCapabilities.from_nas(context.security_capability),
        security_context=NextHop(*ue.next_hops.advance()),
        items=items,
        allowed_nssai=context.allowed_nssai,
        source_to_target=required.source_to_target,
        guami=amf.config.guami,
    )


async def _admitted(
    amf: Amf, ue: Ue, sessions: dict[int, SmContext], answer: HandoverRequestAcknowledge
) -> list[PduSessionItem]:
    """The SMFs hear what the target has set up, and say what the source is told."""
    admitted = []
    for item in answer.admitted:
        if (session := sessions.get(item.pdu_session_id)) is None:
            continue
        try:
            n2 = await smf.handover_prepared(amf, session, item.transfer)
            admitted.append(PduSessionItem(item.pdu_session_id, n2))
        except SbiProblem as problem:
            log.warning("session stays behind", ue=ue.name, reason=str(problem))
    for item in answer.failed:
        if (session := sessions.get(item.pdu_session_id)) is not None:
            try:
                await smf.handover_not_prepared(amf, session, item.transfer)
            except SbiProblem as problem:
                log.warning("SMF not told", ue=ue.name, reason=str(problem))
    return admitted


async def expect(ue: Ue, seconds: float, *kinds: type[NgapMessage]) -> NgapMessage:
    """Raises Cancelled when the source cancels meanwhile, TimeoutError and ConnectionLost."""
    message = await ue.expect_ngap(seconds, *kinds, HandoverCancel)
    if isinstance(message, HandoverCancel):
        raise Cancelled
    return message
