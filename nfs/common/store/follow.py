"""What instances of one NF do to know what the others write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from nfs.common.store.base import SCAN_CHUNK, Document, Store, StoreUnavailable

log = structlog.get_logger("store")

PAUSE = 1.0
"""Seconds after which a store that did not answer is followed again."""


async def follow(
    store: Store,
    collection: str,
    known: Callable[[], Iterable[str]],
    take_over: Callable[[str, Document | None], None],
) -> None:
    """Call ``take_over`` for every document there is, and for every one that is written or deleted
    by whichever instance; for ever.

    ``known`` names the keys that this instance has: what was deleted while the store was away is
    among them.
    """
    while True:
        try:
            changes = store.changes(collection)
            gone = set(known())
            for number, (key, document) in enumerate(store.scan(collection), 1):
                gone.discard(key)
                take_over(key, document)
                if number % SCAN_CHUNK == 0:  # none of those that were read is left to grow old
                    await asyncio.sleep(0)
            for key in gone:
                take_over(key, store.get(collection, key))
            async for change in changes:
                take_over(change.key, store.get(collection, change.key))
        except StoreUnavailable as error:
            log.warning("other instances are not followed", of=collection, reason=str(error))
        await asyncio.sleep(PAUSE)
