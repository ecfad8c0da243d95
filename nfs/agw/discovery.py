"""Discovery by capability or by agent identifier (B11): live agents of this gateway only."""

from __future__ import annotations

from nfs.agw.directory import Agent, Directory
from nfs.agw.taxonomy import capability_identifier
from nfs.common.models.agw import AgentState, DiscoveryResult
from nfs.common.sbi.problem import SbiProblem


def discover(
    directory: Directory, capability: str | None, aic: str | None, limit: int
) -> DiscoveryResult:
    """Agents that match all that is given, an empty list if none do.

    Raises SbiProblem 400: neither is given, or INVALID_AIC.
    """
    if capability is None and aic is None:
        detail = "a discovery is by capability or by aic"
        raise SbiProblem(400, "MANDATORY_QUERY_PARAM_MISSING", detail)
    agents = _identified(directory, aic) if aic else directory.offering(_identifier(capability))
    if aic and capability is not None:
        agents = [a for a in agents if _identifier(capability) in a.capability_ids]
    return DiscoveryResult(agents=[agent.discovered for agent in agents[:limit]])


def _identifier(capability: str | None) -> str:
    return capability_identifier(capability or "") or ""


def _identified(directory: Directory, aic: str) -> list[Agent]:
    try:
        agent = directory.find(aic)
    except SbiProblem as problem:
        if problem.status != 404:
            raise
        return []
    return [agent] if agent.state is AgentState.REGISTERED else []
