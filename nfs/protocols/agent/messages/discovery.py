"""Agents that offer a capability."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.agent.elements import Agents, Capability
from nfs.protocols.agent.messages.message import AgentMessage


@dataclass(frozen=True, slots=True)
class AgentDiscoveryRequest(AgentMessage):
    MESSAGE_TYPE = 0x61
    NAME = "AGENT DISCOVERY REQUEST"

    capability: Capability


@dataclass(frozen=True, slots=True)
class AgentDiscoveryResponse(AgentMessage):
    """``agents``: a JSON array of objects with ``aic`` and ``name``."""

    MESSAGE_TYPE = 0x62
    NAME = "AGENT DISCOVERY RESPONSE"

    agents: Agents
