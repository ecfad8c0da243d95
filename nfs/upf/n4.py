"""N4 of the UPF: PFCP requests to their procedures, and session reports (TS 29.244)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import structlog

from nfs.common.pfcp import Answer, PfcpEntity, PfcpNoAnswer
from nfs.protocols.pfcp import (
    AssociationReleaseRequest,
    AssociationSetupRequest,
    AssociationUpdateRequest,
    Cause,
    HeartbeatRequest,
    HeartbeatResponse,
    NodeId,
    Packet,
    PfcpReject,
    SessionDeletionRequest,
    SessionDeletionResponse,
    SessionEstablishmentRequest,
    SessionEstablishmentResponse,
    SessionModificationRequest,
    SessionModificationResponse,
    SessionReportResponse,
    SessionReportResponseFlags,
)
from nfs.transports.datagram import Address
from nfs.upf import association
from nfs.upf.actions import Action, ToCp
from nfs.upf.association import Association
from nfs.upf.session import RuleError, Session, SessionTable
from nfs.upf.session_deletion import delete_session
from nfs.upf.session_establishment import establish_session
from nfs.upf.session_modification import modify_session
from nfs.upf.user_plane import UserPlane

log = structlog.get_logger("upf")

_NO_SESSION = 0


class N4:
    """``on_actions`` carries out what a change of a session sets off: packets that waited."""

    def __init__(
        self,
        user_plane: UserPlane,
        on_actions: Callable[[list[Action]], None],
        guaranteed_kbps: int | None = None,
        max_sessions: int = 1 << 16,
    ) -> None:
        self.max_sessions = max_sessions
        self.user_plane = user_plane
        self.sessions: SessionTable = user_plane.sessions
        self.associations: dict[str, Association] = {}
        self.recovery_time_stamp = int(time.time())
        self.entity = PfcpEntity(self._receive, self._refuse)
        self.established = {"asked": 0, "refused": 0}
        self._on_actions = on_actions
        self._guaranteed_kbps = guaranteed_kbps

    @property
    def address(self) -> str:
        return self.entity.address[0]

    @property
    def node_id(self) -> NodeId:
        return NodeId(self.address)

    @property
    def guaranteed(self) -> tuple[int, int]:
        """Uplink and downlink rates that are guaranteed, in kbit/s."""
        return _guaranteed(self.sessions)

    def admit(self, session: Session) -> None:
        """Raises RuleError when the rates guaranteed to all would be more than there is."""
        if self._guaranteed_kbps is None:
            return
        most = max(_guaranteed({*self.sessions, session}))
        if most > self._guaranteed_kbps:
            reason = f"{most} of {self._guaranteed_kbps} kbit/s would be guaranteed"
            raise RuleError(Cause.NO_RESOURCES_AVAILABLE, reason)

    def _receive(self, packet: Packet, source: Address) -> Answer | None:
        now = time.time()
        match packet.message:
            case HeartbeatRequest():
                return HeartbeatResponse(recovery_time_stamp=self.recovery_time_stamp), None
            case AssociationSetupRequest() as request:
                return association.set_up(self, request, source), None
            case AssociationUpdateRequest() as request:
                return association.update(self, request), None
            case AssociationReleaseRequest() as request:
                return association.release(self, request), None
            case SessionEstablishmentRequest() as request:
                self.established["asked"] += 1
                response = establish_session(self, request, now)
                self.established["refused"] += not response.cause.accepted
                return response, request.cp_f_seid.seid
            case SessionModificationRequest() | SessionDeletionRequest() as change:
                return self._change(packet.seid or 0, change, now)
            case message:
                log.warning("PFCP message not expected", message=message.NAME)
                return None

    def _change(
        self,
        seid: int,
        request: SessionModificationRequest | SessionDeletionRequest,
        now: float,
    ) -> Answer:
        session = self.sessions.by_seid(seid)
        if isinstance(request, SessionDeletionRequest):
            if session is None:
                missing = SessionDeletionResponse(cause=Cause.SESSION_CONTEXT_NOT_FOUND)
                return missing, _NO_SESSION
            return delete_session(self, session, now), session.cp_f_seid.seid
        if session is None:
            return SessionModificationResponse(cause=Cause.SESSION_CONTEXT_NOT_FOUND), _NO_SESSION
        response, actions = modify_session(self, session, request, now)
        self._on_actions(actions)
        return response, session.cp_f_seid.seid

    def _refuse(self, reject: PfcpReject) -> Answer | None:
        """To a request that cannot be read."""
        cause, element = reject.cause, reject.offending_ie
        session = self.sessions.by_seid(reject.seid or 0)
        seid = session.cp_f_seid.seid if session else _NO_SESSION
        match reject.message_type:
            case SessionEstablishmentRequest.TYPE:
                return SessionEstablishmentResponse(
                    node_id=self.node_id, cause=cause, offending_ie=element
                ), _NO_SESSION
            case SessionModificationRequest.TYPE:
                return SessionModificationResponse(cause=cause, offending_ie=element), seid
            case SessionDeletionRequest.TYPE:
                return SessionDeletionResponse(cause=cause, offending_ie=element), seid
            case AssociationSetupRequest.TYPE:
                return association.refused(self, cause), None
            case _:
                return None

    async def report(self, action: ToCp) -> None:
        """A session report to the SMF that has the session."""
        session = action.session
        node = self.associations.get(session.cp_node)
        f_seid = session.cp_f_seid
        if node is None or f_seid.ipv4 is None:
            log.warning("nobody to report to", smf=session.cp_node)
            return
        to = f_seid.ipv4, node.address[1]
        try:
            answer = await self.entity.request(
                to, action.report, SessionReportResponse, f_seid.seid
            )
        except PfcpNoAnswer as error:
            log.warning("report not delivered", smf=session.cp_node, reason=str(error))
            session.notified_at = None
            return
        if (answer.flags or 0) & SessionReportResponseFlags.DROBU:
            session.buffered.clear()
        if answer.cause is Cause.SESSION_CONTEXT_NOT_FOUND:  # the SMF has forgotten it
            self.sessions.remove(session)


def _guaranteed(sessions: Iterable[Session]) -> tuple[int, int]:
    rates = [
        rate
        for session in sessions
        for qer in session.qers.values()
        if (rate := qer.rule.guaranteed_bit_rate) is not None
    ]
    return sum(rate.uplink for rate in rates), sum(rate.downlink for rate in rates)
