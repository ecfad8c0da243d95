"""N2 handover within this AMF (TS 23.502 clause 4.9.1.3, TS 38.413 clauses 8.4.1 to 8.4.3, 8.4.5).

Preparation: the SMFs say what the target is to set up, the target says what it has, the SMFs say
what the source is told. Execution: the UE arrives at the target, the SMFs move the downlink there,
and the source is released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import smf_mobility as smf
from nfs.amf.errors import ConnectionLost
from nfs.amf.mobility.handover_preparation import (
    FAILED,
    Cancelled,
    HandoverTarget,
    NotPrepared,
    choose_target,
    expect,
    prepare,
)
from nfs.amf.ue.context import SmContext
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import (
    Cause,
    DownlinkRANStatusTransfer,
    HandoverCancelAcknowledge,
    HandoverNotify,
    HandoverPreparationFailure,
    HandoverRequired,
    UplinkRANStatusTransfer,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")

EXECUTION_SECONDS = 10.0
"""From the command until the UE is at the target."""
EXPIRED = Cause("radioNetwork", "tngrelocoverall-expiry")
SUCCESSFUL = Cause("radioNetwork", "successful-handover")
CANCELLED = Cause("radioNetwork", "handover-cancelled")


async def hand_over(amf: Amf, ue: Ue, required: HandoverRequired) -> None:
    source = ue.amf_ue_ngap_id, ue.ran_ue_ngap_id
    target = None
    sessions = {
        i.pdu_session_id: ue.context.sessions[i.pdu_session_id]
        for i in required.items
        if i.pdu_session_id in ue.context.sessions
    }
    try:
        target = choose_target(amf, ue, required)
        command = await prepare(amf, ue, target, required, sessions)
        await ue.send_ngap(command)
        await _execute(amf, ue, target, sessions)
    except NotPrepared as failed:
        log.info("handover not prepared", ue=ue.name, cause=failed.cause.value)
        await _give_up(amf, target, sessions, failed.cause)
        await ue.send_ngap(HandoverPreparationFailure(*source, failed.cause))
    except Cancelled:
        await _give_up(amf, target, sessions, CANCELLED)
        await ue.send_ngap(HandoverCancelAcknowledge(*source))
    except TimeoutError:
        log.warning("the UE has not arrived", ue=ue.name)
        await _give_up(amf, target, sessions, EXPIRED)
    except ConnectionLost:
        await _give_up(amf, target, sessions, FAILED)
        raise
    finally:
        if target is not None:
            amf.n2.targets.pop(target.amf_ue_ngap_id, None)


async def _execute(
    amf: Amf, ue: Ue, target: HandoverTarget, sessions: dict[int, SmContext]
) -> None:
    """The execution phase: what was at the source is at the target."""
    assert target.ran_ue_ngap_id is not None  # noqa: S101 - prepared
    message = await expect(ue, EXECUTION_SECONDS, HandoverNotify, UplinkRANStatusTransfer)
    while isinstance(message, UplinkRANStatusTransfer):
        ids = target.amf_ue_ngap_id, target.ran_ue_ngap_id
        await target.gnb.send(DownlinkRANStatusTransfer(*ids, message.status), ids[1])
        message = await expect(ue, EXECUTION_SECONDS, HandoverNotify, UplinkRANStatusTransfer)
    source_gnb, source = ue.gnb, (ue.amf_ue_ngap_id, ue.ran_ue_ngap_id)
    amf.n2.move(ue, target.gnb, target.amf_ue_ngap_id, target.ran_ue_ngap_id)
    ue.note_location(getattr(message, "location", None))
    for session in sessions.values():
        try:
            await smf.handover_completed(amf, ue.context, session)
        except SbiProblem as problem:
            log.warning("session not moved", ue=ue.name, reason=str(problem))
    await amf.n2.leave(source_gnb, source, SUCCESSFUL)
    log.info("UE handed over", ue=ue.name, gnb=str(target.gnb))


async def _give_up(
    amf: Amf, target: HandoverTarget | None, sessions: dict[int, SmContext], cause: Cause
) -> None:
    """The UE stays where it is; the target and the SMFs forget (8.4.5)."""
    if target is None:
        return
    if target.ran_ue_ngap_id is not None:
        ids = target.amf_ue_ngap_id, target.ran_ue_ngap_id
        await amf.n2.leave(target.gnb, ids, cause)
    for session in sessions.values():
        try:
            await smf.handover_cancelled(amf, session)
        except SbiProblem as problem:
            log.warning("SMF not told", reason=str(problem))
