"""Writes and reads the audit trail of one NF. Its instances share one chain.

A record's key is its number, and it is written only where there is none yet: two instances that
take the same number notice, and the later one goes on behind the other's record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opentelemetry import trace

from nfs.common import correlation
from nfs.common.audit.record import FIRST, NOTHING_BEFORE, SCHEMA_VERSION, digest_of, signed
from nfs.common.models.audit import Outcome
from nfs.common.sbi import access
from nfs.common.sbi.problem import SbiProblem
from nfs.common.signing import SigningKeys
from nfs.common.store import NEW, Conflict, Document, Store

RECORDS = "audit"
PAGE = 100
"""A page ends before the next multiple of it: records whose keys begin alike are read at once."""
MAX_TEXT = 512
SERVER_ERROR = 500
LOOP_DETECTED = 508
ORDINARY = frozenset({404, 409, 429})
"""What refuses nobody a right: not found, in the wrong order, too often."""


@dataclass
class Entry:
    """What is known of an action; its procedure fills in the rest while it goes on."""

    action: str
    actor: str
    target: str | None = None
    aic: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    detail: str | None = None


class AuditTrail:
    """``nf_type`` and ``instance_id`` go into each record. Every call raises StoreUnavailable."""

    def __init__(self, store: Store, nf_type: str, instance_id: str) -> None:
        self.keys = SigningKeys(store, "audit")
        self._store = store
        self._resource = {"service.name": nf_type, "service.instance.id": instance_id}
        self._sequence, self._hash = FIRST - 1, NOTHING_BEFORE
        self._follow(self._newest())

    @property
    def length(self) -> int:
        """Records up to the newest that this instance has written or seen."""
        return self._sequence

    @contextmanager
    def action(
        self, action: str, *, actor: str | None = None, target: str | None = None,
        aic: str | None = None,
    ) -> Iterator[Entry]:  # fmt: skip
        """Around an action: however it ends, that is in the trail when this ends.

        ``actor``: by default the NF whose request is being served.
        """
        entry = Entry(action, actor or caller(), target, aic)
        try:
            yield entry
        except SbiProblem as problem:
            outcome = Outcome.FAILED if problem.status >= SERVER_ERROR else Outcome.DENIED
            entry.detail = entry.detail or problem.detail
            self.append(entry, outcome, problem.cause)
            raise
        except BaseException as error:
            self.append(entry, Outcome.FAILED, type(error).__name__)
            raise
        self.append(entry, Outcome.SUCCESS)

    @contextmanager
    def refusals(self, action: str, *, target: str | None = None) -> Iterator[Entry]:
        """Around what happens too often to be recorded: only what is refused is."""
        entry = Entry(action, caller(), target)
        try:
            yield entry
        except SbiProblem as problem:
            denied = problem.status < SERVER_ERROR or problem.status == LOOP_DETECTED
            if denied and problem.status not in ORDINARY:
                entry.detail = entry.detail or problem.detail
                self.append(entry, Outcome.DENIED, problem.cause)
            raise

    def append(self, entry: Entry, outcome: Outcome, cause: str | None = None) -> None:
        """Keep one record; it is in the store when this returns."""
        content = self._content(entry, outcome, cause)
        while True:
            chained = {"sequence": self._sequence + 1, "previousHash": self._hash}
            record, digest = signed(content | chained, self.keys)
            try:
                self._store.put(RECORDS, _key(self._sequence + 1), record, expect=NEW)
            except Conflict:
                self._follow(self._sequence + 1)
                continue
            self._sequence, self._hash = self._sequence + 1, digest
            return

    def page(self, after: int) -> dict[str, Any]:
        """An AuditPage: records behind number ``after``, at most PAGE of them."""
        first = max(after + 1, FIRST)
        prefix = _key(first)[: -len(str(PAGE - 1))]
        kept = [document.value for _, document in self._store.scan(RECORDS, prefix)]
        found = [record for record in kept if record["sequence"] >= first]
        last = found[-1]["sequence"] if found else after
        more = {"next": last} if self._get(last + 1) is not None else {}
        return {"records": found} | more

    def _content(self, entry: Entry, outcome: Outcome, cause: str | None) -> dict[str, Any]:
        body: dict[str, Any] = {
            "actor": _bounded(entry.actor),
            "action": entry.action,
            "target": _bounded(entry.target),
            "result": outcome.value,
            "cause": cause,
            "detail": _bounded(entry.detail),
            "before": entry.before,
            "after": entry.after,
        }
        span = trace.get_current_span().get_span_context()
        content = {
            "schemaVersion": SCHEMA_VERSION,
            "logType": "audit",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "aic": entry.aic,
            "traceId": f"{span.trace_id:032x}" if span.is_valid else None,
            "spanId": f"{span.span_id:016x}" if span.is_valid else None,
            "correlationId": correlation.current.get() or None,
            "resource": self._resource,
            "body": {name: value for name, value in body.items() if value is not None},
        }
        return {name: value for name, value in content.items() if value is not None}

    def _newest(self) -> int:
        """The number of the newest record, found in a logarithmic number of steps."""
        low, high = FIRST - 1, FIRST
        while self._get(high) is not None:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._get(middle) is not None else (low, middle)
        return low

    def _follow(self, sequence: int) -> None:
        """Go to the end of the chain, which is at ``sequence`` or behind it."""
        kept = self._get(sequence)
        while kept is not None:
            self._sequence, self._hash = sequence, digest_of(kept.value)
            sequence += 1
            kept = self._get(sequence)

    def _get(self, sequence: int) -> Document | None:
        return self._store.get(RECORDS, _key(sequence))


def caller() -> str:
    """The NF instance whose request is being served, as an actor."""
    consumer = access.current.get()
    return f"nf:{consumer.instance_id}" if consumer else "nf:unknown"


def _key(sequence: int) -> str:
    return f"{sequence:012}"


def _bounded(text: str | None) -> str | None:
    """Texts of others are kept as data, up to MAX_TEXT characters, without lone surrogates."""
    return None if text is None else text[:MAX_TEXT].encode(errors="replace").decode()
