"""PDU sessions of the devices that intents are about, and their flows, as the SMF knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from pydantic import JsonValue, ValidationError

from nfs.common.models.smf_tools import FlowFigures, MeasuredFlows, SessionInfo, SessionList
from nfs.semantics.intent import RefusalClass
from nfs.workflow.execution import Execution
from nfs.workflow.refusal import Refusal

USUAL_DNN = "internet"
"""Of the session that an application's traffic usually takes."""


class OfDataNetwork(Protocol):
    @property
    def dnn(self) -> str: ...


Session = TypeVar("Session", bound=OfDataNetwork)


async def sessions_of(execution: Execution, supi: str) -> list[SessionInfo]:
    """Raises Refusal."""
    found = await execution.tool("list-sessions", supi=supi)
    try:
        return SessionList.model_validate(found).sessions
    except ValidationError:
        raise Refusal(RefusalClass.EXECUTION, "the SMF's answer is not usable") from None


def usual(sessions: Sequence[Session]) -> Session:
    """The one that an application's traffic usually takes; raises Refusal INFEASIBLE for none."""
    if not sessions:
        raise Refusal(RefusalClass.INFEASIBLE, "the device has no PDU session")
    return next((session for session in sessions if session.dnn == USUAL_DNN), sessions[0])


async def measure(
    execution: Execution, supi: str, session: SessionInfo, seconds: float = 1.0
) -> list[FlowFigures]:
    """All QoS flows of the session, for so long; raises Refusal."""
    measured = await execution.tool(
        "measure-flow", supi=supi, pduSessionId=session.pdu_session_id, seconds=seconds
    )
    try:
        return MeasuredFlows.model_validate(measured).flows
    except ValidationError:
        raise Refusal(RefusalClass.EXECUTION, "the SMF's answer is not usable") from None


def better(execution: Execution) -> dict[str, JsonValue]:
    """What to ask for when a plan before this one missed targets: what goes before its flow."""
    if not execution.missed:
        return {}
    five_qi = execution.former.get("fiveQi")
    if not isinstance(five_qi, int):
        raise Refusal(RefusalClass.INFEASIBLE, "nothing better can be done")
    return {"insteadOf": five_qi}
