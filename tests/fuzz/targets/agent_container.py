"""The agent container: accepted octets read the same when sent on, others have a cause."""

from __future__ import annotations

from nfs.protocols.agent import (
    AgentCause,
    AgentContainerError,
    AgentMessage,
    AgentRegistrationRequest,
    IntentReject,
    IntentReport,
    IntentRequest,
    decode,
    encode,
    name_of,
)


def seeds() -> list[bytes]:
    messages = (
        AgentRegistrationRequest(
            1, "ue.assistant", "1", "Anna", "chats", ("/a", "/b"), ("/c",), b"\x30\x59", b"\x30"
        ),
        IntentRequest(2, "en", "keep my game under 20 ms until eight", b"{}"),
        IntentReject(254, AgentCause.INFEASIBLE, "no"),
        IntentReport(0, b'{"intentId": "1", "kind": "location.geofence"}'),
    )
    return [encode(message) for message in messages]


def one(octets: bytes) -> None:
    assert name_of(octets)
    result = _outcome(octets)
    if isinstance(result, AgentMessage):
        assert decode(encode(result)) == result
    else:
        assert result.reason
        assert result.pti is None or result.pti == octets[2]


def _outcome(octets: bytes) -> AgentMessage | AgentContainerError:
    try:
        return decode(octets)
    except AgentContainerError as error:
        return error
