"""Which instances of an NF live: each renews its lease, and those that do not are gone."""

from __future__ import annotations

import contextlib

from nfs.common.store.base import Store, StoreUnavailable

LEASES = "leases"
LEASE_SECONDS = 15.0


class Leases:
    """``instance`` is what the others know this one by."""

    def __init__(self, store: Store, instance: str) -> None:
        self._store = store
        self._instance = instance

    @property
    def renewal_seconds(self) -> float:
        return LEASE_SECONDS / 3

    def renew(self) -> None:
        """Raises StoreUnavailable."""
        self._store.put(LEASES, self._instance, {}, ttl=LEASE_SECONDS)

    def end(self) -> None:
        """This instance stops: others need not wait to take over."""
        with contextlib.suppress(StoreUnavailable):
            self._store.delete(LEASES, self._instance)

    def alive(self) -> frozenset[str]:
        return frozenset(instance for instance, _ in self._store.scan(LEASES))
