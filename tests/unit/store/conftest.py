"""The same store contract on SQLite and on a real Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nfs.common.store import RedisStore, SqliteStore, Store

Open = Callable[[], Store]


@pytest.fixture(params=["sqlite", "redis"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same store again and again, as several instances of an NF do."""
    opened: list[Store] = []
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else None

    def make() -> Store:
        store: Store = RedisStore(url, "nf") if url else SqliteStore(tmp_path / "nf.sqlite")
        opened.append(store)
        return store

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Open) -> Store:
    return open_store()
