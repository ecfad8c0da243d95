"""Sessions with other agents, and what is said in them."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.agent.elements import Aic, Cause, Data, DiagnosticText, Scope, SessionId
from nfs.protocols.agent.messages.message import AgentMessage


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
