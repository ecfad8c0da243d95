"""What happened to identities, numbered without gaps, for gateways that were away (A7).

All instances of the AMC write one log: a number is taken by being the first to write under it.
"""

from __future__ import annotations

import uuid
from typing import Any

from nfs.common.models.amc_lifecycle import IdentityChanges, IdentityEvent
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store, once

EVENTS = "identity-events"
HEAD = "identity-event-log"
KEPT_EVENTS = 10_000
MAX_PAGE = 200


class EventLog:
    def __init__(self, store: Store) -> None:
        self._store = store
        head = once(store, HEAD, HEAD, lambda: {"logId": uuid.uuid4().hex, "last": 0})
        self.log_id: str = head["logId"]

    @property
    def last(self) -> int:
        """The number of the newest event; what the head says may be a little behind."""
        number: int = self._head()["last"]
        while self._store.get(EVENTS, _key(number + 1)) is not None:
            number += 1
        return number

    def append(self, event: IdentityEvent) -> IdentityEvent:
        """The event as it is logged: with its number and the log's identifier."""
        number = self.last
        while True:
            number += 1
            logged = event.model_copy(update={"log_id": self.log_id, "seq": number})
            try:
                self._store.put(EVENTS, _key(number), logged.to_json(), expect=NEW)
            except Conflict:
                continue
            break
        self._store.put(HEAD, HEAD, {"logId": self.log_id, "last": number})
        self._store.delete(EVENTS, _key(number - KEPT_EVENTS))
        return logged

    def after(self, seq: int) -> IdentityChanges:
        """The events behind number ``seq``, at most MAX_PAGE. Raises SbiProblem 410 CHANGES_GONE
        when they are no longer there or have never been: all identities are to be read then."""
        last = self.last
        if not last - KEPT_EVENTS <= seq <= last:
            raise SbiProblem(410, "CHANGES_GONE", "the log does not reach back to there")
        numbers = range(seq + 1, min(last, seq + MAX_PAGE) + 1)
        found = [self._store.get(EVENTS, _key(number)) for number in numbers]
        events = [IdentityEvent.model_validate(kept.value) for kept in found if kept is not None]
        return IdentityChanges(log_id=self.log_id, last_seq=last, changes=events)

    def _head(self) -> dict[str, Any]:
        kept = self._store.get(HEAD, HEAD)
        assert kept is not None  # noqa: S101 - nobody deletes it
        return kept.value


def _key(number: int) -> str:
    return f"{number:016}"
