"""What a subscriber says, understood in the conversation that it belongs to.

An open question is answered first; then a correction of the last request is looked for; then the
utterance stands for itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from nfs.common.store import Store
from nfs.semantics.analyser.fragments import read_fragment
from nfs.semantics.intent import IntentStatus, OperatorIntent, RefusalClass, Slots
from nfs.semantics.llm import Analyse, offline
from nfs.semantics.render import offer
from nfs.semantics.vocabulary import Kind
from nfs.workflow.comprehend import analysed, checked, spoken
from nfs.workflow.dialogue.answer import accepted, answered, declined
from nfs.workflow.dialogue.correction import corrected
from nfs.workflow.dialogue.questions import PATIENCE, OpenQuestion, Questions
from nfs.workflow.lives.records import IntentRecord
from nfs.workflow.refusal import Conflict, Declined, Question, Refusal
from nfs.workflow.requests import Requests

MAX_USELESS = 2
"""Answers to a question that say nothing about it; then it is dropped."""

_ABOUT_INTENTS = frozenset({Kind.INTENT_STATUS, Kind.INTENT_CANCEL, Kind.NONE})
_NOT_TO_CORRECT = frozenset(
    {IntentStatus.NEEDS_INPUT, IntentStatus.CANCELLED, IntentStatus.EXPIRED}
)


class Dialogue:
    def __init__(self, store: Store, requests: Requests) -> None:
        self.requests = requests
        self._questions = Questions(store)

    async def understand(
        self, record: IntentRecord, minimum_confidence: float, analyse: Analyse = offline
    ) -> OperatorIntent:
        """The intent that a request asks for; ``record.replaces`` is set if it corrects one.

        Raises Refusal (NOT_UNDERSTOOD, LANGUAGE, OUT_OF_SCOPE), Question or Declined.
        """
        words = spoken(record.request)
        meant = await self._in_context(record, minimum_confidence) if words else None
        return checked(meant or await analysed(record.request, analyse), minimum_confidence)

    async def _in_context(
        self, record: IntentRecord, minimum_confidence: float
    ) -> OperatorIntent | None:
        """The intent of an answer or a correction, None for what is neither."""
        question = self._questions.take(record.request.supi)
        last = self._last(record)
        if question is None and last is None:
            return None
        heard = await analysed(record.request)
        if heard.confidence < minimum_confidence:
            heard = heard.model_copy(update={"kind": Kind.NONE, "slots": Slots()})
        meant = self._answer(question, record, heard) if question is not None else None
        if meant is None and last is not None:
            meant = self._correction(last, record, heard)
        return meant

    def ask(self, record: IntentRecord, question: Question) -> None:
        """Keep a question to the subscriber until the next utterance."""
        if (intent := question.intent or record.intent) is None:
            return
        asked = OpenQuestion(
            question=question.question,
            intent=intent,
            slot=question.slot,
            replaces=record.replaces,
            useless=question.useless,
        )
        self._questions.keep(record.request.supi, asked)

    def offer(self, record: IntentRecord, refusal: Refusal) -> str | None:
        """Ask whether the best that can be done will do, or whether the intent shall replace the
        one that it contradicts; None where nothing is offered."""
        slots, intent = refusal.output.get("offer"), record.intent
        if intent is None:
            return None
        asked = OpenQuestion(question="", intent=intent, offer={}, replaces=record.replaces)
        if isinstance(refusal, Conflict) and refusal.question is not None:
            asked.question, asked.replaces = refusal.question, refusal.replaces
        elif isinstance(slots, dict) and slots:
            asked.question = offer(Slots.model_validate(slots), intent.language)
            asked.offer = slots
        else:
            return None
        self._questions.keep(record.request.supi, asked)
        return asked.question

    def _answer(
        self, question: OpenQuestion, record: IntentRecord, heard: OperatorIntent
    ) -> OperatorIntent | None:
        """None when the utterance is no answer: the question is dropped then."""
        now = datetime.now().astimezone()
        fragment = read_fragment(spoken(record.request), question.intent.language, now=now)
        if declined(fragment, heard):
            raise Declined(question.intent)
        meant = accepted(question, fragment) or answered(question, fragment, heard)
        if meant is not None:
            record.replaces = question.replaces
            # A whole sentence may be in another language than what it answers.
            whole = {} if heard.kind is Kind.NONE else {"language": heard.language}
            return meant.model_copy(update=whole)
        if heard.kind is not Kind.NONE or question.offer is not None:
            return None
        record.replaces = question.replaces
        if question.useless + 1 >= MAX_USELESS:
            raise Refusal(RefusalClass.NOT_UNDERSTOOD, "that does not answer the question")
        useless = question.useless + 1
        raise Question(question.question, question.slot, question.intent, useless)

    def _correction(
        self, last: IntentRecord, record: IntentRecord, heard: OperatorIntent
    ) -> OperatorIntent | None:
        if last.intent is None:
            return None
        now = datetime.now().astimezone()
        fragment = read_fragment(spoken(record.request), last.intent.language, now=now)
        meant = corrected(last.intent, fragment, heard)
        if meant is not None and not last.ended:
            record.replaces = last.intent_id
        return meant

    def _last(self, record: IntentRecord) -> IntentRecord | None:
        """The subscriber's last request that is in effect, or was made just now."""
        lately = datetime.now(UTC) - timedelta(seconds=PATIENCE)
        for other in self.requests.of(record.request.supi):
            fits = other.intent is not None and other.intent.kind not in _ABOUT_INTENTS
            if other.intent_id == record.intent_id or not fits:
                continue
            if other.status not in _NOT_TO_CORRECT:
                return other if not other.ended or other.created_at > lately else None
        return None
