"""The PDU sessions of one SMF instance, and how they come to it from another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import structlog

from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Document, StoreUnavailable
from nfs.smf.address_pool import DnnAddresses
from nfs.smf.session_store import SessionStore
from nfs.smf.sm_context import SmContext, sm_context_ref

log = structlog.get_logger("smf")


class Sessions:
    """Sessions by the reference of their SM context; every change of them is first in the store.

    Instances that share the store serve each other's sessions: one that is asked for a session
    takes it over, and so do those that live with the sessions of one that is gone. ``taken`` is
    awaited for every such session before it is used: the AMF has to know. What was under way at
    the former instance fails there. ``removed`` is called for every session that ends.
    """

    def __init__(
        self,
        store: SessionStore,
        pools: dict[str, DnnAddresses],
        taken: Callable[[SmContext], Awaitable[None]],
        removed: Callable[[SmContext], None],
        *,
        shared: bool,
    ) -> None:
        self._store = store
        self._pools = pools
        self._taken = taken
        self._removed = removed
        self._shared = shared
        self._sessions: dict[str, SmContext] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[SmContext]:
        return iter(list(self._sessions.values()))

    def __contains__(self, session: SmContext) -> bool:
        return self._sessions.get(session.ref) is session

    async def find(self, ref: str) -> SmContext:
        """Raises SbiProblem 404."""
        session = self._sessions.get(ref)
        if session is None or (self._shared and not self._store.has(session)):
            session = await self._take_over(ref)
        if session is None:
            raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"there is no SM context {ref}")
        return session

    def of_device(self, supi: str) -> list[SmContext]:
        """By PDU session identity; those of other instances as they were saved last."""
        refs = [sm_context_ref(supi, number) for number in range(1, 16)]
        load = self._store.load if self._shared else self._sessions.get
        found = (self._sessions.get(ref) or load(ref) for ref in refs)
        return [session for session in found if session is not None]

    def add(self, session: SmContext) -> None:
        self._store.save(session)
        self._sessions[session.ref] = session

    def save(self, session: SmContext) -> None:
        """Raises SbiProblem 409 when another instance has it by now."""
        if session in self:
            self._store.save(session)

    def remove(self, session: SmContext) -> None:
        if session in self:
            del self._sessions[session.ref]
            self._store.delete(session.ref)
            self._pools[session.dnn].release(session.address)
            self._removed(session)

    def remove_former(self, ref: str) -> None:
        """The UE begins the session anew: what is left of it goes (TS 23.502 4.3.2.2.1 step 4)."""
        former = self._sessions.get(ref) or self._store.load(ref)
        if former is not None:
            self._sessions[ref] = former
            self.remove(former)

    def resume(self) -> None:
        """Load what this instance had before it was started again, or what any had."""
        for session in self._store.load_all():
            if not self._shared or session.owner in (None, self._store.owner):
                self._sessions[session.ref] = session

    async def keep_lease(self) -> None:
        """Say that this instance lives, and take over from those that do not; for ever."""
        leases, alive = self._store.leases, frozenset[str]()
        while True:
            try:
                leases.renew()
                now = leases.alive()
                if not alive or alive - now:
                    await self._take_over_from_all_but(now)
                alive = now
            except StoreUnavailable as error:
                log.warning("lease not renewed", reason=str(error))
            await asyncio.sleep(leases.renewal_seconds)

    async def follow(self) -> None:
        """Let go of sessions that another instance takes over; for ever."""
        await self._store.follow(lambda: self._sessions, self._let_go)

    def _let_go(self, ref: str, kept: Document | None) -> None:
        if kept is None or kept.value.get("owner") != self._store.owner:
            self._sessions.pop(ref, None)

    async def _take_over_from_all_but(self, alive: frozenset[str]) -> None:
        for session in list(self._store.load_all()):
            if session.ref not in self._sessions and session.owner not in alive:
                await self._take_over(session.ref)

    async def _take_over(self, ref: str) -> SmContext | None:
        session = self._store.load(ref)
        if session is not None:
            log.info("PDU session taken over", ref=ref, former=session.owner)
            self.add(session)
            await self._taken(session)
        return session
