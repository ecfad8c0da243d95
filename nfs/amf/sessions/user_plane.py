"""The user plane of a UE's PDU sessions, as its connection comes and goes.

Service request and registration bring it up again for what the UE has data for (TS 23.502 clause
4.2.3.2, steps 4 to 11), AN release ends it (clause 4.2.6, steps 5 to 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from nfs.amf.consumer import smf
from nfs.amf.ue.context import SmContext, UeContext
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.ngap import PduSessionSetupRequestItem

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue

log = structlog.get_logger("amf")


@dataclass(frozen=True, slots=True)
class Activation:
    """What the gNB is to set up, and what the UE is told.

    ``status`` is the PDU session status, ``result`` the PDU session reactivation result (sessions
    that were not reactivated); each None when the UE has not asked.
    """

    items: tuple[PduSessionSetupRequestItem, ...]
    status: frozenset[int] | None
    result: frozenset[int] | None

    @property
    def activated(self) -> frozenset[int]:
        return frozenset(item.pdu_session_id for item in self.items)


async def resume_sessions(
    amf: Amf,
    ue: Ue,
    uplink_data_status: frozenset[int] | None,
    pdu_session_status: frozenset[int] | None,
) -> Activation:
    """Agree with the UE on the sessions there are, and activate those that it has data for.

    The others of a UE that comes from idle mode have no user plane, whatever was known of them.
    """
    context = ue.context
    await agree_on_sessions(amf, context, pdu_session_status)
    wanted = uplink_data_status or frozenset()
    items = []
    for session in list(context.sessions.values()):
        if session.pdu_session_id not in wanted:
            if not ue.context_at_gnb:
                await deactivate(amf, context, session)
        elif (n2 := await _activate(amf, context, session)) is not None:
            item = PduSessionSetupRequestItem(session.pdu_session_id, None, session.s_nssai, n2)
            items.append(item)
    activated = {item.pdu_session_id for item in items}
    return Activation(
        tuple(items),
        None if pdu_session_status is None else frozenset(context.sessions),
        None if uplink_data_status is None else wanted - activated,
    )


async def agree_on_sessions(
    amf: Amf, context: UeContext, pdu_session_status: frozenset[int] | None
) -> None:
    """What the UE has no more, the network releases; without a status nothing is known."""
    if pdu_session_status is None:
        return
    for session in list(context.sessions.values()):
        if session.pdu_session_id not in pdu_session_status:
            await _release(amf, context, session)


async def deactivate(amf: Amf, context: UeContext, session: SmContext) -> None:
    """UpdateSMContext with upCnxState DEACTIVATED, unless the session has no user plane."""
    if not session.up_active:
        return
    session.up_active = False
    try:
        await smf.deactivate(amf, context, session)
    except SbiProblem as problem:
        log.warning("user plane not deactivated", ue=context.name, reason=str(problem))


async def _activate(amf: Amf, context: UeContext, session: SmContext) -> bytes | None:
    try:
        return await smf.activate(amf, context, session)
    except SbiProblem as problem:
        log.warning("user plane not activated", ue=context.name, reason=str(problem))
        return None


async def _release(amf: Amf, context: UeContext, session: SmContext) -> None:
    """The UE has it no more (TS 24.501 clauses 5.5.1.3.4, 5.6.1.4.1): it is released locally."""
    del context.sessions[session.pdu_session_id]
    try:
        await smf.release(amf, session, "PDU_SESSION_STATUS_MISMATCH")
    except SbiProblem as problem:
        log.warning("SM context not released", ue=context.name, reason=str(problem))
