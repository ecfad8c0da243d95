"""Agents that a kind of intent needs, as the gateway knows them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from pydantic import JsonValue

from nfs.common.models.agw_forwarding import QueryResult
from nfs.semantics.intent import RefusalClass
from nfs.semantics.vocabulary import capability_id
from nfs.workflow.execution import Execution
from nfs.workflow.meaning.names import plain_name, without_agent
from nfs.workflow.refusal import Refusal


async def find_agents(
    execution: Execution, capability: str, constraints: Mapping[str, JsonValue], limit: int = 1
) -> QueryResult:
    """At least one agent, the best first.

    Raises Refusal: CAPABILITY_NOT_FOUND when nobody offers it, INFEASIBLE when those who do are
    not as demanded.
    """
    agents = execution.agents
    found = await execution.answer(agents.query(capability, constraints, limit))
    if found.agents:
        return found
    others = await execution.answer(agents.query(capability)) if constraints else found
    if not others.agents:
        raise Refusal(RefusalClass.CAPABILITY_NOT_FOUND, f"no agent offers {capability}")
    asked = ", ".join(f"{name} {value}" for name, value in constraints.items())
    reason = f"agents offer {capability}, none of them with {asked}"
    raise Refusal(RefusalClass.INFEASIBLE, reason)


async def agent_named(execution: Execution, name: str) -> str:
    """The AIC of the agent of that name, or of the one agent with a capability of that name.

    Raises Refusal TARGET_UNKNOWN for none, and for several.
    """
    plain = plain_name(name)
    bare = without_agent(plain)
    for called in dict.fromkeys((plain, bare)):
        named = await execution.answer(execution.agents.discover({"name": called}))
        if len(named) == 1:
            return str(named[0]["aic"])
    with contextlib.suppress(ValueError):
        able = await execution.answer(execution.agents.query(capability_id(bare), limit=2))
        if len(able.agents) == 1:
            return able.agents[0].aic
    raise Refusal(RefusalClass.TARGET_UNKNOWN, f"no one agent is called {name!r}")
