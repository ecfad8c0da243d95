"""5GSM at the UE (TS 24.501 clause 6): one file for each procedure, both sides of it."""

from ue_sim.ue.sessions.modification import new_flow
from ue_sim.ue.sessions.session import Session, SessionState, SmTimers
from ue_sim.ue.sessions.sessions import Sessions

__all__ = ["Session", "SessionState", "Sessions", "SmTimers", "new_flow"]
