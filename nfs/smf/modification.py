"""Network-requested PDU session modification (TS 23.502 clause 4.3.3.2, TS 24.501 clause 6.3.2)."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    PduSessionModificationCommand,
    PduSessionModificationCommandReject,
    PduSessionModificationComplete,
)
from nfs.protocols.ngap import (
    Cause,
    PDUSessionResourceModifyRequestTransfer,
    PDUSessionResourceModifyUnsuccessfulTransfer,
)
from nfs.smf import qos
from nfs.smf.consumer import amf
from nfs.smf.sm_context import T3591, Gbr, NoAnswer, QosFlow, SmContext, State, UpCnxState

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

MAX_FLOWS = 64
_NO_PTI = 0


async def assure_flow(
    smf: Smf,
    session: SmContext,
    five_qi: int,
    gbr: Gbr | None,
    duration_seconds: float | None,
) -> QosFlow:
    """Add a QoS flow to a session, at the UE and at the gNB, for a time or until release.

    Raises SbiProblem when UE or gNB refuse or do not answer; then the session is as before.
    """
    async with session.procedure:
        if len(session.flows) + 1 >= MAX_FLOWS:
            raise SbiProblem(403, "INSUFFICIENT_RESOURCES", "the session has all its 63 flows")
        flow = QosFlow(session.free_qfi, five_qi, gbr)
        command = PduSessionModificationCommand(
            pdu_session_id=session.pdu_session_id,
            pti=_NO_PTI,
            qos_rules=(qos.assured_rule(flow),),
            qos_flow_descriptions=(qos.description(flow),),
        )
        n2 = PDUSessionResourceModifyRequestTransfer(add_or_modify=(qos.setup(flow),))
        await _modify(smf, session, command, n2)
        session.flows[flow.qfi] = flow
        if duration_seconds is not None:
            session.ends[flow.qfi] = time.time() + duration_seconds
        smf.sessions.save(session)
        await smf.n4.modify(session)
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
    if session in smf.sessions:
        await release_flow(smf, session, flow)
        log.info("assured time is over", supi=session.supi, qfi=flow.qfi)


async def release_flow(smf: Smf, session: SmContext, flow: QosFlow) -> None:
    async with session.procedure:
        command = PduSessionModificationCommand(
            pdu_session_id=session.pdu_session_id,
            pti=_NO_PTI,
            qos_rules=(qos.deleted_rule(flow),),
            qos_flow_descriptions=(qos.deleted_description(flow),),
        )
        release = ((flow.qfi, Cause("nas", "normal-release")),)
        await _modify(
            smf, session, command, PDUSessionResourceModifyRequestTransfer(release=release)
        )
        session.flows.pop(flow.qfi, None)
        session.ends.pop(flow.qfi, None)
        smf.sessions.save(session)
        await smf.n4.modify(session)


async def _modify(
    smf: Smf,
    session: SmContext,
    command: PduSessionModificationCommand,
    n2: PDUSessionResourceModifyRequestTransfer,
) -> None:
    if session.state is not State.ACTIVE:
        raise SbiProblem(409, "SESSION_NOT_ACTIVE", f"the session is in state {session.state}")
    session.begin()
    session.state = State.MODIFICATION_PENDING
    # The gNB of an idle UE has no resources to modify: it learns all when the UE is back.
    idle = session.up_cnx_state is UpCnxState.DEACTIVATED
    octets = None if idle else ("PDU_RES_MOD_REQ", n2.encode())
    try:
        answer = await session.command(
            lambda: amf.transfer(smf, session, command, octets),
            T3591,
            PduSessionModificationComplete,
            PduSessionModificationCommandReject,
            PDUSessionResourceModifyUnsuccessfulTransfer,
        )
    except NoAnswer as error:
        raise SbiProblem(504, "UE_NOT_RESPONDING", f"no answer of {error}") from error
    finally:
        session.state = State.ACTIVE
    if isinstance(answer, PduSessionModificationCommandReject):
        raise SbiProblem(403, "UE_REFUSES", f"the UE refuses with {answer.cause.name}")
    if isinstance(answer, PDUSessionResourceModifyUnsuccessfulTransfer):
        raise SbiProblem(403, "RAN_REFUSES", f"the gNB refuses with {answer.cause.value}")
