"""Stage 2 of the intent analysis: what the core itself makes of an intent (L1).

Stage 1, in the UE, is a convenience: where there is text, the text is analysed again and decides.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.analyser import UNSUPPORTED_LANGUAGE, TextError, analyse
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.semantics.vocabulary import Kind
from nfs.workflow.refusal import Question, Refusal

_QUESTIONS = {
    "target": "Which device do you mean?",
    "area": "Which place do you mean?",
    "capability": "What should an agent do?",
    "input": "What should the agent work on?",
    "language": "Into which language?",
    "application": "Which application do you mean?",
    "startTime": "When should it begin?",
    "endTime": "Until when exactly?",
    "durationSeconds": "For how long?",
}


def comprehend(request: IntentSubmission, minimum_confidence: float) -> OperatorIntent:
    """The operator-defined intent of ``request``, its kind one that asks something of the network.

    Raises Refusal (NOT_UNDERSTOOD, LANGUAGE, OUT_OF_SCOPE) or Question.
    """
    intent = _analysed(request)
    if UNSUPPORTED_LANGUAGE in intent.ambiguity:
        raise Refusal(RefusalClass.LANGUAGE, "this language is not understood yet")
    if intent.kind is Kind.NONE:
        raise Refusal(RefusalClass.OUT_OF_SCOPE, "this is nothing that a mobile network does")
    if intent.ambiguity:
        raise Question(question_for(intent.ambiguity[0]))
    if intent.confidence < minimum_confidence:
        raise Question("What exactly should the network do? Please say it in other words.")
    return intent


def question_for(slot: str) -> str:
    """What to ask the user when ``slot`` (its wire name) is open."""
    return _QUESTIONS.get(slot, f"What do you mean with regard to: {slot}?")


def _analysed(request: IntentSubmission) -> OperatorIntent:
    claimed = _validated(request.intent) if request.intent is not None else None
    text = request.text or (claimed.description if claimed is not None else "")
    if claimed is not None and not text:
        return claimed
    try:
        return analyse(text, request.language, now=datetime.now().astimezone())
    except TextError as error:
        raise Refusal(RefusalClass.NOT_UNDERSTOOD, str(error)) from None


def _validated(intent: dict[str, object]) -> OperatorIntent | None:
    """An operator-defined intent of a UE, or None when it is not one."""
    try:
        return OperatorIntent.model_validate(intent)
    except ValidationError:
        return None
