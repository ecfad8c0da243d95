"""ARP: an agent goes for a while and comes back (C9); a phone is idle or connected (L13)."""

from __future__ import annotations

from nfs.agw.directory import Agent, Directory
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import StateChange


def change_agent_state(
    directory: Directory, audit: AuditTrail, aic: str, change: StateChange
) -> None:
    """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
    with audit.action("agent.change-state", target=f"agent:{aic}") as entry:
        known = directory.find(aic)
        entry.aic = known.aic

        def changed(agent: Agent) -> Agent:
            entry.before, entry.after = {"state": agent.state.value}, {"state": change.state.value}
            hidden = agent.hidden if change.hidden is None else change.hidden
            news = {"state": change.state, "cm_state": change.cm_state, "hidden": hidden}
            return agent.model_copy(update=news)

        directory.update(known.aic, changed)
