"""What the steps of a workflow work with: tools of network functions, and agents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import JsonValue

from nfs.common.agents.consumer import AgentConsumer, Permit
from nfs.common.agents.task import DataItem, TaskResult, TaskState
from nfs.common.models.agw_forwarding import FoundAgent
from nfs.common.models.device_order import DeviceOrder
from nfs.common.models.iaf import IntentSubmission
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.intent import AchievedTarget, OperatorIntent, RefusalClass
from nfs.semantics.vocabulary import matches
from nfs.workflow.execution.compensation import undo
from nfs.workflow.execution.tools import Tools, UndoCall
from nfs.workflow.meaning.devices import find_device
from nfs.workflow.refusal import Refusal, Unavailable
from nfs.workflow.requests import NoRequests, Requests

T = TypeVar("T")

_CLASS_OF_CAUSE = {
    "SCOPE_NOT_ALLOWED": RefusalClass.SUBSCRIPTION,
    "CAPABILITY_NOT_FOUND": RefusalClass.CAPABILITY_NOT_FOUND,
}

TellDevice = Callable[[str, DeviceOrder], Awaitable[bool]]
"""Whether the OS agent of the device with a SUPI was told."""


@dataclass(slots=True, kw_only=True)
class Execution:
    """An admitted intent under way; the steps add to ``output`` and ``achieved``.

    ``intent_id`` is of this plan only, a name for what it changes. ``facts`` hold before any step,
    from the start those of the asking device. A task has ``parts``, and a part perhaps a
    ``source``: the one whose product it works on. ``missed`` is what was measured when a plan
    before this one, with ``former`` as its output, did not keep the targets.
    """

    nf: NetworkFunction
    agents: AgentConsumer
    tools: Tools
    request: IntentSubmission
    intent: OperatorIntent
    intent_id: str = ""
    requests: Requests = field(default_factory=NoRequests)
    keep_undo: Callable[[UndoCall], None] = lambda _: None
    forget_undo: Callable[[UndoCall], None] = lambda _: None
    tell_device: TellDevice | None = None
    facts: set[str] = field(default_factory=set)
    output: dict[str, JsonValue] = field(default_factory=dict)
    achieved: list[AchievedTarget] = field(default_factory=list)
    parts: list[Execution] = field(default_factory=list)
    source: Execution | None = None
    missed: list[AchievedTarget] = field(default_factory=list)
    former: dict[str, JsonValue] = field(default_factory=dict)
    holds_seconds: int | None = None
    """How long what was done lasts, where the intent does not say so."""

    def __post_init__(self) -> None:
        self.facts.add("device.registered")
        if self.request.pdu_sessions:
            self.facts.add("session.active")

    async def tool(self, name: str, /, **arguments: JsonValue) -> dict[str, Any]:
        """Call a tool of a network function. Raises Refusal, Unavailable for what may pass."""
        return await self.answer(self.tools.call(name, arguments))

    async def tool_everywhere(self, name: str, **arguments: JsonValue) -> list[dict[str, Any]]:
        """Call a tool at every function that hosts it, as ``tool``."""
        return await self.answer(self.tools.call_all(name, arguments))

    async def answer(self, asked: Awaitable[T]) -> T:
        """What a function answers that was asked. Raises Refusal, Unavailable for what may pass."""
        try:
            return await asked
        except SbiProblem as problem:
            raise _refusal(problem) from problem

    def undo_with(self, tool: str, /, **arguments: JsonValue) -> UndoCall:
        """Say which tool call takes a change back, before the change: it is kept when this
        returns, and no crash in between can lose it."""
        call = UndoCall(tool=tool, input=arguments, made_for=self.intent_id)
        self.keep_undo(call)
        return call

    async def take_back(self, call: UndoCall) -> None:
        """Now, for a change that may have been made and is not wanted."""
        await undo([call], self.tools, self.forget_undo)

    async def order(self, supi: str, order: DeviceOrder) -> None:
        """Have the OS agent of a device do something. Raises Refusal INFEASIBLE where none
        listens."""
        if self.tell_device is None or not await self.tell_device(supi, order):
            raise Refusal(RefusalClass.INFEASIBLE, "the device cannot be told what to do")

    async def invoke(
        self,
        capability: str,
        *items: DataItem,
        constraints: Mapping[str, JsonValue] | None = None,
        permit: Permit | None = None,
    ) -> TaskResult:
        """Have an agent do a task on behalf of the UE's agent; ``constraints`` are on the agent's
        entityMeta, ``permit`` refuses agents that must not have the ``items``. Raises Refusal."""
        if self.request.ue_aic is None:
            reason = "the agent of this device is not registered"
            raise Refusal(RefusalClass.SUBSCRIPTION, reason)
        asked = self.agents.invoke(capability, items, self.request.ue_aic, constraints, permit)
        result = await self.answer(asked)
        if result.state is not TaskState.COMPLETED:
            rejected = result.state is TaskState.REJECTED
            cause = RefusalClass.INFEASIBLE if rejected else RefusalClass.EXECUTION
            raise Refusal(cause, result.reason or f"the agent's task {result.state}", **result.data)
        return result

    def worked_on(self) -> str | None:
        """The text to work on: what the user gave, or the product of the part before; None where
        there is neither. Raises Refusal EXECUTION when that part had no product."""
        if self.source is None:
            return self.intent.slots.input
        product = self.source.output.get("text")
        if not isinstance(product, str) or not product.strip():
            reason = "the step before has given no text to go on with"
            raise Refusal(RefusalClass.EXECUTION, reason)
        return product

    def may_use(self, agent: FoundAgent) -> bool:
        """Whether the subscription has something that the agent offers."""
        scope = self.request.subscription.scope
        return any(matches(granted, c) for granted in scope for c in agent.capability_ids)

    def part(self, intent: OperatorIntent, source: Execution | None = None) -> Execution:
        """What the steps of one part of a task work with."""
        number = len(self.parts) + 1
        part = replace(
            self,
            intent=intent,
            intent_id=f"{self.intent_id}.{number}",
            output={},
            achieved=[],
            parts=[],
            source=source,
        )
        self.parts.append(part)
        return part

    def again(self, missed: list[AchievedTarget]) -> Execution:
        """What the steps of another plan work with, as this one's did not keep the targets."""
        return replace(
            self,
            intent_id=f"{self.intent_id}~",
            output={},
            achieved=[],
            missed=missed,
            former=self.output,
        )

    def outcome(self) -> tuple[dict[str, JsonValue], list[AchievedTarget]]:
        """The facts for the user and the targets achieved; of a task, the last part's product."""
        if not self.parts:
            return self.output, self.achieved
        done: list[JsonValue] = [
            {"kind": part.intent.kind.value, **part.output} for part in self.parts
        ]
        achieved = [target for part in self.parts for target in part.achieved]
        return self.parts[-1].output | {"parts": done}, achieved

    def target_supi(self) -> str:
        """The SUPI of the device that the intent is about. Raises Refusal TARGET_UNKNOWN."""
        return self.device(self.intent.slots.target)

    def device(self, name: str | None) -> str:
        """The SUPI of the subscription's device of that name; no name is the asking device. Raises
        Refusal TARGET_UNKNOWN."""
        supi = find_device(name, self.request)
        if supi is None:
            reason = f"{name!r} is no device of this subscription"
            raise Refusal(RefusalClass.TARGET_UNKNOWN, reason)
        return supi


def _refusal(problem: SbiProblem) -> Refusal:
    """A cause that is the name of a refusal class is one."""
    reason = problem.detail or problem.cause
    if problem.cause in RefusalClass.__members__:
        return Refusal(RefusalClass[problem.cause], reason)
    if problem.status >= 500:
        return Unavailable(reason)
    return Refusal(_CLASS_OF_CAUSE.get(problem.cause, RefusalClass.EXECUTION), reason)
