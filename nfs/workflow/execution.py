"""What the steps of a workflow work with, and how they have agents work for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import JsonValue

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.task import DataItem, TaskResult, TaskState
from nfs.common.models.iaf import IntentSubmission
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import AchievedTarget, OperatorIntent, RefusalClass
from nfs.workflow.devices import find_device
from nfs.workflow.refusal import Refusal

_CLASS_OF_CAUSE = {
    "SCOPE_NOT_ALLOWED": RefusalClass.SUBSCRIPTION,
    "CAPABILITY_NOT_FOUND": RefusalClass.CAPABILITY_NOT_FOUND,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a plan; ``text`` tells the user what is being done."""

    text: str
    perform: Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Execution:
    """An admitted intent under way; the steps add to ``output`` and ``achieved``."""

    nf: NetworkFunction
    agents: AgentConsumer
    request: IntentSubmission
    intent: OperatorIntent
    output: dict[str, JsonValue] = field(default_factory=dict)
    achieved: list[AchievedTarget] = field(default_factory=list)

    async def invoke(self, capability: str, *items: DataItem) -> TaskResult:
        """Have an agent do a task on behalf of the UE's agent. Raises Refusal."""
        if self.request.ue_aic is None:
            reason = "the agent of this device is not registered"
            raise Refusal(RefusalClass.SUBSCRIPTION, reason)
        try:
            result = await self.agents.invoke(capability, items, self.request.ue_aic)
        except SbiProblem as problem:
            cause = _CLASS_OF_CAUSE.get(problem.cause, RefusalClass.EXECUTION)
            raise Refusal(cause, problem.detail or problem.cause) from problem
        if result.state is not TaskState.COMPLETED:
            rejected = result.state is TaskState.REJECTED
            cause = RefusalClass.INFEASIBLE if rejected else RefusalClass.EXECUTION
            raise Refusal(cause, result.reason or f"the agent's task {result.state}", **result.data)
        return result

    def target_supi(self) -> str:
        """The SUPI of the device that the intent is about. Raises Refusal TARGET_UNKNOWN."""
        name = self.intent.slots.target
        supi = find_device(name, self.request)
        if supi is None:
            reason = f"{name!r} is no device of this subscription"
            raise Refusal(RefusalClass.TARGET_UNKNOWN, reason)
        return supi
