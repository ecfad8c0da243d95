"""PFCP session modification (TS 29.244 clause 6.3.3)."""

from __future__ import annotations

import copy
from collections import deque
from typing import TYPE_CHECKING

import structlog

from nfs.protocols.pfcp import (
    Cause,
    CreatedPdr,
    SessionModificationFlags,
    SessionModificationRequest,
    SessionModificationResponse,
    UpdateFar,
    UsageReport,
    UsageReportTrigger,
)
from nfs.upf import session_rules
from nfs.upf.actions import Action
from nfs.upf.session import RuleError, Session
from nfs.upf.session_rules import known

if TYPE_CHECKING:
    from nfs.upf.n4 import N4

log = structlog.get_logger("upf")


def modify_session(
    n4: N4, session: Session, request: SessionModificationRequest, now: float
) -> tuple[SessionModificationResponse, list[Action]]:
    """What is refused leaves the session as it was."""
    former = copy.copy(session)
    _own_rules(session)
    try:
        ended = _remove(session, request, now)
        created = _create_and_update(n4, session, request, now)
        n4.admit(session)
        n4.sessions.index(session)
    except RuleError as error:
        log.warning("change refused", smf=session.cp_node, reason=str(error))
        vars(session).update(vars(former))
        n4.sessions.index(session)
        refusal = SessionModificationResponse(cause=error.cause, offending_ie=error.offending_ie)
        return refusal, []
    if request.cp_f_seid is not None:  # another SMF instance has the session by now
        session.cp_f_seid = request.cp_f_seid
        if request.node_id is not None:
            session.cp_node = request.node_id.value
    actions = _end_markers(n4, former, request)
    if (request.flags or 0) & SessionModificationFlags.DROBU:
        session.buffered.clear()
    actions += n4.user_plane.released(session, now)
    queried = {query.urr_id for query in request.query_urrs}
    if (request.flags or 0) & SessionModificationFlags.QAURR:
        queried = set(session.urrs)
    immediate = (
        urr.report(UsageReportTrigger.IMMER, now)
        for urr_id, urr in session.urrs.items()
        if urr_id in queried
    )
    response = SessionModificationResponse(
        cause=Cause.REQUEST_ACCEPTED,
        created_pdrs=created,
        usage_reports=(*ended, *immediate),
    )
    return response, actions


def _own_rules(session: Session) -> None:
    """Work on copies: the ones before are what a refused request leaves."""
    session.pdrs, session.urrs = dict(session.pdrs), dict(session.urrs)
    session.srrs = dict(session.srrs)
    session.fars = {id_: copy.copy(far) for id_, far in session.fars.items()}
    session.qers = {id_: copy.copy(qer) for id_, qer in session.qers.items()}
    session.bars, session.chosen = dict(session.bars), dict(session.chosen)
    session.buffered = deque(session.buffered)


def _remove(
    session: Session, request: SessionModificationRequest, now: float
) -> tuple[UsageReport, ...]:
    """The last reports of the URRs that end."""
    for pdr in request.remove_pdrs:
        known(session.pdrs, pdr.pdr_id, "PDR")
        del session.pdrs[pdr.pdr_id]
    for far in request.remove_fars:
        known(session.fars, far.far_id, "FAR")
        del session.fars[far.far_id]
    for qer in request.remove_qers:
        known(session.qers, qer.qer_id, "QER")
        del session.qers[qer.qer_id]
    if request.remove_bar is not None:
        session.bars.pop(request.remove_bar.bar_id, None)
    for srr in request.remove_srrs:
        known(session.srrs, srr.srr_id, "SRR")
        del session.srrs[srr.srr_id]
    ended = []
    for urr in request.remove_urrs:
        gone = known(session.urrs, urr.urr_id, "URR")
        del session.urrs[urr.urr_id]
        ended.append(gone.report(UsageReportTrigger.TERMR, now))
    return tuple(ended)


def _create_and_update(
    n4: N4, session: Session, request: SessionModificationRequest, now: float
) -> tuple[CreatedPdr, ...]:
    created = session_rules.create(session, n4.sessions, request, now)
    for far in request.update_fars:
        known(session.fars, far.far_id, "FAR").change(far)
    for qer in request.update_qers:
        known(session.qers, qer.qer_id, "QER").change(qer, now)
    for urr in request.update_urrs:
        known(session.urrs, urr.urr_id, "URR").change(urr)
    changed = (session_rules.update_pdr(session, n4.sessions, pdr) for pdr in request.update_pdrs)
    return created + tuple(pdr for pdr in changed if pdr is not None)


def _end_markers(n4: N4, former: Session, request: SessionModificationRequest) -> list[Action]:
    """To the path before, for the FARs that ask for it (SNDEM)."""
    outer = (former.fars[far.far_id].outer_header for far in request.update_fars if _ends(far))
    return [n4.user_plane.end_marker(end) for end in dict.fromkeys(outer) if end is not None]


def _ends(far: UpdateFar) -> bool:
    parameters = far.forwarding_parameters
    flags = parameters.flags if parameters else None
    return bool(flags and flags & SessionModificationFlags.SNDEM)
