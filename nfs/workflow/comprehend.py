"""Stage 2 of the intent analysis: what the core itself makes of an intent (L1).

Stage 1, in the UE, is a convenience: where there is text, the text is analysed again and decides.
"""

from __future__ import annotations

from datetime import datetime

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.analyser import UNSUPPORTED_LANGUAGE, TextError
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.semantics.llm import Analyse, offline
from nfs.semantics.ontology.reading import IntentError, understand
from nfs.semantics.ontology.rules import contradictions
from nfs.semantics.render import ask, refusal
from nfs.semantics.vocabulary import Kind
from nfs.workflow.refusal import Question, Refusal

_OF_REQUESTS = frozenset({Kind.INTENT_STATUS, Kind.INTENT_CANCEL})
"""Kinds that mean the last request when they name none."""


async def comprehend(
    request: IntentSubmission, minimum_confidence: float, analyse: Analyse = offline
) -> OperatorIntent:
    """The operator-defined intent of a ``request`` that stands for itself.

    Raises as ``analysed`` and ``checked``.
    """
    return checked(await analysed(request, analyse), minimum_confidence)


def spoken(request: IntentSubmission) -> str:
    """The user's words, where there are any."""
    said = (request.intent or {}).get("description", "")
    return request.text or (said if isinstance(said, str) else "")


async def analysed(request: IntentSubmission, analyse: Analyse = offline) -> OperatorIntent:
    """What the request's words, or else its operator-defined intent, say by themselves.

    Raises Refusal NOT_UNDERSTOOD for what cannot be read.
    """
    text = spoken(request)
    try:
        if request.intent is not None and not text:
            return understand(request.intent, complete=True).intent
        intent = await analyse(text, request.language, datetime.now().astimezone())
    except (TextError, IntentError) as error:
        raise Refusal(RefusalClass.NOT_UNDERSTOOD, str(error)) from None
    return intent.model_copy(update={"priority": _priority(request)})


def _priority(request: IntentSubmission) -> int | None:
    """Among the subscriber's own intents, as his device gives it: it takes nothing from others."""
    given = (request.intent or {}).get("priority")
    return given if type(given) is int and 1 <= given <= 100 else None


def checked(intent: OperatorIntent, minimum_confidence: float) -> OperatorIntent:
    """``intent``, if it asks something of the network, leaves nothing open and can all be true.

    Raises Refusal (LANGUAGE, OUT_OF_SCOPE) or Question.
    """
    if UNSUPPORTED_LANGUAGE in intent.ambiguity:
        raise Refusal(RefusalClass.LANGUAGE, "this language is not understood yet")
    if intent.kind is Kind.NONE:
        raise Refusal(RefusalClass.OUT_OF_SCOPE, "this is nothing that a mobile network does")
    unclear = [] if intent.kind in _OF_REQUESTS else intent.ambiguity
    if unclear:
        raise Question(ask(unclear[:1], intent.language), unclear[0], intent)
    for contradiction in contradictions(intent):
        slot = contradiction.path.rpartition("/")[2]
        raise Question(ask([slot], intent.language), slot, intent)
    if intent.confidence < minimum_confidence:
        raise Question(refusal(RefusalClass.NOT_UNDERSTOOD, intent.language) or "")
    return intent
