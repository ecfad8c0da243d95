"""What every store keeps to, whatever it keeps documents in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from nfs.common.store import (
    NEW,
    Change,
    Conflict,
    Document,
    RedisStore,
    Store,
    StoreUnavailable,
    once,
    redis,
)

if TYPE_CHECKING:
    from tests.conftest import RedisServer

Open = Callable[[], Store]


def test_a_document_is_kept_for_all_instances(open_store: Open) -> None:
    one, other = open_store(), open_store()
    assert one.get("c", "k") is None
    assert one.put("c", "k", {"n": "é", "list": [1, None]}) == 1
    assert other.get("c", "k") == Document({"n": "é", "list": [1, None]}, 1)
    assert other.put("c", "k", {}) == 2
    assert one.get("c", "k") == Document({}, 2)


def test_a_writer_notices_another(open_store: Open) -> None:
    one, other = open_store(), open_store()
    version = one.put("c", "k", {"by": 1}, expect=NEW)
    with pytest.raises(Conflict):
        other.put("c", "k", {"by": 2}, expect=NEW)
    assert other.put("c", "k", {"by": 2}, expect=version) == 2
    with pytest.raises(Conflict):
        one.put("c", "k", {"by": 1}, expect=version)
    with pytest.raises(Conflict):
        one.put("c", "absent", {}, expect=7)
    assert one.get("c", "k") == Document({"by": 2}, 2)


def test_delete(store: Store) -> None:
    store.put("c", "k", {})
    assert store.delete("c", "k")
    assert not store.delete("c", "k")
    assert store.get("c", "k") is None
    assert store.put("c", "k", {}, expect=NEW) == 1


def test_scan_is_by_prefix_and_in_order(store: Store) -> None:
    for key in ("b/2", "a", "b/10", "b", "bz", "ü"):
        store.put("c", key, {"key": key})
    store.put("other", "b/3", {})
    assert [k for k, _ in store.scan("c")] == ["a", "b", "b/10", "b/2", "bz", "ü"]
    assert [(k, d.value) for k, d in store.scan("c", "b/")] == [
        ("b/10", {"key": "b/10"}),
        ("b/2", {"key": "b/2"}),
    ]
    assert list(store.scan("nothing")) == []


def test_a_long_scan_goes_on_while_documents_come_and_go(store: Store) -> None:
    for number in range(1200):
        store.put("c", f"{number:04}", {"n": number})
    seen = []
    for key, document in store.scan("c"):
        seen.append(key)
        store.delete("c", key)
        store.put("c", f"+{key}", document.value)
    assert seen == [f"{number:04}" for number in range(1200)]
    assert sum(1 for _ in store.scan("c", "+")) == 1200


def test_a_scan_goes_on_where_a_page_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "SCAN_CHUNK", 2)
    for key in ("a", "b/1", "b/2", "b/3", "b/4", "c"):
        store.put("c", key, {}, ttl=0.05 if key == "b/2" else None)
    time.sleep(0.1)
    assert [k for k, _ in store.scan("c", limit=4)] == ["a", "b/1", "b/3", "b/4"]
    assert [k for k, _ in store.scan("c", "b/", limit=1)] == ["b/1"]
    assert [k for k, _ in store.scan("c", "b/", after="b/1")] == ["b/3", "b/4"]
    assert [k for k, _ in store.scan("c", "b/", after="a", limit=0)] == []
    assert [k for k, _ in store.scan("c", "b/", after="b/4")] == []


def test_a_document_with_a_lifetime_is_gone_after_it(store: Store) -> None:
    store.put("c", "short", {}, ttl=0.5)
    assert store.get("c", "short") is not None
    store.put("c", "kept", {}, ttl=0.5)
    store.put("c", "kept", {})
    store.put("c", "long", {}, ttl=60)
    time.sleep(0.6)
    assert store.get("c", "short") is None
    assert [k for k, _ in store.scan("c")] == ["kept", "long"]
    assert not store.delete("c", "short")
    assert store.put("c", "short", {}, expect=NEW) == 1


async def test_changes_of_all_instances_are_told_in_order(open_store: Open) -> None:
    one, other = open_store(), open_store()
    one.put("c", "before", {})
    changes = other.changes("c")
    one.put("c", "k", {})
    other.put("c", "k", {})
    one.put("another", "k", {})
    one.delete("c", "k")
    told = [await asyncio.wait_for(anext(changes), 30) for _ in range(3)]
    assert told == [Change("c", "k", 1), Change("c", "k", 2), Change("c", "k", NEW)]
    await changes.aclose()  # type: ignore[attr-defined]


def test_documents_survive_that_redis_is_killed(redis_server: RedisServer) -> None:
    store = RedisStore(redis_server.url, "nf")
    store.put("c", "k", {"kept": True})
    redis_server.kill()
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            store.get("c", "k")
    redis_server.start()
    deadline = time.monotonic() + 30
    while True:
        try:
            kept = store.get("c", "k")
            break
        except StoreUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert kept == Document({"kept": True}, 1)
    store.close()


def test_names_are_apart(redis_server: RedisServer) -> None:
    one, other = RedisStore(redis_server.url, "amf"), RedisStore(redis_server.url, "udm")
    one.put("c", "k", {})
    assert other.get("c", "k") is None
    assert list(other.scan("c")) == []
    one.close()
    other.close()


def test_what_is_made_once_is_the_same_for_all_instances(open_store: Open) -> None:
    one, other = open_store(), open_store()
    first = once(one, "keys", "own", lambda: {"key": 1})
    assert first == once(other, "keys", "own", lambda: {"key": 2}) == {"key": 1}


def test_of_two_that_make_it_at_once_the_first_is_kept(open_store: Open) -> None:
    one, other = open_store(), open_store()

    def while_the_other_does() -> dict[str, int]:
        other.put("keys", "own", {"key": 2}, expect=NEW)
        return {"key": 1}

    assert once(one, "keys", "own", while_the_other_does) == {"key": 2}
