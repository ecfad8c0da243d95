"""Causes of the N1 agent container."""

from __future__ import annotations

from enum import IntEnum


class AgentCause(IntEnum):
    """1 to 15 registration, 16 to 31 intents, 96 and above protocol errors as in TS 24.501."""

    UNKNOWN_AGENT = 1
    CREDENTIAL_INVALID = 2
    SCOPE_NOT_ALLOWED = 3
    SUBSCRIPTION_NOT_ALLOWED = 4
    POLICY = 5
    AMC_UNAVAILABLE = 6
    AGW_UNAVAILABLE = 7
    AGENT_NOT_REGISTERED = 8
    INVALID_AGENT_DESCRIPTION = 9
    INTENT_NOT_UNDERSTOOD = 16
    INTENT_OUT_OF_SCOPE = 17
    LANGUAGE_NOT_SUPPORTED = 18
    COMPLIANCE = 19
    OPERATOR_POLICY = 20
    INFEASIBLE = 21
    INTENT_TOO_LONG = 22
    TARGET_UNKNOWN = 24
    CAPABILITY_NOT_FOUND = 25
    EXECUTION_FAILED = 26
    SERVICE_UNAVAILABLE = 27
    INTENT_UNKNOWN = 28
    CANCELLED = 29
    INVALID_MANDATORY_INFORMATION = 96
    MESSAGE_TYPE_NON_EXISTENT = 97
    IE_NON_EXISTENT = 99
    MESSAGE_NOT_COMPATIBLE = 101
    PROTOCOL_ERROR_UNSPECIFIED = 111

    @property
    def text(self) -> str:
        return self.name.replace("_", " ").lower()
