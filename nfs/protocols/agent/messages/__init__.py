"""Messages of the agent container, each the table of its information elements.

An element that may be None is optional, all others are mandatory. JSON documents are carried as
octets; who handles the message reads them.
"""

from __future__ import annotations

from nfs.protocols.agent.messages.discovery import AgentDiscoveryRequest, AgentDiscoveryResponse
from nfs.protocols.agent.messages.intent import (
    IntentCancel,
    IntentProgress,
    IntentReject,
    IntentReport,
    IntentRequest,
    IntentResult,
)
from nfs.protocols.agent.messages.message import AgentMessage, AgentStatus
from nfs.protocols.agent.messages.registration import (
    AgentConfigurationUpdate,
    AgentDeregistrationAccept,
    AgentDeregistrationRequest,
    AgentRegistrationAccept,
    AgentRegistrationReject,
    AgentRegistrationRequest,
)
from nfs.protocols.agent.messages.session import (
    AgentData,
    AgentSessionAccept,
    AgentSessionInit,
    AgentSessionReject,
    AgentSessionTerminate,
)

MESSAGES: tuple[type[AgentMessage], ...] = (
    AgentRegistrationRequest,
    AgentRegistrationAccept,
    AgentRegistrationReject,
    AgentDeregistrationRequest,
    AgentDeregistrationAccept,
    AgentConfigurationUpdate,
    IntentRequest,
    IntentProgress,
    IntentResult,
    IntentReject,
    IntentCancel,
    IntentReport,
    AgentDiscoveryRequest,
    AgentDiscoveryResponse,
    AgentSessionInit,
    AgentSessionAccept,
    AgentSessionReject,
    AgentSessionTerminate,
    AgentData,
    AgentStatus,
)
