"""Messages between a UE's agent and the network.

Each class is the table of its message: a field is an information element with its identifier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from nfs.protocols.agent.causes import AgentCause

MAX_CONTAINER = 65_535


def ie(identifier: int, *, optional: bool = False) -> Any:
    metadata = {"iei": identifier, "optional": optional}
    return field(default=None, metadata=metadata) if optional else field(metadata=metadata)


@dataclass(frozen=True)
class AgentMessage:
    """``pti``, the procedure transaction identity, pairs an answer with its request."""

    MESSAGE_TYPE: ClassVar[int]
    NAME: ClassVar[str]

    pti: int


@dataclass(frozen=True)
class AgentRegistrationRequest(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x01
    NAME: ClassVar[str] = "AGENT REGISTRATION REQUEST"

    template: str = ie(0x01)
    instance: str = ie(0x02)
    name: str = ie(0x03)
    public_key: bytes = ie(0x04)
    proof: bytes = ie(0x05)
    capabilities: tuple[str, ...] = ie(0x06)
    scope: tuple[str, ...] = ie(0x07)
    description: str | None = ie(0x08, optional=True)


@dataclass(frozen=True)
class AgentRegistrationAccept(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x02
    NAME: ClassVar[str] = "AGENT REGISTRATION ACCEPT"

    aic: str = ie(0x10)
    capability_ids: tuple[str, ...] = ie(0x06)
    scope: tuple[str, ...] = ie(0x07)
    gateway: str = ie(0x11)
    valid_until: int = ie(0x12)
    credential: bytes = ie(0x13)
    token: str = ie(0x14)
    acs: bytes | None = ie(0x15, optional=True)


@dataclass(frozen=True)
class AgentRegistrationReject(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x03
    NAME: ClassVar[str] = "AGENT REGISTRATION REJECT"

    cause: AgentCause = ie(0x20)
    text: str | None = ie(0x21, optional=True)


@dataclass(frozen=True)
class AgentDeregistrationRequest(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x04
    NAME: ClassVar[str] = "AGENT DEREGISTRATION REQUEST"

    aic: str = ie(0x10)


@dataclass(frozen=True)
class AgentDeregistrationAccept(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x05
    NAME: ClassVar[str] = "AGENT DEREGISTRATION ACCEPT"


@dataclass(frozen=True)
class AgentConfigurationUpdate(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x06
    NAME: ClassVar[str] = "AGENT CONFIGURATION UPDATE"

    scope: tuple[str, ...] | None = ie(0x07, optional=True)
    acs: bytes | None = ie(0x15, optional=True)


@dataclass(frozen=True)
class IntentRequest(AgentMessage):
    """``intent`` is the JSON of an operator-defined intent, when the UE ran stage 1 (L1)."""

    MESSAGE_TYPE: ClassVar[int] = 0x10
    NAME: ClassVar[str] = "INTENT REQUEST"

    text: str | None = ie(0x21, optional=True)
    intent: bytes | None = ie(0x22, optional=True)
    language: str | None = ie(0x23, optional=True)


@dataclass(frozen=True)
class IntentProgress(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x11
    NAME: ClassVar[str] = "INTENT PROGRESS"

    percent: int = ie(0x24)
    text: str | None = ie(0x21, optional=True)


@dataclass(frozen=True)
class IntentResult(AgentMessage):
    """``result`` is the JSON of an operator-defined result."""

    MESSAGE_TYPE: ClassVar[int] = 0x12
    NAME: ClassVar[str] = "INTENT RESULT"

    result: bytes = ie(0x25)


@dataclass(frozen=True)
class IntentReject(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x13
    NAME: ClassVar[str] = "INTENT REJECT"

    cause: AgentCause = ie(0x20)
    text: str | None = ie(0x21, optional=True)


@dataclass(frozen=True)
class IntentCancel(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x14
    NAME: ClassVar[str] = "INTENT CANCEL"


@dataclass(frozen=True)
class AgentDiscoveryRequest(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x20
    NAME: ClassVar[str] = "AGENT DISCOVERY REQUEST"

    capability: str = ie(0x30)


@dataclass(frozen=True)
class AgentDiscoveryResponse(AgentMessage):
    """``agents`` is a JSON array of {aic, name}."""

    MESSAGE_TYPE: ClassVar[int] = 0x21
    NAME: ClassVar[str] = "AGENT DISCOVERY RESPONSE"

    agents: bytes = ie(0x31)


@dataclass(frozen=True)
class AgentSessionInit(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x30
    NAME: ClassVar[str] = "AGENT SESSION INIT"

    aic: str = ie(0x10)
    scope: tuple[str, ...] = ie(0x07)


@dataclass(frozen=True)
class AgentSessionAccept(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x31
    NAME: ClassVar[str] = "AGENT SESSION ACCEPT"

    session_id: str = ie(0x40)
    scope: tuple[str, ...] = ie(0x07)


@dataclass(frozen=True)
class AgentSessionReject(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x32
    NAME: ClassVar[str] = "AGENT SESSION REJECT"

    cause: AgentCause = ie(0x20)


@dataclass(frozen=True)
class AgentSessionTerminate(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x33
    NAME: ClassVar[str] = "AGENT SESSION TERMINATE"

    session_id: str = ie(0x40)
    cause: AgentCause | None = ie(0x20, optional=True)


@dataclass(frozen=True)
class AgentData(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x34
    NAME: ClassVar[str] = "AGENT DATA"

    session_id: str = ie(0x40)
    octets: bytes = ie(0x41)


@dataclass(frozen=True)
class AgentStatus(AgentMessage):
    MESSAGE_TYPE: ClassVar[int] = 0x7F
    NAME: ClassVar[str] = "AGENT STATUS"

    cause: AgentCause = ie(0x20)
