"""Questions to subscribers that wait for an answer: in the store, for five minutes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from pydantic.alias_generators import to_camel

from nfs.common.store import Store
from nfs.semantics.intent import OperatorIntent

QUESTIONS = "intent-questions"
PATIENCE = 300.0
"""Seconds."""


class OpenQuestion(BaseModel):
    """What was asked about an ``intent`` that is half understood.

    ``slot`` is what the answer is to fill; ``offer`` has the slots that a yes changes. ``replaces``
    is the intent that this one corrects. ``useless`` counts answers that said nothing.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    question: str
    intent: OperatorIntent
    slot: str | None = None
    offer: dict[str, JsonValue] | None = None
    replaces: str | None = None
    useless: int = 0


class Questions:
    """One for each subscriber, whichever instance hears the answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, supi: str, question: OpenQuestion) -> None:
        document = question.model_dump(mode="json", by_alias=True, exclude_none=True)
        self._store.put(QUESTIONS, supi, document, ttl=PATIENCE)

    def take(self, supi: str) -> OpenQuestion | None:
        """The open question, which is none any more."""
        found = self._store.get(QUESTIONS, supi)
        if found is None:
            return None
        self._store.delete(QUESTIONS, supi)
        try:
            return OpenQuestion.model_validate(found.value)
        except ValidationError:
            return None
