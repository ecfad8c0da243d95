"""What UPFs say of themselves: heartbeats and session reports (TS 29.244 clauses 6.2.2, 6.3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.common.pfcp import Answer
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.pfcp import (
    AssociationReleaseRequest,
    AssociationReleaseResponse,
    AssociationSetupRequest,
    AssociationSetupResponse,
    AssociationUpdateRequest,
    AssociationUpdateResponse,
    Cause,
    HeartbeatRequest,
    HeartbeatResponse,
    NodeId,
    Packet,
    PfcpReject,
    ReportType,
    SessionReportRequest,
    SessionReportResponse,
)
from nfs.smf.n4.measurement import monitored
from nfs.smf.sm_context import SmContext, UpCnxState
from nfs.smf.user_plane_connection import downlink_data_arrived
from nfs.transports.datagram import Address

if TYPE_CHECKING:
    from nfs.smf.app import Smf

log = structlog.get_logger("smf")

_NO_SESSION = 0


def receive(smf: Smf, packet: Packet, source: Address) -> Answer | None:
    own = NodeId(smf.n4.entity.address[0])
    node = next((n for n in smf.n4.nodes.values() if n.address == source), None)
    recovery = smf.n4.recovery_time_stamp
    match packet.message:
        case HeartbeatRequest(recovery_time_stamp=stamp):
            if node is not None:
                node.heard(stamp)
            return HeartbeatResponse(recovery_time_stamp=recovery), None
        case AssociationSetupRequest():
            # The SMF associates with the UPFs that it is configured with, once they answer.
            refused = Cause.REQUEST_REJECTED
            answer = AssociationSetupResponse(
                node_id=own, cause=refused, recovery_time_stamp=recovery
            )
            return answer, None
        case AssociationUpdateRequest() | AssociationReleaseRequest() as request:
            if node is not None and (
                isinstance(request, AssociationReleaseRequest) or request.release_request
            ):
                node.lost()
            if isinstance(request, AssociationReleaseRequest):
                return AssociationReleaseResponse(node_id=own, cause=Cause.REQUEST_ACCEPTED), None
            return AssociationUpdateResponse(node_id=own, cause=Cause.REQUEST_ACCEPTED), None
        case SessionReportRequest() as report:
            return _session_report(smf, packet.seid or 0, report)
        case message:
            log.warning("PFCP message not expected", message=message.NAME)
            return None


def refuse(reject: PfcpReject) -> Answer | None:
    """To a report that cannot be read."""
    if reject.message_type != SessionReportRequest.TYPE:
        return None
    return SessionReportResponse(cause=reject.cause, offending_ie=reject.offending_ie), _NO_SESSION


def _session_report(smf: Smf, cp_seid: int, report: SessionReportRequest) -> Answer:
    session = next(
        (s for s in smf.sessions if s.pfcp is not None and s.pfcp.cp_seid == cp_seid), None
    )
    if session is None or session.pfcp is None:
        return SessionReportResponse(cause=Cause.SESSION_CONTEXT_NOT_FOUND), _NO_SESSION
    pfcp = session.pfcp
    smf.n4.count(session, pfcp, report.usage_reports)
    monitored(pfcp, report.session_reports)
    if report.report_type & ReportType.DLDR:
        smf.spawn(downlink_data_arrived(smf, session))
    if report.report_type & ReportType.ERIR:
        smf.spawn(_gnb_lost_tunnel(smf, session))
    return SessionReportResponse(cause=Cause.REQUEST_ACCEPTED), pfcp.up_seid


async def _gnb_lost_tunnel(smf: Smf, session: SmContext) -> None:
    """The gNB knows nothing of the tunnel: packets wait until the UE is back (TS 23.527 5.3.3)."""
    log.warning("gNB indicates an error", supi=session.supi, session=session.pdu_session_id)
    session.downlink_tunnel = None
    session.up_cnx_state = UpCnxState.DEACTIVATED
    try:
        smf.sessions.save(session)
    except SbiProblem as problem:
        log.info("session moved meanwhile", supi=session.supi, reason=str(problem))
        return
    await smf.n4.modify(session)
