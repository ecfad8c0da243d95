"""UE-requested PDU session establishment (TS 23.502 clause 4.3.2.2.1, TS 24.501 clause 6.4.1)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import structlog

from nfs.common.models.smf import SmContextCreateData
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.nas import (
    NasError,
    Offer,
    PduAddress,
    PduSessionEstablishmentAccept,
    PduSessionEstablishmentReject,
    PduSessionEstablishmentRequest,
    PduSessionType,
    SessionAmbr,
    SmCause,
    decode,
)
from nfs.protocols.ngap import GtpTunnel, PDUSessionResourceSetupRequestTransfer
from nfs.smf import qos
from nfs.smf.address_pool import PoolExhausted
from nfs.smf.consumer import amf, udm
from nfs.smf.sm_context import QosFlow, SmContext, State, sm_context_ref

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

_IPV4 = {PduSessionType.IPV4, PduSessionType.IPV4V6}
_SSC_MODE_1 = 1


def create_sm_context(smf: Smf, data: SmContextCreateData, n1_sm: bytes) -> SmContext:
    """CreateSMContext: take the session over; what becomes of it reaches the UE in a transfer."""
    request = _request(n1_sm, data.pdu_session_id)
    pool = smf.pools.get(data.dnn)
    if pool is None:
        known = ", ".join(smf.pools)
        detail = f"DNN {data.dnn} is not served; `pools` of the SMF has {known}"
        raise SbiProblem(403, "DNN_NOT_SUPPORTED", detail)
    ref = sm_context_ref(data.supi, data.pdu_session_id)
    smf.sessions.remove_former(ref)
    try:
        address = pool.allocate(PduSessionType.IPV4, ref)
    except PoolExhausted as error:
        detail = f"no address is left in {error} of DNN {data.dnn}"
        raise SbiProblem(500, "INSUFFICIENT_RESOURCES_SLICE_DNN", detail) from error
    session = SmContext(
        ref=ref,
        supi=data.supi,
        pdu_session_id=data.pdu_session_id,
        dnn=data.dnn,
        s_nssai=data.slice,
        amf_instance_id=data.serving_nf_id,
        status_uri=data.sm_context_status_uri,
        address=address,
        uplink_tunnel=GtpTunnel(smf.config.n3_address, secrets.randbits(32) or 1),
    )
    smf.sessions.add(session)
    smf.sessions_asked.inc()
    smf.spawn(_establish(smf, session, request))
    return session


def _request(n1_sm: bytes, session_id: int) -> PduSessionEstablishmentRequest:
    try:
        message = decode(n1_sm)
    except NasError as error:
        raise SbiProblem(403, "N1_SM_ERROR", f"5GSM message: {error}") from error
    if not isinstance(message, PduSessionEstablishmentRequest):
        raise SbiProblem(403, "N1_SM_ERROR", f"{message.NAME} begins no PDU session")
    if message.pdu_session_id != session_id:
        detail = f"PDU session identity {message.pdu_session_id} inside, {session_id} outside"
        raise SbiProblem(403, "N1_SM_ERROR", detail)
    return message


async def _establish(smf: Smf, session: SmContext, request: PduSessionEstablishmentRequest) -> None:
    try:
        subscription = await udm.session_subscription(
            smf, session.supi, session.s_nssai, session.dnn
        )
    except SbiProblem as problem:
        log.warning("session refused", supi=session.supi, dnn=session.dnn, reason=str(problem))
        missing = SmCause.MISSING_OR_UNKNOWN_DNN
        cause = missing if problem.status == 404 else SmCause.NETWORK_FAILURE
        await _reject(smf, session, request, cause)
        return
    if request.pdu_session_type not in _IPV4 | {None}:
        await _reject(smf, session, request, SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED)
        return
    flow = QosFlow(1, subscription.five_qi)
    session.flows[flow.qfi] = flow
    smf.sessions.save(session)
    downgraded = request.pdu_session_type is PduSessionType.IPV4V6
    accept = PduSessionEstablishmentAccept(
        pdu_session_id=session.pdu_session_id,
        pti=request.pti,
        pdu_session_type=PduSessionType.IPV4,
        ssc_mode=_SSC_MODE_1,
        qos_rules=(qos.default_rule(flow),),
        session_ambr=SessionAmbr(
            subscription.ambr_downlink_bps // 1000, subscription.ambr_uplink_bps // 1000
        ),
        cause=SmCause.PDU_SESSION_TYPE_IPV4_ONLY_ALLOWED if downgraded else None,
        pdu_address=PduAddress(PduSessionType.IPV4, ipv4=str(session.address.ipv4)),
        s_nssai=session.s_nssai,
        qos_flow_descriptions=(qos.description(flow),),
        epco=_offer(smf).answer(request.epco),
        dnn=session.dnn,
    )
    n2 = PDUSessionResourceSetupRequestTransfer(
        session_ambr=(subscription.ambr_downlink_bps, subscription.ambr_uplink_bps),
        uplink_tunnel=session.uplink_tunnel,
        pdu_session_type="ipv4",
        qos_flows=(qos.setup(flow),),
    )
    try:
        await amf.transfer(smf, session, accept, ("PDU_RES_SETUP_REQ", n2.encode()))
    except SbiProblem as problem:
        log.warning("session not delivered", supi=session.supi, reason=str(problem))
        smf.sessions.remove(session)
        return
    session.state = State.ACTIVE
    smf.sessions_made.inc()


def _offer(smf: Smf) -> Offer:
    """DNS servers and link MTU, for those who ask for them."""
    config = smf.config
    return Offer(config.dns, config.dns_ipv6, config.mtu)


async def _reject(
    smf: Smf, session: SmContext, request: PduSessionEstablishmentRequest, cause: SmCause
) -> None:
    smf.sessions_refused.labels(str(int(cause))).inc()
    reject = PduSessionEstablishmentReject(session.pdu_session_id, request.pti, cause)
    try:
        await amf.transfer(smf, session, reject)
        await amf.notify_released(smf, session)
    except SbiProblem as problem:
        log.warning("rejection not delivered", supi=session.supi, reason=str(problem))
    smf.sessions.remove(session)
