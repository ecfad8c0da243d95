"""What an NF must not forget, kept in SQLite: JSON documents by collection and key.

A write is on disk (write-ahead log) when ``put`` returns, so it comes before the answer that relies
on it. Versions make concurrent writers notice each other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEW = 0
"""The version that a document which does not exist yet has."""


class Conflict(Exception):
    """The document was changed by somebody else since it was read."""


@dataclass(frozen=True, slots=True)
class Document:
    value: dict[str, Any]
    version: int


class Store:
    """Documents in one SQLite file, or in memory only when ``path`` is None."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS documents (collection TEXT, key TEXT, version INTEGER,"
            " value TEXT, PRIMARY KEY (collection, key)) WITHOUT ROWID"
        )

    def get(self, collection: str, key: str) -> Document | None:
        row = self._db.execute(
            "SELECT value, version FROM documents WHERE collection = ? AND key = ?",
            (collection, key),
        ).fetchone()
        return Document(json.loads(row[0]), row[1]) if row else None

    def put(
        self, collection: str, key: str, value: dict[str, Any], *, expect: int | None = None
    ) -> int:
        """Write a document and return its new version.

        With ``expect``, only over that version (NEW: only if there is none); else raises Conflict.
        """
        text = json.dumps(value, separators=(",", ":"))
        if expect is None:
            cursor = self._db.execute(
                "INSERT INTO documents VALUES (?, ?, 1, ?) ON CONFLICT (collection, key)"
                " DO UPDATE SET value = excluded.value, version = version + 1 RETURNING version",
                (collection, key, text),
            )
        elif expect == NEW:
            cursor = self._db.execute(
                "INSERT INTO documents VALUES (?, ?, 1, ?)"
                " ON CONFLICT DO NOTHING RETURNING version",
                (collection, key, text),
            )
        else:
            cursor = self._db.execute(
                "UPDATE documents SET value = ?, version = version + 1"
                " WHERE collection = ? AND key = ? AND version = ? RETURNING version",
                (text, collection, key, expect),
            )
        row = cursor.fetchone()
        if row is None:
            raise Conflict(f"{collection}/{key} is no longer at version {expect}")
        return int(row[0])

    def delete(self, collection: str, key: str) -> bool:
        cursor = self._db.execute(
            "DELETE FROM documents WHERE collection = ? AND key = ?", (collection, key)
        )
        return cursor.rowcount > 0

    def scan(self, collection: str, prefix: str = "") -> Iterator[tuple[str, Document]]:
        """Documents of a collection whose key starts with ``prefix``, in key order."""
        rows = self._db.execute(
            "SELECT key, value, version FROM documents"
            " WHERE collection = ? AND key >= ? AND key < ? ORDER BY key",
            (collection, prefix, prefix + "\U0010ffff"),
        ).fetchall()
        for key, value, version in rows:
            yield key, Document(json.loads(value), version)

    def close(self) -> None:
        self._db.close()
