"""NAS transport (TS 24.501 clause 5.4.5): what the UE sends through the AMF to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.amf.agents.container import receive_agent_container
from nfs.amf.consumer import smf
from nfs.amf.sessions.n1n2_transfer import pass_on
from nfs.amf.ue.context import SmContext
from nfs.common.identities import Snssai
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    DlNasTransport,
    MmCause,
    PayloadContainerType,
    RequestType,
    UlNasTransport,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue
    from nfs.protocols.nas.reception import Received

log = structlog.get_logger("amf")


async def transport_uplink(amf: Amf, ue: Ue, received: Received) -> None:
    message = received.message
    assert isinstance(message, UlNasTransport)  # noqa: S101 - the dispatch table's promise
    if message.payload_container_type == amf.config.agent_container_type:
        await receive_agent_container(amf, ue, message.payload_container)
    elif message.payload_container_type == PayloadContainerType.N1_SM:
        await _session_management(amf, ue, message)
    else:
        await _not_forwarded(ue, message, MmCause.PAYLOAD_WAS_NOT_FORWARDED)


async def _session_management(amf: Amf, ue: Ue, message: UlNasTransport) -> None:
    """5GSM messages go to the SMF of the session, new ones to one chosen through the NRF."""
    session_id = message.pdu_session_id
    if session_id is None:
        await _not_forwarded(ue, message, MmCause.INVALID_MANDATORY_INFORMATION)
        return
    session = ue.context.sessions.get(session_id)
    try:
        if message.request_type == RequestType.INITIAL_REQUEST:
            if session is not None:
                # The UE lost it and starts anew (TS 24.501 clause 5.4.5.2.3 d).
                await smf.release(amf, session, "REL_DUE_TO_DUPLICATE_SESSION_ID")
                del ue.context.sessions[session_id]
            await _establish(amf, ue, message, session_id)
        elif message.request_type == RequestType.EXISTING_PDU_SESSION and session is not None:
            await smf.create(
                amf,
                ue.context,
                session,
                amf.config.guami,
                message.payload_container,
                request_type="EXISTING_PDU_SESSION",
            )
        elif session is not None:
            answer = await smf.update_n1(amf, session, message.payload_container)
            pass_on(ue, session_id, answer)
        else:
            await _not_forwarded(ue, message, MmCause.PAYLOAD_WAS_NOT_FORWARDED)
    except SbiProblem as problem:
        answer = smf.refused(problem)
        why = problem.detail or problem.cause
        remedy = "see the SMF's log, and that it is registered at the NRF"
        amf.explanations.add(ue.name, "PDU session", problem.cause, why, remedy)
        if answer.n1_sm is None:
            await _not_forwarded(ue, message, MmCause.PAYLOAD_WAS_NOT_FORWARDED)
        else:
            await ue.send_nas(
                DlNasTransport(PayloadContainerType.N1_SM, answer.n1_sm, pdu_session_id=session_id)
            )


async def _establish(amf: Amf, ue: Ue, message: UlNasTransport, session_id: int) -> None:
    """TS 23.502 clause 4.3.2.2.1, steps 2 and 3."""
    s_nssai = message.s_nssai or ue.context.allowed_nssai[0]
    dnns = _subscribed_dnns(ue, s_nssai)
    dnn = message.dnn or (dnns[0] if dnns else None)
    if dnn is None or dnn not in dnns or s_nssai not in ue.context.allowed_nssai:
        cause = MmCause.DNN_NOT_SUPPORTED_OR_NOT_SUBSCRIBED_IN_THE_SLICE
        why = f"DNN {dnn} in slice {s_nssai}; subscribed there: {', '.join(dnns) or 'nothing'}"
        remedy = "add the DNN to the subscriber's slice, or ask for one it has"
        amf.explanations.add(ue.name, "PDU session", cause.name, why, remedy)
        await _not_forwarded(ue, message, cause)
        return
    session = SmContext(session_id, "", s_nssai, dnn)
    ue.context.sessions[session_id] = session
    try:
        session.location = await smf.create(
            amf, ue.context, session, amf.config.guami, message.payload_container
        )
    except SbiProblem:
        del ue.context.sessions[session_id]
        raise


def _subscribed_dnns(ue: Ue, s_nssai: Snssai) -> tuple[str, ...]:
    subscription = ue.context.subscription
    return subscription.dnns.get(s_nssai, ()) if subscription else ()


async def _not_forwarded(ue: Ue, message: UlNasTransport, cause: MmCause) -> None:
    """The payload comes back with the cause (TS 24.501 clause 5.4.5.3.1)."""
    await ue.send_nas(
        DlNasTransport(
            message.payload_container_type,
            message.payload_container,
            pdu_session_id=message.pdu_session_id,
            cause=cause,
        )
    )
