"""Messages of the agent container, each the table of its information elements.

An element that may be None is optional, all others are mandatory. JSON documents are carried as
octets; who handles the message reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from nfs.protocols.agent.elements import (
    Acs,
    AgentName,
    Agents,
    Aic,
    Capabilities,
    Capability,
    CapabilityIds,
    Cause,
    Credential,
    Data,
    Description,
    DeviceOrder,
    DiagnosticText,
    Gateway,
    Instance,
    IntentText,
    Language,
    OperatorIntent,
    OperatorResult,
    Percent,
    Proof,
    PublicKey,
    Scope,
    SessionId,
    Template,
    Token,
    ValidUntil,
)


@dataclass(frozen=True, slots=True)
class AgentMessage:
    """``pti`` is 1 to 254, chosen by who begins the procedure; 0 belongs to none.

    ``unknown_ies`` are the elements (identifier, value) that this message is not known to have.
    """

    MESSAGE_TYPE: ClassVar[int]
    NAME: ClassVar[str]

    pti: int
    unknown_ies: tuple[tuple[int, bytes], ...] = field(default=(), kw_only=True)

    def conditional_ie_error(self) -> str | None:
        """What is wrong with the presence of elements that depend on each other."""
        return None


@dataclass(frozen=True, slots=True)
class AgentRegistrationRequest(AgentMessage):
    """``public_key``: DER SubjectPublicKeyInfo; ``proof``: its signature over ``proof_input``."""

    MESSAGE_TYPE = 0x41
    NAME = "AGENT REGISTRATION REQUEST"

    template: Template
    instance: Instance
    name: AgentName
    description: Description | None
    capabilities: Capabilities
    scope: Scope
    public_key: PublicKey
    proof: Proof


@dataclass(frozen=True, slots=True)
class AgentRegistrationAccept(AgentMessage):
    """``valid_until``: Unix seconds; ``credential``: X.509 DER; ``token``: JWT; ``acs``: JSON."""

    MESSAGE_TYPE = 0x42
    NAME = "AGENT REGISTRATION ACCEPT"

    aic: Aic
    capability_ids: CapabilityIds
    scope: Scope
    gateway: Gateway
    valid_until: ValidUntil
    credential: Credential
    token: Token
    acs: Acs | None = None


@dataclass(frozen=True, slots=True)
class AgentRegistrationReject(AgentMessage):
    MESSAGE_TYPE = 0x43
    NAME = "AGENT REGISTRATION REJECT"

    cause: Cause
    text: DiagnosticText | None = None


@dataclass(frozen=True, slots=True)
class AgentDeregistrationRequest(AgentMessage):
    MESSAGE_TYPE = 0x44
    NAME = "AGENT DEREGISTRATION REQUEST"

    aic: Aic


@dataclass(frozen=True, slots=True)
class AgentDeregistrationAccept(AgentMessage):
    MESSAGE_TYPE = 0x45
    NAME = "AGENT DEREGISTRATION ACCEPT"


@dataclass(frozen=True, slots=True)
class AgentConfigurationUpdate(AgentMessage):
    """From the network: what is present replaces what AGENT REGISTRATION ACCEPT brought."""

    MESSAGE_TYPE = 0x46
    NAME = "AGENT CONFIGURATION UPDATE"

    acs: Acs | None = None
    scope: Scope | None = None
    valid_until: ValidUntil | None = None
    credential: Credential | None = None
    token: Token | None = None


@dataclass(frozen=True, slots=True)
class IntentRequest(AgentMessage):
    """What the user said, its operator-defined intent (JSON), or both.

    ``language`` is a tag of BCP 47.
    """

    MESSAGE_TYPE = 0x51
    NAME = "INTENT REQUEST"

    language: Language | None = None
    text: IntentText | None = None
    intent: OperatorIntent | None = None

    def conditional_ie_error(self) -> str | None:
        missing = self.text is None and self.intent is None
        return "neither intent text nor operator-defined intent" if missing else None


@dataclass(frozen=True, slots=True)
class IntentProgress(AgentMessage):
    """``order``: what the device is to do for the intent (JSON), such as a PDU session to
    establish."""

    MESSAGE_TYPE = 0x52
    NAME = "INTENT PROGRESS"

    percent: Percent | None = None
    text: DiagnosticText | None = None
    order: DeviceOrder | None = None


@dataclass(frozen=True, slots=True)
class IntentResult(AgentMessage):
    """``result``: the operator-defined result (JSON), which may be a question to the user."""

    MESSAGE_TYPE = 0x53
    NAME = "INTENT RESULT"

    result: OperatorResult


@dataclass(frozen=True, slots=True)
class IntentReject(AgentMessage):
    MESSAGE_TYPE = 0x54
    NAME = "INTENT REJECT"

    cause: Cause
    text: DiagnosticText | None = None


@dataclass(frozen=True, slots=True)
class IntentCancel(AgentMessage):
    """Ends the intent that was requested with the same PTI."""

    MESSAGE_TYPE = 0x55
    NAME = "INTENT CANCEL"


@dataclass(frozen=True, slots=True)
class IntentReport(AgentMessage):
    """From the network, with PTI 0: what has become of an intent since its result.

    ``result`` is an operator-defined result (JSON), whose ``intentId`` says of which intent; it has
    ended when the status is EXPIRED, CANCELLED, FAILED or REJECTED.
    """

    MESSAGE_TYPE = 0x56
    NAME = "INTENT REPORT"

    result: OperatorResult


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


@dataclass(frozen=True, slots=True)
class AgentSessionInit(AgentMessage):
    """``peer`` is the other agent's AIC, ``scope`` what the session is to be used for."""

    MESSAGE_TYPE = 0x71
    NAME = "AGENT SESSION INIT"

    peer: Aic
    session_id: SessionId
    scope: Scope


@dataclass(frozen=True, slots=True)
class AgentSessionAccept(AgentMessage):
    """``scope`` is what was granted of the scope asked for."""

    MESSAGE_TYPE = 0x72
    NAME = "AGENT SESSION ACCEPT"

    peer: Aic
    session_id: SessionId
    scope: Scope


@dataclass(frozen=True, slots=True)
class AgentSessionReject(AgentMessage):
    MESSAGE_TYPE = 0x73
    NAME = "AGENT SESSION REJECT"

    session_id: SessionId
    cause: Cause
    text: DiagnosticText | None = None


@dataclass(frozen=True, slots=True)
class AgentSessionTerminate(AgentMessage):
    MESSAGE_TYPE = 0x74
    NAME = "AGENT SESSION TERMINATE"

    session_id: SessionId
    cause: Cause
    text: DiagnosticText | None = None


@dataclass(frozen=True, slots=True)
class AgentData(AgentMessage):
    MESSAGE_TYPE = 0x75
    NAME = "AGENT DATA"

    session_id: SessionId
    octets: Data


@dataclass(frozen=True, slots=True)
class AgentStatus(AgentMessage):
    """Answers a message that cannot be handled, and is itself never answered."""

    MESSAGE_TYPE = 0x7F
    NAME = "AGENT STATUS"

    cause: Cause


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
