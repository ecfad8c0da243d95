"""The workflow of an intent: comprehend, admit, plan, execute, and say how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.nf import NetworkFunction
from nfs.common.tools import ToolConsumer
from nfs.semantics.analyser import analyse
from nfs.semantics.intent import (
    IntentStatus,
    OperatorIntent,
    OperatorResult,
    RefusalClass,
)
from nfs.semantics.llm import Analyse, offline
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission import admit
from nfs.workflow.comprehend import comprehend
from nfs.workflow.execution import Cancelled, Execution, TellDevice, Tools, run_steps
from nfs.workflow.plan import plan
from nfs.workflow.policies import Policies
from nfs.workflow.records import IntentRecord
from nfs.workflow.refusal import Question, Refusal
from nfs.workflow.times import holds_for

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
        self._nf = nf
        self._analyse = analyser
        self._agents = agents
        self.tools = tools or ToolConsumer(nf)
        self._policies = policies or Policies.load()
        analyse("hello")  # reads the lexicon now, not while the first user waits

    async def run(
        self,
        record: IntentRecord,
        keep: Callable[[], None],
        progress: Progress,
        withdrawn: asyncio.Event,
        tell_device: TellDevice | None = None,
    ) -> OperatorResult:
        """The outcome, whatever it is: refusals and questions are results, not exceptions.

        ``keep`` writes the record, which has the undo calls then: after a failure, and when it is
        ``withdrawn``, they are for the caller to make.
        """
        intent_id, kind = record.intent_id, Kind.NONE
        try:
            record.intent = intent = await comprehend(
                record.request, self._policies.minimum_confidence, self._analyse
            )
            kind = intent.kind
            await progress(UNDERSTOOD, f"understood as {kind}")
            admit(intent, record.request, self._policies)
            execution = self.execution(record, intent, keep)
            execution.tell_device = tell_device
            await self._execute(execution, progress, withdrawn)
        except Cancelled:
            return OperatorResult(intent_id=intent_id, kind=kind, status=IntentStatus.CANCELLED)
        except Question as question:
            status = IntentStatus.NEEDS_INPUT
            return OperatorResult(
                intent_id=intent_id, kind=kind, status=status, question=question.question
            )
        except Refusal as refusal:
            log.info("intent not fulfilled", intent=intent_id, kind=kind.value, why=str(refusal))
            failed = refusal.cause is RefusalClass.EXECUTION
            return OperatorResult(
                intent_id=intent_id,
                kind=kind,
                status=IntentStatus.FAILED if failed else IntentStatus.REJECTED,
                cause=refusal.cause,
                output=refusal.output,
            )
        if record.undo_calls and (seconds := holds_for(intent.slots)) is not None:
            record.expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
        return OperatorResult(
            intent_id=intent_id,
            kind=kind,
            status=IntentStatus.FULFILLED,
            output=execution.output,
            achieved=execution.achieved,
        )

    def execution(
        self, record: IntentRecord, intent: OperatorIntent, keep: Callable[[], None]
    ) -> Execution:
        """What the steps of an admitted intent work with."""
        return Execution(
            self._nf,
            self._agents,
            self.tools,
            record.request,
            intent,
            record.intent_id,
            undo_calls=record.undo_calls,
            keep_undo=keep,
        )

    async def _execute(
        self, execution: Execution, progress: Progress, withdrawn: asyncio.Event
    ) -> None:
        steps = plan(execution)

        async def tell(done: int, text: str) -> None:
            await progress(ADMITTED + (100 - ADMITTED) * done // len(steps), text)

        await run_steps(steps, execution.facts, tell, withdrawn)
