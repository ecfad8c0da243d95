"""Documents in an SQLite file (write-ahead log: they survive a kill), or in memory."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from nfs.common.store.base import NEW, SCAN_CHUNK, Change, Conflict, Document, StoreUnavailable

POLL = 0.1
"""Seconds between looks for what another process wrote."""
KEPT_CHANGES = 10_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    collection TEXT, key TEXT, version INTEGER, value TEXT, expires REAL,
    PRIMARY KEY (collection, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT, key TEXT, version INTEGER);
CREATE TRIGGER IF NOT EXISTS inserted AFTER INSERT ON documents BEGIN
    INSERT INTO changes (collection, key, version) VALUES (new.collection, new.key, new.version);
END;
CREATE TRIGGER IF NOT EXISTS updated AFTER UPDATE ON documents BEGIN
    INSERT INTO changes (collection, key, version) VALUES (new.collection, new.key, new.version);
END;
CREATE TRIGGER IF NOT EXISTS deleted AFTER DELETE ON documents BEGIN
    INSERT INTO changes (collection, key, version) VALUES (old.collection, old.key, 0);
END;
"""


class SqliteStore:
    """Documents in one SQLite file, or in memory only when ``path`` is None."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA busy_timeout=500")
        self._db.executescript(_SCHEMA)
        self._db.execute(
            "DELETE FROM changes WHERE number <= (SELECT max(number) FROM changes) - ?",
            (KEPT_CHANGES,),
        )

    def get(self, collection: str, key: str) -> Document | None:
        row = self._run(
            "SELECT value, version FROM documents WHERE collection = ? AND key = ?"
            " AND (expires IS NULL OR expires > ?)",
            (collection, key, time.time()),
        ).fetchone()
        return Document(json.loads(row[0]), row[1]) if row else None

    def put(
        self,
        collection: str,
        key: str,
        value: dict[str, Any],
        *,
        expect: int | None = None,
        ttl: float | None = None,
    ) -> int:
        text = json.dumps(value, separators=(",", ":"))
        now = time.time()
        expires = None if ttl is None else now + ttl
        # What has expired counts as absent, for whoever expects it to be.
        self._run(
            "DELETE FROM documents WHERE collection = ? AND key = ? AND expires <= ?",
            (collection, key, now),
        )
        insert = "INSERT INTO documents VALUES (?, ?, 1, ?, ?)"
        if expect is None:
            cursor = self._run(
                f"{insert} ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value,"
                " expires = excluded.expires, version = version + 1 RETURNING version",
                (collection, key, text, expires),
            )
        elif expect == NEW:
            cursor = self._run(
                f"{insert} ON CONFLICT DO NOTHING RETURNING version",
                (collection, key, text, expires),
            )
        else:
            cursor = self._run(
                "UPDATE documents SET value = ?, expires = ?, version = version + 1"
                " WHERE collection = ? AND key = ? AND version = ? RETURNING version",
                (text, expires, collection, key, expect),
            )
        row = cursor.fetchone()
        if row is None:
            raise Conflict(f"{collection}/{key} is no longer at version {expect}")
        return int(row[0])

    def delete(self, collection: str, key: str) -> bool:
        now = time.time()
        there = "DELETE FROM documents WHERE collection = ? AND key = ?"
        alive = self._run(f"{there} AND (expires IS NULL OR expires > ?)", (collection, key, now))
        self._run(there, (collection, key))
        return alive.rowcount > 0

    def scan(
        self, collection: str, prefix: str = "", *, after: str = "", limit: int | None = None
    ) -> Iterator[tuple[str, Document]]:
        # One lower bound: of two, SQLite would go to the first and read from there.
        start = max(prefix, after + "\0") if after else prefix
        while limit is None or limit > 0:
            count = SCAN_CHUNK if limit is None else min(SCAN_CHUNK, limit)
            rows = self._run(
                "SELECT key, value, version FROM documents WHERE collection = ? AND key >= ?"
                " AND key < ? AND (expires IS NULL OR expires > ?) ORDER BY key LIMIT ?",
                (collection, start, prefix + "\U0010ffff", time.time(), count),
            ).fetchall()
            for key, value, version in rows:
                yield key, Document(json.loads(value), version)
            if len(rows) < count:
                return
            start = rows[-1][0] + "\0"
            limit = None if limit is None else limit - len(rows)

    def changes(self, collection: str) -> AsyncIterator[Change]:
        row = self._run("SELECT max(number) FROM changes", ()).fetchone()
        return self._changes_after(row[0] or 0, collection)

    async def _changes_after(self, seen: int, collection: str) -> AsyncIterator[Change]:
        while True:
            rows = self._run(
                "SELECT number, key, version FROM changes"
                " WHERE number > ? AND collection = ? ORDER BY number",
                (seen, collection),
            ).fetchall()
            for number, key, version in rows:
                seen = number
                yield Change(collection, key, version)
            await asyncio.sleep(POLL)

    def close(self) -> None:
        self._db.close()

    def _run(self, statement: str, values: tuple[Any, ...]) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise StoreUnavailable(f"SQLite: {error}") from error
