"""Cause values of the agent container."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class AgentCause(IntEnum):
    """Why the network or the agent refuses; ``text`` says it to people.

    1 to 15 are about agents, 16 to 31 about intents, 32 to 47 about sessions; those from 81 on are
    protocol errors with the values that they have in TS 24.501 clauses 9.11.3.2 and 9.11.4.2.
    """

    text: str

    UNKNOWN_AGENT = 1, "no such agent template is known"
    CREDENTIAL_INVALID = 2, "the agent did not prove who it is"
    SCOPE_NOT_ALLOWED = 3, "the agent may not use what it asks for"
    SUBSCRIPTION_NOT_ALLOWED = 4, "the subscription does not include this"
    POLICY = 5, "the operator's policy does not allow this agent"
    AMC_UNAVAILABLE = 6, "the agent management center cannot be reached"
    AGW_UNAVAILABLE = 7, "the agent gateway cannot be reached"
    AGENT_NOT_REGISTERED = 8, "the agent is not registered"
    INVALID_AGENT_DESCRIPTION = 9, "what the agent says of itself is not valid"

    INTENT_NOT_UNDERSTOOD = 16, "the intent was not understood"
    INTENT_OUT_OF_SCOPE = 17, "this is nothing the network can do"
    LANGUAGE_NOT_SUPPORTED = 18, "the language is not supported"
    COMPLIANCE = 19, "the intent is against law, security or privacy"
    OPERATOR_POLICY = 20, "the operator's policy does not allow this intent"
    INFEASIBLE = 21, "the network cannot fulfil the intent now"
    INTENT_TOO_LONG = 22, "the intent is too long"
    AMBIGUOUS = 23, "the intent can be understood in several ways"
    TARGET_UNKNOWN = 24, "what the intent is about is not known"
    CAPABILITY_NOT_FOUND = 25, "no agent offers the capability"
    EXECUTION_FAILED = 26, "carrying out the intent failed"
    SERVICE_UNAVAILABLE = 27, "the service cannot be reached or is overloaded"
    INTENT_UNKNOWN = 28, "no such intent is under way"
    CANCELLED = 29, "the intent was cancelled"

    SESSION_UNKNOWN = 32, "no such agent session exists"
    PEER_NOT_REACHABLE = 33, "the other agent cannot be reached"
    SESSION_REFUSED = 34, "the other agent refuses the session"
    SESSION_ENDED = 35, "the session has ended as intended"

    INVALID_PTI = 81, "invalid procedure transaction identity"
    INVALID_MANDATORY_INFORMATION = 96, "a mandatory information element is missing or invalid"
    MESSAGE_TYPE_NON_EXISTENT = 97, "the message type does not exist or is not implemented"
    IE_NON_EXISTENT = 99, "an information element that must be understood does not exist here"
    CONDITIONAL_IE_ERROR = 100, "an information element is missing, or is one too many"
    MESSAGE_NOT_COMPATIBLE = 101, "the message does not fit the state of the procedure"
    PROTOCOL_ERROR_UNSPECIFIED = 111, "protocol error"

    def __new__(cls, value: int, text: str = "") -> Self:
        cause = int.__new__(cls, value)
        cause._value_ = value
        cause.text = text
        return cause
