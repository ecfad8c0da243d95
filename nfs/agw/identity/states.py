"""What the AMC said of identities that are not, or were not always, in good standing (A3, A7).

Of agents of every gateway, since their credentials are shown at any; kept until the last credential
has expired. Always read from the store, which the instances of a gateway share.
"""

from __future__ import annotations

import contextlib
import time

from nfs.common.agents.credentials import Credential
from nfs.common.models.agw import AgentState
from nfs.common.models.amc import IdentityState
from nfs.common.models.amc_lifecycle import IdentityEntry, IdentityEvent
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

STATES = "identity-states"
GRACE = 86_400.0
"""Seconds for which a state is kept after the last credential has expired."""


class IdentityStatus(SbiModel):
    """``change`` as the AMC counts; ``was``: state in the directory before a suspension."""

    aic: str
    state: IdentityState
    change: int
    credentials_from: float
    valid_until: int
    was: AgentState | None = None


class IdentityStates:
    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, aic: str) -> IdentityStatus | None:
        kept = self._store.get(STATES, aic)
        return IdentityStatus.model_validate(kept.value) if kept else None

    def take_over(
        self, news: IdentityEvent | IdentityEntry, directory_state: AgentState | None
    ) -> IdentityStatus | None:
        """Keep what the AMC says, and the state that the agent has in the directory when it is
        suspended. None when the news is older than what is known, or says nothing of interest."""
        while True:
            kept = self._store.get(STATES, news.aic)
            known = IdentityStatus.model_validate(kept.value) if kept else None
            harmless = news.state is IdentityState.ACTIVE and not news.credentials_from
            if known.change > news.change if known else harmless:
                return None
            status = IdentityStatus(
                aic=news.aic,
                state=news.state,
                change=news.change,
                credentials_from=news.credentials_from,
                valid_until=news.valid_until,
                was=known.was if known and known.was else directory_state,
            )
            with contextlib.suppress(Conflict):
                self._put(status, kept.version if kept else NEW)
                return status

    def restored(self, status: IdentityStatus) -> None:
        """The agent has the state again that it had before."""
        with contextlib.suppress(Conflict):
            kept = self._store.get(STATES, status.aic)
            if kept is not None and kept.value == status.to_json():
                self._put(status.model_copy(update={"was": None}), kept.version)

    def _put(self, status: IdentityStatus, version: int) -> None:
        ttl = max(0.0, status.valid_until - time.time()) + GRACE
        self._store.put(STATES, status.aic, status.to_json(), expect=version, ttl=ttl)

    def refuses(self, credential: Credential) -> bool:
        """Whether a credential is of an identity that is not active, or was revoked."""
        status = self.get(credential.aic)
        return status is not None and (
            status.state is not IdentityState.ACTIVE
            or credential.issued_at < status.credentials_from
        )

    def check(self, aic: str) -> None:
        """Raises SbiProblem 403 IDENTITY_NOT_ACTIVE."""
        status = self.get(aic)
        if status is not None and status.state is not IdentityState.ACTIVE:
            raise SbiProblem(403, "IDENTITY_NOT_ACTIVE", "the AMC has not resumed this identity")
