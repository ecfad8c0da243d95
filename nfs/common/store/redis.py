"""Documents in Redis, for all instances of an NF.

A document is a hash (``d``: its JSON, ``v``: its version); a sorted set keeps the keys of a
collection in order, and a stream tells of every write. One script does all three or none.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from nfs.common.store.base import SCAN_CHUNK, Change, Conflict, Document, StoreUnavailable

TIMEOUT = 0.5
"""Seconds that Redis has for one command."""
PAUSE = 0.5
"""Seconds after a failure in which Redis is not asked: a request is to fail at once then."""
KEPT_CHANGES = 10_000

_PUT = """
local version = tonumber(redis.call('HGET', KEYS[1], 'v') or '0')
if ARGV[2] ~= '' and tonumber(ARGV[2]) ~= version then return -1 end
version = version + 1
redis.call('HSET', KEYS[1], 'd', ARGV[1], 'v', version)
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3])
else redis.call('PERSIST', KEYS[1]) end
redis.call('ZADD', KEYS[2], 0, ARGV[4])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[5], '*', 'k', ARGV[4], 'v', version)
return version
"""

_DELETE = """
local there = redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if there == 1 then
    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'k', ARGV[1], 'v', 0)
end
return there
"""


class RedisStore:
    """``url`` as ``redis://host:6379/0``; ``name`` keeps the NFs of one Redis apart."""

    def __init__(self, url: str, name: str) -> None:
        try:
            import redis  # noqa: PLC0415
            from redis.backoff import NoBackoff  # noqa: PLC0415
            from redis.retry import Retry  # noqa: PLC0415
        except ImportError as error:
            hint = "state in Redis needs `pip install agentnf[redis]`"
            raise StoreUnavailable(hint) from error
        self._url = url
        self._name = f"agentnf:{name}"
        self._errors = (redis.RedisError, OSError)
        # One retry: a connection that Redis closed meanwhile is noticed only when used.
        self._redis: Any = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            decode_responses=True,
            retry=Retry(NoBackoff(), 1),
        )
        self._put: Any = self._redis.register_script(_PUT)
        self._delete: Any = self._redis.register_script(_DELETE)
        self._paused_until = 0.0

    def get(self, collection: str, key: str) -> Document | None:
        with self._asking():
            value, version = self._redis.hmget(self._document(collection, key), "d", "v")
        return None if value is None else Document(json.loads(value), int(version))

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
        expected = "" if expect is None else str(expect)
        milliseconds = "" if ttl is None else str(max(1, int(ttl * 1000)))
        with self._asking():
            version = int(
                self._put(
                    keys=self._keys(collection, key),
                    args=[text, expected, milliseconds, key, KEPT_CHANGES],
                )
            )
        if version < 0:
            raise Conflict(f"{collection}/{key} is no longer at version {expect}")
        return version

    def delete(self, collection: str, key: str) -> bool:
        with self._asking():
            there = self._delete(keys=self._keys(collection, key), args=[key, KEPT_CHANGES])
        return bool(there)

    def scan(
        self, collection: str, prefix: str = "", *, after: str = "", limit: int | None = None
    ) -> Iterator[tuple[str, Document]]:
        index = self._index(collection)
        low = f"[{prefix}" if prefix else "-"
        if after and after >= prefix:
            low = f"({after}"
        high = f"({prefix}\U0010ffff" if prefix else "+"
        while limit is None or limit > 0:
            count = SCAN_CHUNK if limit is None else min(SCAN_CHUNK, limit)
            with self._asking():
                keys: list[str] = self._redis.zrangebylex(index, low, high, start=0, num=count)
                pipe = self._redis.pipeline(transaction=False)
                for key in keys:
                    pipe.hmget(self._document(collection, key), "d", "v")
                found = pipe.execute()
                if gone := [k for k, (value, _) in zip(keys, found, strict=True) if value is None]:
                    self._redis.zrem(index, *gone)  # they have expired
            for key, (value, version) in zip(keys, found, strict=True):
                if value is not None:
                    yield key, Document(json.loads(value), int(version))
            if len(keys) < count:
                return
            low = f"({keys[-1]}"
            limit = None if limit is None else limit - len(keys) + len(gone)

    def changes(self, collection: str) -> AsyncIterator[Change]:
        with self._asking():
            newest = self._redis.xrevrange(self._stream(collection), count=1)
        return self._changes_after(newest[0][0] if newest else "0", collection)

    async def _changes_after(self, last: str, collection: str) -> AsyncIterator[Change]:
        from redis import asyncio as aioredis  # noqa: PLC0415

        client = aioredis.Redis.from_url(self._url, decode_responses=True)
        stream = self._stream(collection)
        try:
            while True:
                try:
                    read = await client.xread({stream: last}, block=1000, count=SCAN_CHUNK)
                except self._errors:
                    await asyncio.sleep(PAUSE)
                    continue
                for _, entries in cast("list[tuple[str, Any]]", read):
                    for number, fields in entries:
                        last = number
                        yield Change(collection, fields["k"], int(fields["v"]))
        finally:
            await client.aclose()

    def close(self) -> None:
        self._redis.close()

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        if time.monotonic() < self._paused_until:
            raise StoreUnavailable("Redis did not answer a moment ago")
        try:
            yield
        except self._errors as error:
            self._paused_until = time.monotonic() + PAUSE
            raise StoreUnavailable(f"Redis: {error}") from error

    def _keys(self, collection: str, key: str) -> list[str]:
        return [self._document(collection, key), self._index(collection), self._stream(collection)]

    def _document(self, collection: str, key: str) -> str:
        return f"{self._name}:{collection}:document:{key}"

    def _index(self, collection: str) -> str:
        return f"{self._name}:{collection}:keys"

    def _stream(self, collection: str) -> str:
        return f"{self._name}:{collection}:changes"
