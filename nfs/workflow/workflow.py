"""The workflow of an intent: comprehend, admit, plan, execute, and say how it ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
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
from nfs.workflow.dialogue import Dialogue
from nfs.workflow.execution import Cancelled, Execution, TellDevice, Tools, run_steps
from nfs.workflow.plan import plan
from nfs.workflow.policies import Policies
from nfs.workflow.records import IntentRecord
from nfs.workflow.refusal import Declined, Question, Refusal
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
        self.dialogue: Dialogue
        """Set by Intents, which knows the subscribers' earlier requests."""
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
        try:
            intent = record.intent or await self._understand(record)
            record.intent = intent
            await progress(UNDERSTOOD, f"understood as {intent.kind}")
            admit(intent, record.request, self._policies)
            execution = self.execution(record, intent, keep)
            execution.tell_device = tell_device
            await self._execute(execution, record, progress, withdrawn)
        except Cancelled:
            return _ended(record, IntentStatus.CANCELLED)
        except Declined as declined:
            record.intent = OperatorIntent(
                kind=Kind.INTENT_CANCEL, language=declined.intent.language
            )
            return _ended(record, IntentStatus.FULFILLED)
        except Question as question:
            self.dialogue.ask(record, question)
            return _ended(record, IntentStatus.NEEDS_INPUT, question=question.question)
        except Refusal as refusal:
            log.info("intent not fulfilled", intent=record.intent_id, why=str(refusal))
            failed = refusal.cause is RefusalClass.EXECUTION
            return _ended(
                record,
                IntentStatus.FAILED if failed else IntentStatus.REJECTED,
                cause=refusal.cause,
                question=self.dialogue.offer(record, refusal),
                output=refusal.output,
            )
        if record.undo_calls and (seconds := holds_for(intent.slots)) is not None:
            record.expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
        return _ended(
            record,
            IntentStatus.FULFILLED,
            output=execution.output,
            achieved=execution.achieved,
        )

    async def _understand(self, record: IntentRecord) -> OperatorIntent:
        return await self.dialogue.understand(
            record, self._policies.minimum_confidence, self._analyse
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
            requests=self.dialogue.requests,
            keep_undo=keep,
        )

    async def _execute(
        self,
        execution: Execution,
        record: IntentRecord,
        progress: Progress,
        withdrawn: asyncio.Event,
    ) -> None:
        steps = plan(execution)
        if record.replaces is not None:
            execution.keep_undo()  # whoever goes on with the record knows what to restore
            with contextlib.suppress(SbiProblem):
                await self.dialogue.requests.end(record.replaces)

        async def tell(done: int, text: str) -> None:
            await progress(ADMITTED + (100 - ADMITTED) * done // len(steps), text)

        await run_steps(steps, execution.facts, tell, withdrawn)


def _ended(record: IntentRecord, status: IntentStatus, **facts: Any) -> OperatorResult:
    kind = record.intent.kind if record.intent is not None else Kind.NONE
    return OperatorResult(intent_id=record.intent_id, kind=kind, status=status, **facts)
