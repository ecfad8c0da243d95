"""What every agent of the core stands on: its identity, its host, and how it calls other agents."""

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.host import AgentHost, Caller
from nfs.common.agents.identity import AgentAccount, AgentDescription, AgentIdentity, lab_account

__all__ = [
    "AgentAccount",
    "AgentConsumer",
    "AgentDescription",
    "AgentHost",
    "AgentIdentity",
    "Caller",
    "lab_account",
]
