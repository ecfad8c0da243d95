"""ARP: an agent says something else of itself, within what it was granted (C10)."""

from __future__ import annotations

from typing import Any

from nfs.agw.acs import Description, revised
from nfs.agw.arp.requester import Requesters
from nfs.agw.arp.validation import validated_update
from nfs.agw.directory import Agent, Directory
from nfs.common.audit import AuditTrail
from nfs.common.models.arp import AgentUpdate
from nfs.common.sbi.problem import SbiProblem


class Update:
    def __init__(self, directory: Directory, requesters: Requesters, audit: AuditTrail) -> None:
        self._directory = directory
        self._requesters = requesters
        self._audit = audit

    async def update(self, aic: str, update: AgentUpdate, token: str) -> Agent:
        """Only the agent itself does this, with its credential ``token``.

        Raises SbiProblem: 400 INVALID_AIC, INVALID_AGENT_DESCRIPTION, 401 CREDENTIAL_INVALID, 403
        NOT_THE_AGENT, SCOPE_NOT_ALLOWED, 404 AGENT_NOT_FOUND.
        """
        with self._audit.action("agent.update", target=f"agent:{aic}") as entry:
            agent = await self._requesters.itself(token, aic)
            entry.aic, entry.actor = agent.aic, f"agent:{agent.aic}"
            changes = validated_update(update)
            entry.after = {"changed": sorted(changes)}
            return self._directory.update(agent.aic, lambda known: updated(known, changes))


def updated(agent: Agent, changes: dict[str, Any]) -> Agent:
    """``changes``: attributes of Description. Raises SbiProblem 403 SCOPE_NOT_ALLOWED."""
    described = Description(**(_description(agent) | changes))
    offerable = agent.capability_ids if agent.offerable is None else agent.offerable
    if foreign := [c for c in described.capabilities if c not in offerable]:
        detail = f"not among the capabilities that were granted: {', '.join(foreign)}"
        raise SbiProblem(403, "SCOPE_NOT_ALLOWED", detail)
    update = {
        "acs": revised(agent.acs, described, agent.gateway_id),
        "capability_ids": list(described.capabilities),
        "end_point": next(iter(described.end_points), None),
    }
    return agent.model_copy(update=update)


def _description(agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.acs.name,
        "description": agent.acs.description,
        "capabilities": tuple(agent.capability_ids),
        "end_points": tuple(end_point.url for end_point in agent.acs.end_points),
        "entity_meta": agent.acs.entity_meta,
        "pseudonym": agent.acs.entity_user_id,
    }
