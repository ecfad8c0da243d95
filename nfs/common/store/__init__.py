"""State of NFs: one interface, in SQLite for a testbed of one process, in Redis for many."""

from __future__ import annotations

from pathlib import Path

from nfs.common.store.base import NEW, Change, Conflict, Document, Store, StoreUnavailable
from nfs.common.store.follow import follow
from nfs.common.store.leases import Leases
from nfs.common.store.once import once
from nfs.common.store.redis import RedisStore
from nfs.common.store.sqlite import SqliteStore

__all__ = [
    "NEW",
    "Change",
    "Conflict",
    "Document",
    "Leases",
    "RedisStore",
    "SqliteStore",
    "Store",
    "StoreUnavailable",
    "follow",
    "once",
    "open_store",
]


def open_store(place: str | Path | None, name: str) -> Store:
    """The store of the NF ``name``: a file of a folder, a Redis by its URL, or memory."""
    if place is None:
        return SqliteStore()
    if str(place).startswith(("redis://", "rediss://", "unix://")):
        return RedisStore(str(place), name)
    return SqliteStore(Path(place) / f"{name}.sqlite")
