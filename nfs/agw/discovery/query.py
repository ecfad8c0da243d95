"""Discovery by capability, agent identifier or prefix of it (B11, E8, E10), as an NRF is asked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from nfs.agw.directory import CANDIDATES, Agent, Directory
from nfs.agw.directory.index import CAPABILITY
from nfs.agw.taxonomy import capability_identifier
from nfs.common.models.agw import AgentState, DiscoveryResult
from nfs.common.sbi.problem import SbiProblem


def discover(
    directory: Directory, capability: str | None, aic: str | None, prefix: str | None, limit: int
) -> DiscoveryResult:
    """Agents that match all that is given, an empty list if none do.

    With a capability and a prefix, the first ``CANDIDATES`` agents of the prefix are looked at.
    Raises SbiProblem 400: nothing is given, or INVALID_AIC.
    """
    agents: Iterable[Agent]
    identifier = None if capability is None else capability_identifier(capability) or ""
    if aic:
        agents = _identified(directory, aic, identifier, prefix)
    elif prefix:
        found: Iterable[str] = directory.index.starting(prefix.upper())
        if identifier is not None:
            offering = directory.index.group(CAPABILITY, identifier)
            found = (each for each in islice(found, CANDIDATES) if each in offering)
        agents = directory.reachable(found, limit)
    elif identifier is not None:
        agents = directory.offering(identifier, limit)
    else:
        detail = "a discovery is by capability, by aic or by aicPrefix"
        raise SbiProblem(400, "MANDATORY_QUERY_PARAM_MISSING", detail)
    return DiscoveryResult(agents=[agent.discovered for agent in agents])


def _identified(
    directory: Directory, aic: str, capability: str | None, prefix: str | None
) -> list[Agent]:
    try:
        agent = directory.find(aic)
    except SbiProblem as problem:
        if problem.status != 404:
            raise
        return []
    matches = (
        agent.state is AgentState.REGISTERED
        and not agent.hidden
        and (capability is None or capability in agent.capability_ids)
        and agent.aic.startswith((prefix or "").upper())
    )
    return [agent] if matches else []
