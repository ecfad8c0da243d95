"""Records of intents: what every subscriber asked for, how it stands, and what takes it back.

A record is in the store from before the intent's acknowledgement; it is of the instance that drives
it, and for a time after the intent's end of nobody. A write over another instance's fails.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

import structlog
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PrivateAttr,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from nfs.common.models.base import SbiModel
from nfs.common.models.iaf import IntentSubmission
from nfs.common.store import NEW, Conflict, Document, Store
from nfs.semantics.intent import IntentStatus, OperatorIntent, OperatorResult
from nfs.semantics.vocabulary import Kind
from nfs.workflow.execution import UndoCall

LIVE = "intents"
ENDED = "ended-intents"
BY_SUBSCRIBER = "intents-by-subscriber"
KEPT_SECONDS = 3600.0
"""After an intent's end, for the questions of its user and operator."""
KEPT_PER_SUBSCRIBER = 50
"""Records at most; those that have ended go first."""

log = structlog.get_logger("workflow")


class TakenOver(Exception):
    """Another instance has the record now: this one must not go on with it."""


class PlanNote(SbiModel):
    """A plan that was carried out: its name for what it changed, and its facts."""

    plan_id: str
    output: dict[str, JsonValue]


class IntentRecord(BaseModel):
    """``pending`` is what the user must still be told; it is the answer to the request unless that
    one was ``answered`` before. ``replaces`` is the intent that it corrects, ``part_of`` the one
    that has it as one of several wishes."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    intent_id: str
    owner: str
    created_at: AwareDatetime
    asked_by: str | None = None
    """NF instance that has asked for it, where that one is known."""
    status: IntentStatus = IntentStatus.ACKNOWLEDGED
    request: IntentSubmission
    intent: OperatorIntent | None = None
    result: OperatorResult | None = None
    pending: OperatorResult | None = None
    answered: bool = False
    plans: list[PlanNote] = []
    undo_calls: list[UndoCall] = []
    starts_at: AwareDatetime | None = None
    """When it is to be carried out, if that was later than when it was asked for."""
    expires_at: AwareDatetime | None = None
    re_planned: bool = False
    replaces: str | None = None
    part_of: str | None = None
    version: int = Field(default=NEW, exclude=True)
    _kept_calls: list[UndoCall] = PrivateAttr(default_factory=list)

    @property
    def kind(self) -> Kind:
        return self.intent.kind if self.intent is not None else Kind.NONE

    @property
    def holds(self) -> bool:
        """It was fulfilled, and what was done for it is still in effect."""
        fulfilled = self.status in (IntentStatus.FULFILLED, IntentStatus.DEGRADED)
        return fulfilled and (bool(self.undo_calls) or self.expires_at is not None)

    @property
    def ended(self) -> bool:
        begun = self.status not in (IntentStatus.ACKNOWLEDGED, IntentStatus.IN_PROGRESS)
        return begun and not self.holds

    @property
    def unkept_calls(self) -> list[UndoCall]:
        """Of changes whose record could not be written."""
        return [call for call in self.undo_calls if call not in self._kept_calls]

    def kept(self, version: int) -> None:
        """It is in the store, as it is."""
        self.version, self._kept_calls = version, list(self.undo_calls)

    def result_of(self, status: IntentStatus, **facts: Any) -> OperatorResult:
        """How the intent stands, with the facts of an OperatorResult."""
        return OperatorResult(intent_id=self.intent_id, kind=self.kind, status=status, **facts)

    def conclude(self, result: OperatorResult) -> None:
        """The intent stands otherwise now, and the user is to know."""
        self.status, self.result, self.pending = result.status, result, result


class Records:
    """``owner`` is the instance that drives the records made or taken here.

    Every call raises StoreUnavailable; those that write a record raise TakenOver.
    """

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self.owner = owner

    def create(
        self,
        request: IntentSubmission,
        intent: OperatorIntent | None = None,
        part_of: str | None = None,
        asked_by: str | None = None,
    ) -> IntentRecord:
        """A new record; with an ``intent`` that is known already, nobody waits for its result."""
        record = IntentRecord(
            intent_id=str(uuid.uuid4()),
            owner=self.owner,
            created_at=datetime.now(UTC),
            asked_by=asked_by,
            request=request,
            intent=intent,
            answered=intent is not None,
            part_of=part_of,
        )
        self._enter(record)
        return record

    def _enter(self, record: IntentRecord) -> None:
        self.save(record)
        self._store.put(BY_SUBSCRIBER, _place(record), {})

    def save(self, record: IntentRecord) -> None:
        try:
            record.kept(
                self._store.put(LIVE, record.intent_id, _json(record), expect=record.version)
            )
        except Conflict as conflict:
            raise TakenOver(record.intent_id) from conflict

    def take(self, record: IntentRecord) -> None:
        """Make a record of another instance this one's."""
        record.owner = self.owner
        self._enter(record)

    def settle(self, record: IntentRecord) -> None:
        """Nothing is left to do for the intent: keep its record for a time."""
        self._store.put(ENDED, record.intent_id, _json(record), ttl=KEPT_SECONDS)
        self._store.put(BY_SUBSCRIBER, _place(record), {}, ttl=KEPT_SECONDS)
        self._store.delete(LIVE, record.intent_id)
        self._forget_oldest(record.request.supi)

    def _forget_oldest(self, supi: str) -> None:
        places = [place for place, _ in self._store.scan(BY_SUBSCRIBER, f"{supi}/")]
        excess = len(places) - KEPT_PER_SUBSCRIBER
        for place in places:
            if excess <= 0:
                return
            if self._store.delete(ENDED, place.rpartition("/")[2]):
                self._store.delete(BY_SUBSCRIBER, place)
                excess -= 1

    def get(self, intent_id: str) -> IntentRecord | None:
        found = self._store.get(LIVE, intent_id) or self._store.get(ENDED, intent_id)
        return _read(intent_id, found) if found else None

    def of(self, supi: str) -> list[IntentRecord]:
        """The intents of a subscriber, the newest first."""
        keys = [key for key, _ in self._store.scan(BY_SUBSCRIBER, f"{supi}/")]
        found = [self.get(key.rpartition("/")[2]) for key in reversed(keys)]
        return [record for record in found if record is not None]

    def newest(self, count: int = 200) -> list[IntentRecord]:
        """Of all subscribers, the newest first."""
        keys = [key for key, _ in self._store.scan(BY_SUBSCRIBER)]
        keys.sort(key=lambda key: key.split("/")[1:], reverse=True)
        found = [self.get(key.rpartition("/")[2]) for key in keys[:count]]
        return [record for record in found if record is not None]

    def of_another(self, intent_id: str, document: Document | None) -> IntentRecord | None:
        """The record of a document of LIVE that another instance drives."""
        if document is None or document.value.get("owner") == self.owner:
            return None
        return _read(intent_id, document)

    def abandoned(self, alive: Collection[str], driven: Collection[str]) -> Iterator[IntentRecord]:
        """Those that no other instance of ``alive`` drives, nor this one, which drives some."""
        for intent_id, document in self._store.scan(LIVE):
            owner = document.value.get("owner")
            if intent_id in driven or (owner in alive and owner != self.owner):
                continue
            if (record := _read(intent_id, document)) is not None:
                yield record


def _place(record: IntentRecord) -> str:
    """A subscriber's records in the order of their beginning."""
    microseconds = round(record.created_at.timestamp() * 1e6)
    return f"{record.request.supi}/{microseconds:018d}/{record.intent_id}"


def _json(record: IntentRecord) -> dict[str, object]:
    return record.model_dump(mode="json", by_alias=True, exclude_none=True)


def _read(intent_id: str, document: Document) -> IntentRecord | None:
    try:
        record = IntentRecord.model_validate(document.value)
    except ValidationError as error:
        log.warning("record cannot be read", intent=intent_id, reason=str(error))
        return None
    record.kept(document.version)
    return record
