"""PFCP session establishment, modification and deletion (TS 29.244 clauses 6.3.2 to 6.3.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nfs.protocols.ngap import GtpTunnel
from nfs.protocols.pfcp import (
    Cause,
    CreateUrr,
    FSeid,
    RemoveFar,
    RemovePdr,
    RemoveQer,
    RemoveUrr,
    SessionDeletionRequest,
    SessionDeletionResponse,
    SessionEstablishmentFlags,
    SessionEstablishmentRequest,
    SessionEstablishmentResponse,
    SessionModificationRequest,
    SessionModificationResponse,
    UpFunctionFeatures,
    UsageReport,
)
from nfs.smf.n4 import rules, usage
from nfs.smf.n4.sdf import detected_flows

if TYPE_CHECKING:
    from nfs.common.pfcp import PfcpEntity
    from nfs.smf.config import SmfConfig
    from nfs.smf.n4.node import UpfNode
    from nfs.smf.n4.pfcp_session import PfcpSession
    from nfs.smf.sm_context import QosFlow, SmContext

_NOT_KNOWN_YET = 0


class PfcpRefused(Exception):
    """The UPF does not accept a request."""

    def __init__(self, cause: Cause, offending_ie: int | None = None) -> None:
        element = f", element {offending_ie}" if offending_ie else ""
        super().__init__(f"the UPF answers with {cause.name}{element}")
        self.cause = cause


async def establish(
    config: SmfConfig, entity: PfcpEntity, node: UpfNode, session: SmContext, pfcp: PfcpSession
) -> GtpTunnel:
    """All that the session is by now; a tunnel end point that it has already stays the same.

    Raises PfcpNoAnswer and PfcpRefused.
    """
    flows, downlink = detected_flows(session), session.downlink_tunnel
    pfcp.measured = bool(node.features & UpFunctionFeatures.QFQM)
    restored = pfcp.up_seid != _NOT_KNOWN_YET
    request = SessionEstablishmentRequest(
        node_id=node.node_id,
        cp_f_seid=FSeid(pfcp.cp_seid, entity.address[0]),
        create_pdrs=tuple(pdr for flow in flows.values() for pdr in rules.pdrs(session, flow)),
        create_fars=tuple(far for flow in flows.values() for far in rules.fars(session, flow.flow)),
        create_urrs=(usage.session_urr(config), *_flow_urrs(pfcp, flows)),
        create_qers=tuple(rules.qer(session, flow.flow) for flow in flows.values()),
        create_bar=rules.bar(),
        pdn_type=rules.pdn_type(session),
        dnn=session.dnn,
        s_nssai=rules.s_nssai(session),
        flags=SessionEstablishmentFlags.RESTI if restored else None,
    )
    answer = await entity.request(
        node.address, request, SessionEstablishmentResponse, _NOT_KNOWN_YET
    )
    if not answer.cause.accepted or answer.up_f_seid is None:
        raise PfcpRefused(answer.cause, answer.offending_ie)
    pfcp.up_seid, pfcp.flows, pfcp.downlink = answer.up_f_seid.seid, flows, downlink
    if session.uplink_tunnel is not None:
        return session.uplink_tunnel
    created = (pdr.f_teid for pdr in answer.created_pdrs if pdr.f_teid is not None)
    end = next(created, None)
    if end is None or end.ipv4 is None:
        raise PfcpRefused(Cause.INVALID_F_TEID_ALLOCATION_OPTION)
    return GtpTunnel(end.ipv4, end.teid)


def _flow_urrs(pfcp: PfcpSession, qfis: Iterable[int]) -> tuple[CreateUrr, ...]:
    """Of a UPF that can measure flows."""
    return tuple(urr for qfi in qfis for urr in usage.flow_urrs(qfi)) if pfcp.measured else ()


async def modify(
    entity: PfcpEntity, node: UpfNode, session: SmContext, pfcp: PfcpSession
) -> tuple[UsageReport, ...]:
    """What differs between the session and what the UPF knows of it.

    Returns the last usage reports of flows that are gone. Raises PfcpNoAnswer and PfcpRefused.
    """
    flows, downlink = detected_flows(session), session.downlink_tunnel
    gone = [d.flow for qfi, d in pfcp.flows.items() if qfi not in flows]
    new = [d for qfi, d in flows.items() if qfi not in pfcp.flows]
    kept = [d.flow for d in flows.values() if d not in new]
    other = [d for d in flows.values() if d not in new and pfcp.flows[d.flow.qfi] != d]
    former, changed = pfcp.downlink, downlink != pfcp.downlink
    if not (gone or new or other or changed):
        return ()
    new_urrs = _flow_urrs(pfcp, (d.flow.qfi for d in new))
    old_urrs = _flow_urrs(pfcp, (flow.qfi for flow in gone))
    request = SessionModificationRequest(
        remove_pdrs=tuple(RemovePdr(pdr_id=id_) for f in gone for id_ in _ids(f)),
        remove_fars=tuple(RemoveFar(far_id=id_) for f in gone for id_ in _ids(f)),
        remove_qers=tuple(RemoveQer(qer_id=f.qfi) for f in gone),
        remove_urrs=tuple(RemoveUrr(urr_id=urr.urr_id) for urr in old_urrs),
        create_urrs=new_urrs,
        create_pdrs=tuple(pdr for f in new for pdr in rules.pdrs(session, f)),
        create_fars=tuple(far for f in new for far in rules.fars(session, f.flow)),
        create_qers=tuple(rules.qer(session, f.flow) for f in new),
        update_pdrs=tuple(pdr for f in other for pdr in rules.changed_pdrs(session, f)),
        update_qers=tuple(rules.changed_qer(session, f.flow) for f in other),
        update_fars=tuple(rules.downlink_change(session, f, former) for f in kept)
        if changed
        else (),
    )
    used = await request_modification(entity, node, pfcp, request)
    pfcp.flows, pfcp.downlink = flows, downlink
    return used


def _ids(flow: QosFlow) -> tuple[int, int]:
    return rules.downlink_id(flow), rules.uplink_id(flow)


async def take_over(entity: PfcpEntity, node: UpfNode, pfcp: PfcpSession) -> None:
    """The session is another SMF instance's by now: reports go there (clause 5.22)."""
    own = FSeid(pfcp.cp_seid, entity.address[0])
    request = SessionModificationRequest(cp_f_seid=own, node_id=node.node_id)
    await request_modification(entity, node, pfcp, request)


async def request_modification(
    entity: PfcpEntity, node: UpfNode, pfcp: PfcpSession, request: SessionModificationRequest
) -> tuple[UsageReport, ...]:
    """The usage reports of the response; raises PfcpNoAnswer and PfcpRefused."""
    answer = await entity.request(node.address, request, SessionModificationResponse, pfcp.up_seid)
    if not answer.cause.accepted:
        raise PfcpRefused(answer.cause, answer.offending_ie)
    return answer.usage_reports


async def delete(entity: PfcpEntity, node: UpfNode, pfcp: PfcpSession) -> tuple[UsageReport, ...]:
    """The last usage reports; raises PfcpNoAnswer and PfcpRefused."""
    answer = await entity.request(
        node.address, SessionDeletionRequest(), SessionDeletionResponse, pfcp.up_seid
    )
    if not answer.cause.accepted:
        raise PfcpRefused(answer.cause, answer.offending_ie)
    return answer.usage_reports
