"""UE-requested PDU session establishment (TS 23.502 clause 4.3.2.2.1, TS 24.501 clause 6.4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.models.smf import SmContextCreateData
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    AlwaysOnIndication,
    Offer,
    PduAddress,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    SessionAmbr,
    SmCause,
)
from nfs.protocols.nas.qos_operations import MAX_PACKET_FILTERS
from nfs.protocols.nas.sm_reception import SmDiscarded, SmRefused, receive_at_network
from nfs.smf import qos
from nfs.smf.address_pool import PoolExhausted
from nfs.smf.consumer import amf, udm
from nfs.smf.errors import SmContextRefused
from nfs.smf.n4.n4 import N4Refused
from nfs.smf.session_type import TypeNotAllowed, select_type
from nfs.smf.sm_context import QosFlow, SmContext, State, sm_context_ref
from nfs.smf.user_plane_connection import setup_request

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

_EXISTING = "EXISTING_PDU_SESSION"
_DEFAULT_QFI = 1


async def create_sm_context(smf: Smf, data: SmContextCreateData, n1_sm: bytes) -> SmContext:
    """CreateSMContext, steps 3 to 10: take the session over, or refuse it (SmContextCreateError);
    the UPF is asked before the AMF is answered, so that a refusal is told as any other.

    What becomes of a session that was taken over reaches the UE in a transfer.
    """
    request = _request(n1_sm, data.pdu_session_id)
    smf.sessions_asked.inc()
    try:
        if data.request_type == _EXISTING:
            session, cause = await _existing(smf, data, request), None
        else:
            session, cause = await _new(smf, data, request)
    except SmContextRefused as refused:
        smf.sessions_refused.labels(refused.sm_cause).inc()
        log.warning("session refused", supi=data.supi, dnn=data.dnn, reason=str(refused))
        raise
    smf.spawn(_establish(smf, session, request, cause))
    return session


def _request(n1_sm: bytes, session_id: int) -> PduSessionEstablishmentRequest:
    outcome = receive_at_network(n1_sm)
    if isinstance(outcome, SmRefused):
        raise SmContextRefused(403, "N1_SM_ERROR", outcome.reason, outcome.answer)
    if isinstance(outcome, SmDiscarded):
        raise SbiProblem(403, "N1_SM_ERROR", outcome.reason)
    message = outcome.message
    if not isinstance(message, PduSessionEstablishmentRequest):
        raise SbiProblem(403, "N1_SM_ERROR", f"{message.NAME} begins no PDU session")
    if message.pdu_session_id != session_id:
        detail = f"PDU session identity {message.pdu_session_id} inside, {session_id} outside"
        raise SbiProblem(403, "N1_SM_ERROR", detail)
    return message


async def _new(
    smf: Smf, data: SmContextCreateData, request: PduSessionEstablishmentRequest
) -> tuple[SmContext, SmCause | None]:
    """The session, and the cause of its type when the UE asked for another one."""
    addresses = smf.pools.get(data.dnn)
    if addresses is None:
        known = ", ".join(smf.pools)
        detail = f"DNN {data.dnn} is not served; `pools` of the SMF has {known}"
        unknown = SmCause.MISSING_OR_UNKNOWN_DNN
        raise _refused(request, 403, "DNN_NOT_SUPPORTED", unknown, detail)
    subscription = await _subscription(smf, data, request)
    try:
        kind, cause = select_type(
            request.pdu_session_type, subscription.session_types, addresses.types
        )
    except TypeNotAllowed as error:
        detail = f"{request.pdu_session_type!r} in DNN {data.dnn}"
        raise _refused(request, 403, "PDUTYPE_DENIED", error.cause, detail) from None
    ssc_mode = request.ssc_mode or subscription.ssc_modes[0]
    if ssc_mode not in subscription.ssc_modes:
        reject = PduSessionEstablishmentReject(
            request.pdu_session_id,
            request.pti,
            SmCause.NOT_SUPPORTED_SSC_MODE,
            allowed_ssc_modes=frozenset(subscription.ssc_modes),
        )
        raise SmContextRefused(403, "SSC_DENIED", f"SSC mode {ssc_mode}", reject)
    ref = sm_context_ref(data.supi, data.pdu_session_id)
    smf.sessions.remove_former(ref)
    try:
        address = addresses.allocate(kind, ref)
    except PoolExhausted as error:
        detail = f"no address is left in {error} of DNN {data.dnn}"
        lack = SmCause.INSUFFICIENT_RESOURCES
        raise _refused(
            request, 503, "DNN_CONGESTION", lack, detail, back_off=smf.config.back_off_seconds
        ) from error
    flow = QosFlow(_DEFAULT_QFI, subscription.five_qi)
    rule = qos.default_rule(flow)
    session = SmContext(
        ref=ref,
        supi=data.supi,
        pdu_session_id=data.pdu_session_id,
        dnn=data.dnn,
        s_nssai=data.slice,
        amf_instance_id=data.serving_nf_id,
        status_uri=data.sm_context_status_uri,
        address=address,
        ambr=(subscription.ambr_downlink_bps, subscription.ambr_uplink_bps),
        ssc_mode=ssc_mode,
        always_on=bool(request.always_on) and smf.config.always_on_allowed,
        flows={flow.qfi: flow},
        rules={rule.id: rule},
    )
    if request.max_packet_filters is not None:
        session.max_packet_filters = max(MAX_PACKET_FILTERS, request.max_packet_filters)
    smf.sessions.add(session)
    try:
        session.uplink_tunnel = await smf.n4.establish(session)
    except N4Refused as refused:
        smf.sessions.remove(session)
        failed = refused.cause is SmCause.NETWORK_FAILURE
        status, reason = (
            (504, "NETWORK_FAILURE") if failed else (500, "INSUFFICIENT_RESOURCES_SLICE_DNN")
        )
        raise _refused(request, status, reason, refused.cause, str(refused)) from refused
    smf.sessions.save(session)
    return session, cause


async def _existing(
    smf: Smf, data: SmContextCreateData, request: PduSessionEstablishmentRequest
) -> SmContext:
    """The UE goes on with a session it has (request type "existing PDU session")."""
    try:
        session = await smf.sessions.find(sm_context_ref(data.supi, data.pdu_session_id))
    except SbiProblem as problem:
        gone = SmCause.PDU_SESSION_DOES_NOT_EXIST
        raise _refused(request, 404, "CONTEXT_NOT_FOUND", gone, str(problem)) from problem
    session.amf_instance_id, session.status_uri = data.serving_nf_id, data.sm_context_status_uri
    smf.sessions.save(session)
    return session


async def _subscription(
    smf: Smf, data: SmContextCreateData, request: PduSessionEstablishmentRequest
) -> udm.SessionSubscription:
    try:
        return await udm.session_subscription(smf, data.supi, data.slice, data.dnn)
    except SbiProblem as problem:
        if problem.status == 404:
            missing = SmCause.MISSING_OR_UNKNOWN_DNN
            raise _refused(request, 403, "DNN_DENIED", missing, str(problem)) from problem
        failure = SmCause.NETWORK_FAILURE
        raise _refused(request, 504, "NETWORK_FAILURE", failure, str(problem)) from problem


def _refused(
    request: PduSessionEstablishmentRequest,
    status: int,
    error: str,
    cause: SmCause,
    detail: str,
    *,
    back_off: float | None = None,
) -> SmContextRefused:
    reject = PduSessionEstablishmentReject(request.pdu_session_id, request.pti, cause, back_off)
    return SmContextRefused(status, error, detail, reject)


async def _establish(
    smf: Smf,
    session: SmContext,
    request: PduSessionEstablishmentRequest,
    cause: SmCause | None,
) -> None:
    """Steps 11 and 12: UE and gNB in one transfer."""
    accept = _accept(smf, session, request, cause)
    session.accepted = session.accepting = request.pti
    try:
        n2 = setup_request(session)
        await amf.transfer(smf, session, accept, ("PDU_RES_SETUP_REQ", n2.encode()))
    except SbiProblem as problem:
        log.warning("session not delivered", supi=session.supi, reason=str(problem))
        smf.sessions.remove(session)
        return
    session.state = State.ACTIVE
    smf.sessions_made.inc()


def _accept(
    smf: Smf,
    session: SmContext,
    request: PduSessionEstablishmentRequest,
    cause: SmCause | None,
) -> PduSessionEstablishmentAccept:
    address, (downlink, uplink) = session.address, session.ambr
    always_on = AlwaysOnIndication.REQUIRED if session.always_on else AlwaysOnIndication.NOT_ALLOWED
    asked_always_on = session.always_on or request.always_on is not None
    offer = Offer(
        smf.config.dns if address.ipv4 else None,
        smf.config.dns_ipv6 if address.ipv6_prefix else None,
        smf.config.mtu,
    )
    return PduSessionEstablishmentAccept(
        pdu_session_id=session.pdu_session_id,
        pti=request.pti,
        pdu_session_type=address.pdu_session_type,
        ssc_mode=session.ssc_mode,
        qos_rules=tuple(session.rules.values()),
        session_ambr=SessionAmbr(downlink // 1000, uplink // 1000),
        cause=cause,
        pdu_address=PduAddress(
            address.pdu_session_type,
            ipv4=str(address.ipv4) if address.ipv4 else None,
            interface_id=address.interface_id,
        ),
        s_nssai=session.s_nssai,
        always_on=always_on if asked_always_on else None,
        qos_flow_descriptions=tuple(qos.description(flow) for flow in session.flows.values()),
        epco=offer.answer(request.epco),
        dnn=session.dnn,
    )


async def setup_failed(smf: Smf, session: SmContext, pti: int) -> None:
    """The gNB has no resources: what it was to hand to the UE has not reached it (step 14)."""
    reject = PduSessionEstablishmentReject(
        session.pdu_session_id, pti, SmCause.INSUFFICIENT_RESOURCES
    )
    smf.sessions_refused.labels(str(int(reject.cause))).inc()
    try:
        await amf.transfer(smf, session, reject)
        await amf.notify_released(smf, session)
    except SbiProblem as problem:
        log.warning("rejection not delivered", supi=session.supi, reason=str(problem))
    smf.sessions.remove(session)
