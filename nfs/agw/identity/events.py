"""The gateway follows the AMC: who is suspended, revoked or retired there is so here (A3, A7).

A notification says only that there is something to read: the gateway reads the AMC's log from where
it has got to, so a forged or repeated notification changes nothing. Renewing the subscription tells
whether one was missed. What the log no longer has is read from the list of identities.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import structlog

from nfs.agw.directory import Directory
from nfs.agw.identity.states import IdentityStates, IdentityStatus
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import AgentState
from nfs.common.models.amc import IdentityState
from nfs.common.models.amc_lifecycle import (
    GrantedSubscription,
    IdentityChanges,
    IdentityEntry,
    IdentityEvent,
    IdentityList,
    IdentitySubscription,
)
from nfs.common.models.base import SbiModel
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse
from nfs.common.store import Store, StoreUnavailable

CALLBACK = "/nagw-callback/v1/identity-events"
CURSORS, AMC = "identity-cursors", "amc"
ROOT = "/namc-identity/v1"
GONE = 410
PAGE = 200
RETRY = 1.0
"""Seconds between attempts while the AMC cannot be reached."""

log = structlog.get_logger("agw")


class _Cursor(SbiModel):
    """How far a log has been read."""

    log_id: str
    seq: int


class IdentityEvents:
    """``ended`` is called with the AIC of every identity that is no longer active."""

    def __init__(
        self,
        nf: NetworkFunction,
        gateway_id: str,
        store: Store,
        directory: Directory,
        states: IdentityStates,
        *,
        ended: Callable[[str], None],
        audit: AuditTrail,
    ) -> None:
        self._ended = ended
        self._audit = audit
        self._nf = nf
        self._gateway_id = gateway_id
        self._store = store
        self._directory = directory
        self._states = states
        self._reading = asyncio.Lock()
        self._due = asyncio.Event()
        self._subscription_id: str | None = None

    async def follow(self) -> None:
        """Be subscribed, and up to date, for ever."""
        away = False
        while True:
            self._due.clear()
            try:
                granted = await self._subscribe()
                await self._catch_up(granted)
                pause, away = max(RETRY, (granted.expires_at - time.time()) / 3), False
            except (SbiProblem, StoreUnavailable) as problem:
                if not away:
                    log.warning("the AMC's identities are not followed", reason=str(problem))
                pause, away = RETRY, True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._due.wait()

    def renew(self) -> None:
        """Subscribe again now."""
        self._due.set()

    async def stop(self) -> None:
        if self._subscription_id is not None:
            with contextlib.suppress(SbiProblem):
                await self._ask("DELETE", f"{ROOT}/subscriptions/{self._subscription_id}")

    async def notified(self, event: IdentityEvent) -> None:
        """Read the log, unless it has been read so far. Raises SbiProblem when that fails: the AMC
        tries again."""
        cursor = self._cursor()
        if cursor is None or cursor.log_id != event.log_id or cursor.seq < event.seq:
            async with self._reading:
                if not await self._read():
                    self.renew()

    async def _subscribe(self) -> GrantedSubscription:
        wanted = IdentitySubscription(
            gateway_id=self._gateway_id, notification_uri=self._nf.api_root + CALLBACK
        )
        answer = await self._ask("POST", f"{ROOT}/subscriptions", wanted)
        granted = answer.model(GrantedSubscription)
        self._subscription_id = granted.subscription_id
        return granted

    async def _catch_up(self, granted: GrantedSubscription) -> None:
        """With what happened before the subscription."""
        async with self._reading:
            if self._cursor() == _Cursor(log_id=granted.log_id, seq=granted.last_seq):
                return
            if not await self._read():
                await self._read_list(granted)

    async def _read(self) -> bool:
        """The log, from where it was read to. False when it is another one, or does not reach back
        to there."""
        cursor = self._cursor()
        while cursor is not None:
            try:
                answer = await self._ask("GET", f"{ROOT}/changes?since={cursor.seq}")
            except SbiProblem as problem:
                if problem.status != GONE:
                    raise
                return False
            changes = answer.model(IdentityChanges)
            if changes.log_id != cursor.log_id:
                return False
            for event in changes.changes:
                await self._apply(event)
                cursor = self._keep(event.log_id, event.seq)
            if cursor.seq >= changes.last_seq or not changes.changes:
                return True
        return False

    async def _read_list(self, granted: GrantedSubscription) -> None:
        """Everything there is; the log tells what changes meanwhile."""
        after: str | None = ""
        while after is not None:
            answer = await self._ask("GET", f"{ROOT}/identities?limit={PAGE}&after={after}")
            page = answer.model(IdentityList)
            for entry in page.identities:
                await self._apply(entry)
            after = page.next
        self._keep(granted.log_id, granted.last_seq)

    async def _apply(self, news: IdentityEvent | IdentityEntry) -> None:
        """Take over the state of one identity; an older one than is known changes nothing."""
        agent = self._directory.get(news.aic)
        status = self._states.take_over(news, agent.state if agent else None)
        if status is None:
            return
        async with self._directory.lock(news.aic):
            self._change_directory(status)
        if status.state is not IdentityState.ACTIVE:
            self._ended(status.aic)
        if status.state is IdentityState.ACTIVE:
            self._states.restored(status)

    def _change_directory(self, status: IdentityStatus) -> None:
        agent = self._directory.get(status.aic)
        held = status.state is IdentityState.SUSPENDED
        state = AgentState.SUSPENDED if held else status.was
        retired = status.state is IdentityState.RETIRED
        if agent is None or (state in (None, agent.state) and not retired):
            return
        with self._audit.action(
            "agent.follow-identity", actor="service:amc", target=f"agent:{agent.aic}", aic=agent.aic
        ) as entry:
            entry.before, entry.after = {"state": agent.state.value}, {"state": status.state.value}
            if retired:
                self._directory.remove(agent.aic)
            else:
                self._directory.update(
                    agent.aic, lambda now: now.model_copy(update={"state": state})
                )

    def _cursor(self) -> _Cursor | None:
        kept = self._store.get(CURSORS, AMC)
        return _Cursor.model_validate(kept.value) if kept else None

    def _keep(self, log_id: str, seq: int) -> _Cursor:
        cursor = _Cursor(log_id=log_id, seq=seq)
        self._store.put(CURSORS, AMC, cursor.to_json())
        return cursor

    async def _ask(self, method: str, path: str, body: SbiModel | None = None) -> SbiResponse:
        json = body.to_json() if body else None
        return await self._nf.call_amc("namc-identity", method, path, json=json)
