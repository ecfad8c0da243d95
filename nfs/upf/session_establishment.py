"""PFCP session establishment (TS 29.244 clause 6.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from nfs.protocols.pfcp import (
    Cause,
    FSeid,
    SessionEstablishmentRequest,
    SessionEstablishmentResponse,
)
from nfs.upf import session_rules
from nfs.upf.session import RuleError, Session

if TYPE_CHECKING:
    from nfs.upf.n4 import N4

log = structlog.get_logger("upf")


def establish_session(
    n4: N4, request: SessionEstablishmentRequest, now: float
) -> SessionEstablishmentResponse:
    if request.node_id.value not in n4.associations:
        cause = Cause.NO_ESTABLISHED_PFCP_ASSOCIATION
        return SessionEstablishmentResponse(node_id=n4.node_id, cause=cause)
    if len(n4.sessions) >= n4.max_sessions:
        return SessionEstablishmentResponse(node_id=n4.node_id, cause=Cause.NO_RESOURCES_AVAILABLE)
    session = Session(
        up_seid=n4.sessions.new_seid(),
        cp_f_seid=request.cp_f_seid,
        cp_node=request.node_id.value,
        dnn=request.dnn,
    )
    try:
        created = session_rules.create(session, n4.sessions, request, now)
        n4.admit(session)
        n4.sessions.index(session)
    except RuleError as error:
        log.warning("session refused", smf=session.cp_node, reason=str(error))
        return SessionEstablishmentResponse(
            node_id=n4.node_id, cause=error.cause, offending_ie=error.offending_ie
        )
    n4.sessions.add(session)
    return SessionEstablishmentResponse(
        node_id=n4.node_id,
        cause=Cause.REQUEST_ACCEPTED,
        up_f_seid=FSeid(session.up_seid, n4.address),
        created_pdrs=created,
    )
