"""PFCP session deletion (TS 29.244 clause 6.3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.protocols.pfcp import Cause, SessionDeletionResponse
from nfs.upf.session import Session

if TYPE_CHECKING:
    from nfs.upf.n4 import N4


def delete_session(n4: N4, session: Session, now: float) -> SessionDeletionResponse:
    """With the last usage reports; packets that wait are dropped."""
    n4.sessions.remove(session)
    reports = session.final_reports(now)
    return SessionDeletionResponse(cause=Cause.REQUEST_ACCEPTED, usage_reports=reports)
