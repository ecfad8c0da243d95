"""Stage 2 of the intent analysis: what the core itself makes of an intent (L1).

Stage 1, in the UE, is a convenience: where there is text, the text is analysed again and decides.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.analyser import UNSUPPORTED_LANGUAGE, TextError
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.semantics.llm import Analyse, offline
from nfs.semantics.render import ask, refusal
from nfs.semantics.vocabulary import Kind
from nfs.workflow.refusal import Question, Refusal


async def comprehend(
    request: IntentSubmission, minimum_confidence: float, analyse: Analyse = offline
) -> OperatorIntent:
    """The operator-defined intent of ``request``, its kind one that asks something of the network.

    Raises Refusal (NOT_UNDERSTOOD, LANGUAGE, OUT_OF_SCOPE) or Question.
    """
    intent = await _analysed(request, analyse)
    if UNSUPPORTED_LANGUAGE in intent.ambiguity:
        raise Refusal(RefusalClass.LANGUAGE, "this language is not understood yet")
    if intent.kind is Kind.NONE:
        raise Refusal(RefusalClass.OUT_OF_SCOPE, "this is nothing that a mobile network does")
    if intent.ambiguity:
        raise Question(ask(intent.ambiguity[:1], intent.language))
    if intent.confidence < minimum_confidence:
        raise Question(refusal(RefusalClass.NOT_UNDERSTOOD, intent.language) or "")
    return intent


async def _analysed(request: IntentSubmission, analyse: Analyse) -> OperatorIntent:
    claimed = _validated(request.intent) if request.intent is not None else None
    text = request.text or (claimed.description if claimed is not None else "")
    if claimed is not None and not text:
        return claimed
    try:
        return await analyse(text, request.language, datetime.now().astimezone())
    except TextError as error:
        raise Refusal(RefusalClass.NOT_UNDERSTOOD, str(error)) from None


def _validated(intent: dict[str, object]) -> OperatorIntent | None:
    """An operator-defined intent of a UE, or None when it is not one."""
    try:
        return OperatorIntent.model_validate(intent)
    except ValidationError:
        return None
