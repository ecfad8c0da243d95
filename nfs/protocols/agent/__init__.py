"""The N1 agent container: what a UE's agent and the network say to each other over NAS.

It travels as the payload container of UL and DL NAS TRANSPORT (TS 24.501 clause 5.4.5) and is
built like a message of TS 24.501: protocol version, message type, procedure transaction identity
(one octet each), then information elements of type (1 octet), length (2 octets), value.
"""

from nfs.protocols.agent.causes import AgentCause
from nfs.protocols.agent.codec import AgentContainerError, decode, encode, name_of
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
from nfs.protocols.agent.proof import proof_input

__all__ = [
    "AgentCause",
    "AgentConfigurationUpdate",
    "AgentContainerError",
    "AgentData",
    "AgentDeregistrationAccept",
    "AgentDeregistrationRequest",
    "AgentDiscoveryRequest",
    "AgentDiscoveryResponse",
    "AgentMessage",
    "AgentRegistrationAccept",
    "AgentRegistrationReject",
    "AgentRegistrationRequest",
    "AgentSessionAccept",
    "AgentSessionInit",
    "AgentSessionReject",
    "AgentSessionTerminate",
    "AgentStatus",
    "IntentCancel",
    "IntentProgress",
    "IntentReject",
    "IntentReport",
    "IntentRequest",
    "IntentResult",
    "decode",
    "encode",
    "name_of",
    "proof_input",
]
