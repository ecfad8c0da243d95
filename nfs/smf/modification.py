"""Network-requested PDU session modification (TS 23.502 clause 4.3.3.2, TS 24.501 clause 6.3.2)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    NO_PTI,
    PduSessionModificationCommand,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
    QosFlowDescription,
    QosRule,
)
from nfs.protocols.nas.qos_operations import QosError, QosState, apply
from nfs.protocols.ngap import (
    Cause,
    PDUSessionResourceModifyRequestTransfer,
    PDUSessionResourceModifyUnsuccessfulTransfer,
)
from nfs.smf import qos
from nfs.smf.consumer import amf
from nfs.smf.sm_context import Gbr, NoAnswer, QosFlow, SmContext, State, UpCnxState

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

MAX_FLOWS = 64


@dataclass(frozen=True, slots=True)
class Change:
    """What a modification makes of a session: operations for the UE, flows for gNB and UPF."""

    rules: tuple[QosRule, ...] = ()
    descriptions: tuple[QosFlowDescription, ...] = ()
    flows: tuple[QosFlow, ...] = ()
    """New ones, and changed ones as they shall be."""
    gone: tuple[QosFlow, ...] = ()
    always_on: bool | None = None

    def command(self, session: SmContext, pti: int = NO_PTI) -> PduSessionModificationCommand:
        return PduSessionModificationCommand(
            session.pdu_session_id,
            pti,
            always_on=None if self.always_on is None else int(self.always_on),
            qos_rules=self.rules or None,
            qos_flow_descriptions=self.descriptions or None,
        )

    def n2(self, session: SmContext) -> amf.N2 | None:
        """For the gNB; the one of an idle UE has no resources to modify: it learns all when the
        UE is back."""
        idle = session.up_cnx_state is UpCnxState.DEACTIVATED
        if idle or not (self.flows or self.gone):
            return None
        transfer = PDUSessionResourceModifyRequestTransfer(
            add_or_modify=tuple(qos.setup(flow) for flow in self.flows),
            release=tuple((flow.qfi, Cause("nas", "normal-release")) for flow in self.gone),
        )
        return "PDU_RES_MOD_REQ", transfer.encode()


async def add_flow(
    smf: Smf,
    session: SmContext,
    five_qi: int,
    gbr: Gbr | None,
    *,
    intent_id: str | None = None,
    duration_seconds: float | None = None,
    remote: IPv4Address | None = None,
) -> QosFlow:
    """Add a QoS flow to a session, at the UE and at the gNB, for a time or until release; for all
    packets, or those to and from ``remote``.

    Raises SbiProblem when UE or gNB refuse or do not answer; then the session is as before.
    """
    async with session.procedure:
        if len(session.flows) + 1 >= MAX_FLOWS:
            raise SbiProblem(403, "INSUFFICIENT_RESOURCES", "the session has all its 63 flows")
        if gbr is not None and remote is None:  # no less than the session has without it
            gbr = gbr.up_to(*session.ambr)
        flow = QosFlow(session.free_qfi, five_qi, gbr, intent_id=intent_id)
        rule = qos.assured_rule(session, flow, remote)
        await modify(smf, session, Change((rule,), (qos.description(flow),), flows=(flow,)))
        if duration_seconds is not None:
            session.ends[flow.qfi] = time.time() + duration_seconds
            smf.sessions.save(session)
    if duration_seconds is not None:
        smf.spawn(_expire(smf, session, flow))
    return flow


def resume_expiry(smf: Smf, session: SmContext) -> None:
    """Flows of a session from before a restart end when they were to end."""
    for qfi in session.ends:
        smf.spawn(_expire(smf, session, session.flows[qfi]))


async def _expire(smf: Smf, session: SmContext, flow: QosFlow) -> None:
    """What was asked for a time ends with it (L25)."""
    await asyncio.sleep(max(0.0, session.ends[flow.qfi] - time.time()))
    if session in smf.sessions and session.flows.get(flow.qfi) == flow:
        await release_flow(smf, session, flow)
        log.info("assured time is over", supi=session.supi, qfi=flow.qfi)


async def release_flow(smf: Smf, session: SmContext, flow: QosFlow) -> None:
    """Raises SbiProblem; a flow that is gone by now is none."""
    async with session.procedure:
        if session.flows.get(flow.qfi) == flow:
            await modify(smf, session, without(session, [flow]))


def without(session: SmContext, flows: Iterable[QosFlow]) -> Change:
    """The flows go, and the rules that send packets to them."""
    gone = tuple(flows)
    qfis = {flow.qfi for flow in gone}
    return Change(
        tuple(qos.deleted_rule(rule) for rule in session.rules.values() if rule.qfi in qfis),
        tuple(qos.deleted_description(flow) for flow in gone),
        gone=gone,
    )


async def modify(smf: Smf, session: SmContext, change: Change) -> None:
    """Steps 3 to 11, with ``session.procedure`` held; raises SbiProblem, and changes nothing."""
    if session.state is not State.ACTIVE:
        raise SbiProblem(409, "SESSION_NOT_ACTIVE", f"the session is in state {session.state}")
    try:
        _after(session, change)
    except QosError as error:
        raise SbiProblem(403, "INSUFFICIENT_RESOURCES", error.reason) from error
    command = change.command(session)
    begin(session, command)
    try:
        await amf.transfer(smf, session, command, change.n2(session))
        await finish(smf, session, command, change)
    finally:
        end(session)


def begin(session: SmContext, command: PduSessionModificationCommand) -> None:
    session.begin(
        command.pti,
        PduSessionModificationComplete,
        PduSessionModificationCommandReject,
        PDUSessionResourceModifyUnsuccessfulTransfer,
    )
    session.state = State.MODIFICATION_PENDING


def end(session: SmContext) -> None:
    if session.state is State.MODIFICATION_PENDING:
        session.state = State.ACTIVE
    session.over()


async def finish(
    smf: Smf, session: SmContext, command: PduSessionModificationCommand, change: Change
) -> None:
    """Await what UE and gNB say to a command that was sent, and commit it; raises SbiProblem."""

    async def repeat() -> None:
        await amf.transfer(smf, session, command)

    try:
        answer = await session.answer(repeat, smf.config.t3591)
    except NoAnswer as error:
        raise SbiProblem(504, "UE_NOT_RESPONDING", f"no answer of {error}") from error
    if isinstance(answer, PduSessionModificationCommandReject):
        raise SbiProblem(403, "UE_REFUSES", f"the UE refuses with {answer.cause.name}")
    if isinstance(answer, PDUSessionResourceModifyUnsuccessfulTransfer):
        raise SbiProblem(403, "RAN_REFUSES", f"the gNB refuses with {answer.cause.value}")
    _commit(smf, session, change)
    await smf.n4.modify(session)


def _commit(smf: Smf, session: SmContext, change: Change) -> None:
    session.rules = _after(session, change).rules
    session.flows |= {flow.qfi: flow for flow in change.flows}
    for flow in change.gone:
        session.flows.pop(flow.qfi, None)
        session.ends.pop(flow.qfi, None)
    if change.always_on is not None:
        session.always_on = change.always_on
    smf.sessions.save(session)


def _after(session: SmContext, change: Change) -> QosState:
    limit = session.max_packet_filters
    return apply(state_of(session), change.rules, change.descriptions, limit)


def state_of(session: SmContext) -> QosState:
    """The QoS that the UE has been given."""
    return QosState(
        session.rules, {qfi: qos.description(flow) for qfi, flow in session.flows.items()}
    )
