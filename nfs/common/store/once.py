"""What the instances of an NF have in common and make at their first start: a key, a name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from nfs.common.store.base import NEW, Conflict, Store


def once(
    store: Store, collection: str, key: str, make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """The document that is kept; ``make`` makes it when there is none. Of two instances that start
    at once, both get the document of the first."""
    kept = store.get(collection, key)
    if kept is None:
        with contextlib.suppress(Conflict):
            store.put(collection, key, make(), expect=NEW)
        kept = store.get(collection, key)
        assert kept is not None  # noqa: S101 - nobody deletes it
    return kept.value
