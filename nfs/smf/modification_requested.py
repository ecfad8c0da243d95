"""UE-requested PDU session modification (TS 23.502 clause 4.3.3.2, TS 24.501 clause 6.4.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    PacketFilter,
    PduSessionModificationCommand,
    PduSessionModificationReject,
    PduSessionModificationRequest,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    SmCause,
)
from nfs.protocols.nas.qos_operations import MAX_PACKET_FILTERS, QosError, apply
from nfs.smf import qos
from nfs.smf.consumer import amf
from nfs.smf.modification import MAX_FLOWS, Change, begin, end, finish, state_of
from nfs.smf.sm_context import Gbr, QosFlow, SmContext, State
from nfs.smf.updated import Updated

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

_NOT_ASSIGNED = 0
_PRECEDENCES = range(100, 255)
"""Of rules that UEs ask for: after the assured ones, before the default one; 70 to 99 are for
derived QoS rules (TS 24.501 clause 6.2.5.1.1.2)."""


async def modification_requested(
    smf: Smf, session: SmContext, request: PduSessionModificationRequest
) -> Updated:
    """Refuse, or command what was asked for. While a procedure of the network is under way the
    request is ignored: the UE makes it again after it (clause 6.4.2.5)."""
    if session.procedure.locked() or session.state is not State.ACTIVE:
        log.info("request ignored, another procedure is under way", supi=session.supi)
        return Updated()
    try:
        change = _admit(smf, session, request)
    except QosError as error:
        log.warning("modification refused", supi=session.supi, reason=error.reason)
        ids = session.pdu_session_id, request.pti
        return Updated(PduSessionModificationReject(*ids, error.cause))
    if request.max_packet_filters is not None:
        session.max_packet_filters = max(MAX_PACKET_FILTERS, request.max_packet_filters)
    command = change.command(session, request.pti)
    await session.procedure.acquire()
    begin(session, command)
    smf.spawn(_finish(smf, session, command, change))
    return Updated(command, change.n2(session))


async def _finish(
    smf: Smf, session: SmContext, command: PduSessionModificationCommand, change: Change
) -> None:
    try:
        await finish(smf, session, command, change)
    except SbiProblem as problem:
        log.warning("not modified", supi=session.supi, reason=str(problem))
        if problem.cause == "RAN_REFUSES":  # and has not handed the command on
            ids = session.pdu_session_id, command.pti
            reject = PduSessionModificationReject(*ids, SmCause.INSUFFICIENT_RESOURCES)
            await amf.transfer(smf, session, reject)
    finally:
        end(session)
        session.procedure.release()


def _admit(smf: Smf, session: SmContext, request: PduSessionModificationRequest) -> Change:
    """Raises QosError with the 5GSM cause of the refusal."""
    names = ("requested_qos_rules", "requested_qos_flow_descriptions")
    if any(request.unreadable(name) for name in names):
        raise QosError(SmCause.SYNTACTICAL_ERROR_IN_THE_QOS_OPERATION, "QoS that cannot be read")
    new_qfi = session.free_qfi if len(session.flows) + 1 < MAX_FLOWS else _NOT_ASSIGNED
    descriptions = [
        _flow(smf, session, flow, new_qfi) for flow in request.requested_qos_flow_descriptions or ()
    ]
    rules = _rules(session, request.requested_qos_rules or (), new_qfi)
    after = apply(state_of(session), rules, descriptions, session.max_packet_filters)
    used = {rule.qfi for rule in after.rules.values()}
    if not used <= after.flows.keys():
        raise QosError(SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION, "a rule of no QoS flow")
    gone = [f for f in session.flows.values() if f.requested and f.qfi not in used]
    named = {d.qfi for d in descriptions}
    descriptions += [qos.deleted_description(f) for f in gone if f.qfi not in named]
    always_on = None
    if request.always_on is not None:
        always_on = bool(request.always_on) and smf.config.always_on_allowed
    changed = (
        after.flows[d.qfi] for d in descriptions if d.operation is not QosFlowOperation.DELETE
    )
    return Change(
        tuple(rules),
        tuple(descriptions),
        tuple(_qos_flow(d) for d in changed),
        tuple(gone),
        always_on,
    )


def _flow(
    smf: Smf, session: SmContext, flow: QosFlowDescription, new_qfi: int
) -> QosFlowDescription:
    if flow.operation is QosFlowOperation.CREATE:
        if flow.qfi != _NOT_ASSIGNED:
            raise QosError(SmCause.SYNTACTICAL_ERROR_IN_THE_QOS_OPERATION, "the UE assigns a QFI")
        if new_qfi == _NOT_ASSIGNED:
            raise QosError(SmCause.INSUFFICIENT_RESOURCES, "the session has all its 63 flows")
        flow = replace(flow, qfi=new_qfi)
    elif not (known := session.flows.get(flow.qfi)) or not known.requested:
        reason = f"QoS flow {flow.qfi} is not one that the UE asked for"
        raise QosError(SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION, reason)
    if flow.five_qi is not None and flow.five_qi not in smf.config.ue_requested_five_qis:
        reason = f"5QI {flow.five_qi} is not in `ue_requested_five_qis`"
        raise QosError(SmCause.REQUESTED_SERVICE_OPTION_NOT_SUBSCRIBED, reason)
    return flow


def _rules(session: SmContext, rules: tuple[QosRule, ...], new_qfi: int) -> list[QosRule]:
    """With the identifiers and precedences that the network assigns."""
    given: list[QosRule] = []
    taken = {rule.precedence for rule in session.rules.values()}
    free_ids = (number for number in range(1, 256) if number not in session.rules)
    for rule in rules:
        known = session.rules.get(rule.id)
        flow = session.flows.get(known.qfi or 0) if known else None
        if rule.operation is QosRuleOperation.CREATE:
            if rule.id != _NOT_ASSIGNED or rule.is_default:
                reason = "the UE assigns an identifier, or makes a default QoS rule"
                raise QosError(SmCause.SYNTACTICAL_ERROR_IN_THE_QOS_OPERATION, reason)
            precedence = next(p for p in _PRECEDENCES if p not in taken)
            taken.add(precedence)
            qfi = new_qfi if rule.qfi == _NOT_ASSIGNED else rule.qfi
            rule = replace(rule, id=next(free_ids), precedence=precedence, qfi=qfi)  # noqa: PLW2901
        elif flow is None or not flow.requested:
            reason = f"QoS rule {rule.id} is not one that the UE asked for"
            raise QosError(SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION, reason)
        given.append(replace(rule, packet_filters=_numbered(known, rule)))
    return given


def _numbered(known: QosRule | None, rule: QosRule) -> tuple[PacketFilter, ...]:
    """The network assigns the identifiers of new packet filters."""
    adds = rule.operation is QosRuleOperation.MODIFY_AND_ADD_FILTERS
    there = {f.id for f in known.packet_filters} if known and adds else set()
    free = (number for number in range(16) if number not in there)
    try:
        return tuple(replace(f, id=next(free)) for f in rule.packet_filters)
    except StopIteration:
        raise QosError(
            SmCause.SYNTACTICAL_ERROR_IN_PACKET_FILTERS, "more than 16 packet filters"
        ) from None


def _qos_flow(d: QosFlowDescription) -> QosFlow:
    gbr = None
    if d.gfbr_downlink is not None and d.gfbr_uplink is not None:
        gbr = Gbr(d.gfbr_downlink, d.gfbr_uplink)
    assert d.five_qi is not None  # noqa: S101 - a description without one is refused
    return QosFlow(d.qfi, d.five_qi, gbr, requested=True)
