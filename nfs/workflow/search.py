"""Agents that a kind of intent needs, as the gateway knows them."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from nfs.common.models.agw_forwarding import QueryResult
from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Execution
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
