"""agent.discover: which agents can do something that the subscriber may have done (H10 to H13)."""

from __future__ import annotations

from pydantic import JsonValue

from nfs.common.models.agw_forwarding import FoundAgent
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import RefusalClass
from nfs.semantics.render import ask
from nfs.semantics.vocabulary import capability_id
from nfs.workflow.execution import Execution, Step
from nfs.workflow.meaning.constraints import required
from nfs.workflow.meaning.names import plain_name
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.search import find_agents

MOST = 10
"""Agents that are told."""
UNKNOWN = "UNKNOWN"


def steps(execution: Execution) -> list[Step]:
    """One step: the search. Raises Question, and Refusal INFEASIBLE for a constraint that nobody
    can check."""
    slots, spoken = execution.intent.slots, execution.intent.language
    if slots.capability is None:
        raise Question(ask(["capability"], spoken), "capability")
    capability = capability_id(slots.capability)
    constraints = required(slots.constraint)
    if slots.area is not None:
        constraints["area"] = plain_name(slots.area)

    async def search() -> None:
        found = await find_agents(execution, capability, constraints, MOST)
        usable = [agent for agent in found.agents if execution.may_use(agent)]
        if not usable:
            raise Refusal(RefusalClass.SUBSCRIPTION, "the subscription does not include this")
        execution.output |= {
            "capability": capability,
            "count": len(usable),
            "agents": [await _described(execution, each) for each in usable],
            "route": list(found.route),
        }

    return [Step("search", f"asking the gateway for agents with {capability}", search)]


async def _described(execution: Execution, agent: FoundAgent) -> dict[str, JsonValue]:
    """``state``: its health; that of another gateway's agent is that gateway's to know."""
    try:
        state = (await execution.agents.health(agent.aic)).state.value
    except SbiProblem:
        state = UNKNOWN
    return {
        "name": agent.name,
        "aic": agent.aic,
        "state": state,
        "capabilities": list(agent.capability_ids),
        "gateway": agent.gateway_id,
    }
