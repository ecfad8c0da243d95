"""ARP: an agent goes for a while and comes back (C9)."""

from __future__ import annotations

from nfs.agw.directory import Directory
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import AgentState


def change_agent_state(
    directory: Directory, audit: AuditTrail, aic: str, state: AgentState
) -> None:
    """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
    with audit.action("agent.change-state", target=f"agent:{aic}") as entry:
        known = directory.find(aic)
        entry.aic = known.aic
        entry.before, entry.after = {"state": known.state.value}, {"state": state.value}
        directory.put(known.model_copy(update={"state": state}))
