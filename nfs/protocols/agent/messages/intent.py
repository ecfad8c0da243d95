"""What the user wants, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.agent.elements import (
    Cause,
    DeviceOrder,
    DiagnosticText,
    IntentText,
    Language,
    OperatorIntent,
    OperatorResult,
    Percent,
)
from nfs.protocols.agent.messages.message import AgentMessage


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
