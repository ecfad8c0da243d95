"""Grants: what the AMC has authorised and not yet seen confirmed. Each is confirmed once."""

from __future__ import annotations

import time
import uuid

from nfs.common.models.amc import Grant
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

GRANTS = "grants"


class GrantRecord(SbiModel):
    """A grant with what the AMC must know to issue the credential."""

    grant: Grant
    gateway_id: str
    template: str
    public_key: str
    ontology: bool = False
    used: bool = False


class Grants:
    def __init__(self, store: Store, lifetime: int) -> None:
        self._store = store
        self._lifetime = lifetime
        self._purge_at = 0.0

    def keep(self, record: GrantRecord) -> None:
        self._purge()
        self._store.put(GRANTS, record.grant.grant_id, record.to_json(), expect=NEW)

    def find(self, grant_id: str) -> GrantRecord:
        """Raises SbiProblem 404 GRANT_NOT_FOUND."""
        return self._find(grant_id)[0]

    def use(self, grant_id: str) -> GrantRecord:
        """Take a grant; raises SbiProblem 404 GRANT_NOT_FOUND, 409 GRANT_USED."""
        record, version = self._find(grant_id)
        if record.used or not self._mark_used(record, version):
            raise SbiProblem(409, "GRANT_USED", "a grant is confirmed once")
        return record

    def _find(self, grant_id: str) -> tuple[GrantRecord, int]:
        kept = self._store.get(GRANTS, grant_id)
        record = GrantRecord.model_validate(kept.value) if kept else None
        if kept is None or record is None or record.grant.expires_at < time.time():
            raise SbiProblem(404, "GRANT_NOT_FOUND", "there is no such grant, or it has expired")
        return record, kept.version

    def _mark_used(self, record: GrantRecord, version: int) -> bool:
        """False when another request used the grant meanwhile."""
        used = record.model_copy(update={"used": True})
        try:
            self._store.put(GRANTS, record.grant.grant_id, used.to_json(), expect=version)
        except Conflict:
            return False
        return True

    def new_id(self) -> str:
        return str(uuid.uuid4())

    def _purge(self) -> None:
        """Forget expired grants, at most once in a grant's lifetime."""
        now = time.time()
        if now < self._purge_at:
            return
        self._purge_at = now + self._lifetime
        for grant_id, kept in self._store.scan(GRANTS):
            if GrantRecord.model_validate(kept.value).grant.expires_at < now:
                self._store.delete(GRANTS, grant_id)
