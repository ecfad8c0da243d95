"""The workflow of an intent: comprehend, admit, plan, execute, and say how it ended."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import structlog

from nfs.common.agents.consumer import AgentConsumer
from nfs.common.models.iaf import IntentSubmission
from nfs.common.nf import NetworkFunction
from nfs.semantics.analyser import analyse
from nfs.semantics.intent import (
    IntentStatus,
    OperatorResult,
    RefusalClass,
)
from nfs.semantics.vocabulary import Kind
from nfs.workflow.admission import admit
from nfs.workflow.comprehend import comprehend
from nfs.workflow.execution import Cancelled, Execution, NoTools, Tools, run_steps, undo
from nfs.workflow.plan import plan
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Question, Refusal

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
    ) -> None:
        self._nf = nf
        self._agents = agents
        self._tools = tools or NoTools()
        self._policies = policies or Policies.load()
        analyse("hello")  # reads the lexicon now, not while the first user waits

    async def run(
        self,
        request: IntentSubmission,
        progress: Progress,
        intent_id: str | None = None,
        cancelled: asyncio.Event | None = None,
    ) -> OperatorResult:
        """The outcome, whatever it is: refusals and questions are results, not exceptions.

        Setting ``cancelled`` ends the work and takes back what was done.
        """
        intent_id = intent_id or str(uuid.uuid4())
        kind = Kind.NONE
        try:
            intent = comprehend(request, self._policies.minimum_confidence)
            kind = intent.kind
            await progress(UNDERSTOOD, f"understood as {kind}")
            admit(intent, request, self._policies)
            execution = Execution(self._nf, self._agents, self._tools, request, intent, intent_id)
            await self._execute(execution, progress, cancelled or asyncio.Event())
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
        return OperatorResult(
            intent_id=intent_id,
            kind=kind,
            status=IntentStatus.FULFILLED,
            output=execution.output,
            achieved=execution.achieved,
        )

    async def _execute(
        self, execution: Execution, progress: Progress, cancelled: asyncio.Event
    ) -> None:
        steps = plan(execution)

        async def tell(done: int, text: str) -> None:
            await progress(ADMITTED + (100 - ADMITTED) * done // len(steps), text)

        try:
            await run_steps(steps, execution.facts, tell, cancelled)
        except Exception:
            await undo(execution.undo_calls, self._tools, execution.undo_calls.remove)
            raise
