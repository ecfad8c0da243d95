"""What an NF must not forget: JSON documents by collection and key, each with a version.

A write is kept when ``put`` returns, so it comes before the answer that relies on it. Calls do not
await: what a procedure reads and writes in one go, no other procedure of its NF comes between. The
price is that the NF stands still meanwhile, for a tenth of a millisecond and more when the store is
Redis, and for its timeout when Redis does not answer. Between instances of an NF, versions make
writers notice each other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

NEW = 0
"""The version that a document which does not exist yet has."""
SCAN_CHUNK = 500
"""Documents that a scan reads in one go."""


class Conflict(Exception):
    """The document was changed by somebody else since it was read."""


class StoreUnavailable(Exception):
    """The store does not answer: nothing was read, and nothing is known to be written."""


@dataclass(frozen=True, slots=True)
class Document:
    value: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """A document was written; ``version`` is NEW when it was deleted or has expired."""

    collection: str
    key: str
    version: int


class Store(Protocol):
    """The documents of one NF, or of all instances of it. Every call raises StoreUnavailable."""

    def get(self, collection: str, key: str) -> Document | None: ...

    def put(
        self,
        collection: str,
        key: str,
        value: dict[str, Any],
        *,
        expect: int | None = None,
        ttl: float | None = None,
    ) -> int:
        """Write a document and return its new version; after ``ttl`` seconds it is gone.

        With ``expect``, only over that version (NEW: only if there is none); else raises Conflict.
        """
        ...

    def delete(self, collection: str, key: str) -> bool:
        """Whether there was one."""
        ...

    def scan(
        self, collection: str, prefix: str = "", *, after: str = "", limit: int | None = None
    ) -> Iterator[tuple[str, Document]]:
        """Documents of a collection whose key starts with ``prefix``, in key order: those behind
        the key ``after``, ``limit`` of them at most."""
        ...

    def changes(self, collection: str) -> AsyncIterator[Change]:
        """Every write to a collection from now on, by whichever instance, in order."""
        ...

    def close(self) -> None: ...
