"""Allocation of AICs: unique for ever, because a serial is on disk before it is used (E1, E9)."""

from __future__ import annotations

from nfs.common.aic import Aic
from nfs.common.store import NEW, Conflict, Store

SERIALS = "serials"


class AicAllocator:
    """Allocates under one registrar number; several processes may share the store."""

    def __init__(self, store: Store, registrar: str, salt: bytes) -> None:
        self._store = store
        self._registrar = registrar
        self._salt = salt

    def allocate(self, vendor: str, template: str) -> str:
        """The AIC of the next instance of an agent template (levels 7 and 8 as given)."""
        serial = self._next_serial(f"{self._registrar}.{vendor}.{template}")
        return str(Aic.allocate(self._registrar, vendor, template, serial, self._salt))

    def _next_serial(self, ontology: str) -> int:
        while True:
            kept = self._store.get(SERIALS, ontology)
            serial = kept.value["last"] + 1 if kept else 1
            version = kept.version if kept else NEW
            try:
                self._store.put(SERIALS, ontology, {"last": serial}, expect=version)
            except Conflict:
                continue
            return serial
