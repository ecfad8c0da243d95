"""The workflow of an intent: comprehend, admit, plan, execute, and say how it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import JsonValue

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import ToolConsumer
from nfs.semantics.analyser import analyse
from nfs.semantics.intent import (
    AchievedTarget,
    IntentStatus,
    OperatorIntent,
    OperatorResult,
    RefusalClass,
)
from nfs.semantics.llm import Analyse, offline
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission import Guarantees, admit, feasible_steps, make_room, own_conflicts
from nfs.workflow.assurance import Assurance
from nfs.workflow.dialogue import Dialogue
from nfs.workflow.execution import Cancelled, Execution, Tools, run_steps
from nfs.workflow.kinds.task_collaborate import is_task, parts_of, wishes
from nfs.workflow.lives.keeper import Keeper
from nfs.workflow.lives.records import IntentRecord, PlanNote
from nfs.workflow.plan import ASSURED, MADE_BEFORE_BREAK, SCHEDULED, plan
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Declined, Question, Refusal, Scheduled
from nfs.workflow.times import holds_for, starts_at
from nfs.workflow.wishes import answer_together

log = structlog.get_logger("workflow")

Progress = Callable[[int, str], Awaitable[None]]
"""Is told the percentage done and what is being done."""

UNDERSTOOD, ADMITTED = 10, 20
"""Percent done when the intent is understood and when it is admitted; its steps are the rest."""


class IntentWorkflow:
    """Carries intents out for an NF that has an agent (the IAF, or an agent-enabled AMF)."""

    def __init__(
        self,
        nf: NetworkFunction,
        agents: AgentConsumer,
        policies: Policies | None = None,
        tools: Tools | None = None,
        analyser: Analyse = offline,
    ) -> None:
        self.dialogue: Dialogue
        """Set by Intents, which knows the subscribers' earlier requests."""
        self._nf = nf
        self._analyse = analyser
        self._agents = agents
        self.tools = tools or ToolConsumer(nf)
        self._policies = policies or Policies.load()
        self.guarantees = Guarantees(self._policies.operator.capacity)
        analyse("hello")  # reads the lexicon now, not while the first user waits

    async def run(
        self, record: IntentRecord, keeper: Keeper, progress: Progress, withdrawn: asyncio.Event
    ) -> OperatorResult:
        """The outcome, whatever it is: refusals and questions are results, not exceptions.

        After a failure, and when it is ``withdrawn``, the record's undo calls are to be made.
        """
        try:
            intent = record.intent or await self._understand(record)
            record.intent = intent
            self.guarantees.note(record)
            await progress(UNDERSTOOD, f"understood as {intent.kind}")
            if len(separate := wishes(intent)) > 1:
                own_conflicts(intent, record.request, ())
                return await self._each(record, separate, keeper, withdrawn)
            execution = self._execution(record, intent, keeper)
            await self._execute(execution, record, keeper, progress, withdrawn)
        except Cancelled:
            return record.result_of(IntentStatus.CANCELLED)
        except Scheduled:
            return record.result_of(IntentStatus.ACKNOWLEDGED, output=_scheduled(record))
        except Declined as declined:
            record.intent = OperatorIntent(
                kind=Kind.INTENT_CANCEL, language=declined.intent.language
            )
            return record.result_of(IntentStatus.FULFILLED)
        except Question as question:
            self.dialogue.ask(record, question)
            kind = question.intent.kind if question.intent is not None else record.kind
            return OperatorResult(
                intent_id=record.intent_id,
                kind=kind,
                status=IntentStatus.NEEDS_INPUT,
                question=question.question,
            )
        except Refusal as refusal:
            log.info("intent not fulfilled", intent=record.intent_id, why=str(refusal))
            failed = refusal.cause is RefusalClass.EXECUTION
            return record.result_of(
                IntentStatus.FAILED if failed else IntentStatus.REJECTED,
                cause=refusal.cause,
                question=self.dialogue.offer(record, refusal),
                output=refusal.output,
            )
        _note_plans(record, execution)
        output, achieved = execution.outcome()
        return record.result_of(IntentStatus.FULFILLED, output=output, achieved=achieved)

    async def _understand(self, record: IntentRecord) -> OperatorIntent:
        return await self.dialogue.understand(
            record, self._policies.minimum_confidence, self._analyse
        )

    def assurance(self, record: IntentRecord, keeper: Keeper) -> Assurance:
        """What looks after the targets of a fulfilled intent."""
        return Assurance(self.plans(record, keeper), ASSURED)

    def plans(self, record: IntentRecord, keeper: Keeper) -> list[Execution]:
        """Those of a fulfilled intent that were carried out."""
        if record.intent is None:
            return []
        whole = self._execution(record, record.intent, keeper)
        parts = parts_of(record.intent) if is_task(record.intent) else []
        plans = [whole.part(part) for part in parts] or [whole]
        for plan_, noted in zip(plans, record.plans, strict=False):
            plan_.intent_id, plan_.output = noted.plan_id, noted.output
        return plans

    async def plan_again(
        self, former: Execution, missed: list[AchievedTarget], withdrawn: asyncio.Event
    ) -> Execution | None:
        """Another plan for targets that were missed, carried out; None if there is none that can
        be: then what its ``intent_id`` was noted for is to be undone."""
        execution = former.again(missed)
        try:
            await run_steps(plan(execution), execution.facts, _tell_nobody, withdrawn)
        except (Refusal, Question, Cancelled) as why:
            log.info("not planned again", intent=former.intent_id, why=str(why))
            return None
        return execution

    def _execution(self, record: IntentRecord, intent: OperatorIntent, keeper: Keeper) -> Execution:
        return Execution(
            nf=self._nf,
            agents=self._agents,
            tools=self.tools,
            request=record.request,
            intent=intent,
            intent_id=record.intent_id,
            requests=self.dialogue.requests,
            keep_undo=keeper.keep_undo,
            forget_undo=keeper.undone,
            tell_device=keeper.tell_device,
        )

    async def _execute(
        self,
        execution: Execution,
        record: IntentRecord,
        keeper: Keeper,
        progress: Progress,
        withdrawn: asyncio.Event,
    ) -> None:
        admit(execution.intent, execution.request, self._policies)
        obsolete = self._conflicts(execution, record, keeper)
        steps = feasible_steps(execution)
        if record.starts_at is None and execution.intent.kind in SCHEDULED:
            record.starts_at = starts_at(execution.intent.slots)
            if record.starts_at is not None:
                raise Scheduled
        if record.replaces is not None:
            keeper.save()  # whoever goes on with the record knows what to restore
        goes_on_beside = self._goes_on_beside(execution, record)
        if not goes_on_beside:
            await self._end_replaced(record)
        for other in obsolete:
            with contextlib.suppress(SbiProblem):
                await self.dialogue.requests.preempt(other.intent_id)

        async def tell(done: int, text: str) -> None:
            await progress(ADMITTED + (100 - ADMITTED) * done // len(steps), text)

        await run_steps(steps, execution.facts, tell, withdrawn)
        if goes_on_beside:
            await self._end_replaced(record)

    def _goes_on_beside(self, execution: Execution, record: IntentRecord) -> bool:
        """Whether what the intent replaces may hold until it is carried out (make before break)."""
        request, kind = execution.request, execution.intent.kind
        replaced = (r for r in self.dialogue.requests.of(request.supi) if _is_replaced(r, record))
        return kind in MADE_BEFORE_BREAK and any(r.holds and r.kind is kind for r in replaced)

    async def _end_replaced(self, record: IntentRecord) -> None:
        if record.replaces is not None:
            with contextlib.suppress(SbiProblem):
                await self.dialogue.requests.end(record.replaces)

    def _conflicts(
        self, execution: Execution, record: IntentRecord, keeper: Keeper
    ) -> list[IntentRecord]:
        """The intents that must make way for this one. Raises Conflict."""
        intent, request = execution.intent, execution.request
        requests = self.dialogue.requests
        own = [other for other in requests.of(request.supi) if _competes(other, record)]
        obsolete = own_conflicts(intent, request, own)
        if not self.guarantees.rates(intent):
            return obsolete
        if self._nf.shared_state:
            keeper.save()  # other instances are to know what is wanted here
        besides = {other.intent_id for other in obsolete} | {record.replaces or ""}
        return obsolete + make_room(intent, record, self.guarantees, self._policies, besides)

    async def _each(
        self,
        record: IntentRecord,
        separate: list[OperatorIntent],
        keeper: Keeper,
        withdrawn: asyncio.Event,
    ) -> OperatorResult:
        """Every wish as an intent of its own, side by side."""
        results = await asyncio.gather(*(keeper.carry_out(wish) for wish in separate))
        if withdrawn.is_set():
            raise Cancelled
        return answer_together(record.intent_id, record.kind, results)


def _is_replaced(other: IntentRecord, record: IntentRecord) -> bool:
    return other.intent_id == record.replaces


def _scheduled(record: IntentRecord) -> dict[str, JsonValue]:
    assert record.starts_at is not None  # noqa: S101 - it is scheduled
    begin = record.starts_at.isoformat(" ", "minutes")
    return {"event": "SCHEDULED", "startsAt": begin[: len("2026-01-01 00:00")]}


def _note_plans(record: IntentRecord, execution: Execution) -> None:
    """What the intent's assurance and its end will need."""
    plans = execution.parts or [execution]
    record.plans = [PlanNote(plan_id=p.intent_id, output=p.output) for p in plans]
    if not record.undo_calls:
        return
    seconds = [holds_for(plan.intent.slots) or plan.holds_seconds for plan in plans]
    lasting = [each for each in seconds if each is not None]
    if lasting:
        record.expires_at = datetime.now(UTC) + timedelta(seconds=max(lasting))


def _competes(other: IntentRecord, record: IntentRecord) -> bool:
    """Whether ``other`` holds, or came first, and is no whole of wishes that stand for it."""
    return (
        not other.ended
        and other.intent is not None
        and other.intent_id not in (record.intent_id, record.replaces)
        and (other.holds or other.created_at < record.created_at)
        and len(wishes(other.intent)) == 1
    )


async def _tell_nobody(_done: int, _text: str) -> None:
    pass
