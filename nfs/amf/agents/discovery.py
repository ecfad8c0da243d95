"""Agent discovery on behalf of a UE's agent (L12)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nfs.amf.consumer import agw
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.agent import (
    AgentCause,
    AgentDiscoveryRequest,
    AgentDiscoveryResponse,
    AgentStatus,
)

if TYPE_CHECKING:
    from nfs.amf.app import Amf
    from nfs.amf.ue.ue import Ue


async def discover_agents(
    amf: Amf, ue: Ue, request: AgentDiscoveryRequest
) -> AgentDiscoveryResponse | AgentStatus:
    """Only capabilities in the agent's own scope are looked up (B12)."""
    agent = ue.context.agent
    if agent is None:
        return AgentStatus(request.pti, AgentCause.AGENT_NOT_REGISTERED)
    if request.capability not in agent.scope:
        return AgentStatus(request.pti, AgentCause.SCOPE_NOT_ALLOWED)
    try:
        agents = await agw.discover(amf, request.capability)
    except SbiProblem:
        return AgentStatus(request.pti, AgentCause.AGW_UNAVAILABLE)
    found = [{"aic": a["aic"], "name": a["name"]} for a in agents]
    return AgentDiscoveryResponse(request.pti, json.dumps(found).encode())
