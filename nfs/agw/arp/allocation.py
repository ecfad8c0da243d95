"""Allocation of AICs: unique for ever, because serials are on disk before one is used (E1, E9)."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.common.aic import Aic
from nfs.common.store import NEW, Conflict, Store

SERIALS = "serials"
LARGEST_BLOCK = 1024


@dataclass(slots=True)
class _Block:
    """Serials that this instance has reserved: ``next`` to ``last``; ``size`` was that of all."""

    next: int
    last: int
    size: int


class AicAllocator:
    """Allocates under one registrar number; several instances may share the store.

    An instance reserves serials in blocks, each twice as large as the one before. What it has not
    used when it ends is used by nobody: at most as many serials as it has allocated, and one.
    """

    def __init__(self, store: Store, registrar: str, salt: bytes) -> None:
        self._store = store
        self._registrar = registrar
        self._salt = salt
        self._blocks: dict[str, _Block] = {}

    def allocate(self, vendor: str, template: str) -> str:
        """The AIC of the next instance of an agent template (levels 7 and 8 as given)."""
        serial = self._next_serial(f"{self._registrar}.{vendor}.{template}")
        return str(Aic.allocate(self._registrar, vendor, template, serial, self._salt))

    def ontology(self, vendor: str, template: str) -> str:
        """The AIC of the agent template itself: entity serial 0 (C7)."""
        return str(Aic.allocate(self._registrar, vendor, template, 0, self._salt))

    def _next_serial(self, ontology: str) -> int:
        block = self._blocks.get(ontology)
        if block is None or block.next > block.last:
            size = min(block.size * 2, LARGEST_BLOCK) if block else 1
            block = self._blocks[ontology] = self._reserve(ontology, size)
        serial = block.next
        block.next += 1
        return serial

    def _reserve(self, ontology: str, size: int) -> _Block:
        while True:
            kept = self._store.get(SERIALS, ontology)
            used = kept.value["last"] if kept else 0
            version = kept.version if kept else NEW
            try:
                self._store.put(SERIALS, ontology, {"last": used + size}, expect=version)
            except Conflict:
                continue
            return _Block(used + 1, used + size, size)
