"""All agents of a gateway, a million of them if need be."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from weakref import WeakValueDictionary

from nfs.agw.directory.agent import Agent
from nfs.agw.directory.index import CAPABILITY, AgentIndex
from nfs.agw.directory.packer import Packer
from nfs.common.aic import AicError, verified
from nfs.common.models.agw import CmState
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Conflict, Document, Store, follow
from nfs.semantics.vocabulary import matches

AGENTS = "agents"
CANDIDATES = 1000
"""Agents of one capability, prefix or attribute of which the best are chosen."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An agent in memory: packed, with what must be known without unpacking it."""

    aic: str
    template: str
    packed: bytes
    idle: bool


class Directory:
    """Agents by AIC, capability, prefix, attribute and words: all in memory, every change first in
    the store.

    Instances of one gateway share the store, and each follows what the others write.
    """

    def __init__(self, store: Store, salt: bytes) -> None:
        self._store = store
        self._salt = salt
        self._entries: dict[str, _Entry] = {}
        self._packer = Packer()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.index = AgentIndex()
        for aic, kept in store.scan(AGENTS):
            self._take_over(aic, kept)

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Agent]:
        return self.page(0, len(self))

    def page(self, offset: int, limit: int) -> Iterator[Agent]:
        """Live or not, those known first first."""
        return self._agents(list(islice(self._entries, offset, offset + limit)))

    def get(self, aic: str) -> Agent | None:
        document = self.document(aic)
        return None if document is None else Agent.model_validate(document)

    def document(self, aic: str) -> dict[str, Any] | None:
        """The agent as JSON: for those who look at many."""
        entry = self._entries.get(aic)
        return None if entry is None else self._packer.unpack(entry.template, entry.packed)

    def find(self, aic: str) -> Agent:
        """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
        try:
            code = str(verified(aic, self._salt))
        except AicError as error:
            raise SbiProblem(400, "INVALID_AIC", str(error)) from None
        agent = self.get(code)
        if agent is None:
            raise not_found()
        return agent

    def lock(self, aic: str) -> asyncio.Lock:
        """Held while AMC and directory change together: no renewal outlives a deregistration."""
        return self._locks.setdefault(aic, asyncio.Lock())

    def capabilities(self) -> list[str]:
        """What live agents offer."""
        return self.index.values(CAPABILITY)

    def capabilities_below(self, capability: str) -> list[str]:
        """The capability, and those below it that somebody here offers."""
        return [c for c in self.index.groups(CAPABILITY) if matches(capability, c)]

    def offering(
        self, capability: str, limit: int = CANDIDATES, meta: Mapping[str, Any] | None = None
    ) -> Iterator[Agent]:
        """Live agents with a capability identifier: those first that can be reached without paging,
        of these the first registered (L13). Of very many only the first are looked at.

        ``meta``: attributes of entityMeta, which may lead to fewer agents; they are not checked.
        """
        return self.reachable(self.index.offering(capability, meta or {}), limit)

    def reachable(self, aics: Iterable[str], limit: int) -> Iterator[Agent]:
        """Of the first ``CANDIDATES`` of ``aics``, those that are not idle before the others, at
        most ``limit``; unpacked as they are asked for."""
        return islice(self._idle_last(list(islice(aics, CANDIDATES))), limit)

    def _idle_last(self, aics: list[str]) -> Iterator[Agent]:
        idle = []
        for aic in aics:
            entry = self._entries.get(aic)
            if entry is not None and entry.idle:
                idle.append(aic)
            else:
                yield from self._agents((aic,))
        yield from self._agents(idle)

    def put(self, agent: Agent) -> None:
        document = agent.to_json()
        self._store.put(AGENTS, agent.aic, document)
        self._keep(agent.aic, document)

    def update(self, aic: str, change: Callable[[Agent], Agent]) -> Agent:
        """Change what is in the store now; no change by another instance is lost.

        ``change`` may be called again. Raises SbiProblem 404 AGENT_NOT_FOUND.
        """
        while True:
            kept = self._store.get(AGENTS, aic)
            if kept is None:
                self._drop(aic)
                raise not_found()
            agent = change(Agent.model_validate(kept.value))
            document = agent.to_json()
            try:
                self._store.put(AGENTS, aic, document, expect=kept.version)
            except Conflict:
                continue
            self._keep(aic, document)
            return agent

    def remove(self, aic: str) -> None:
        self._store.delete(AGENTS, aic)
        self._drop(aic)

    async def follow(self) -> None:
        """Take over what other instances write, for ever."""
        await follow(self._store, AGENTS, lambda: self._entries, self._take_over)

    def _agents(self, aics: Iterable[str]) -> Iterator[Agent]:
        """Agents unpacked one by one; those that have gone meanwhile are left out."""
        for aic in aics:
            agent = self.get(aic)
            if agent is not None:
                yield agent

    def _take_over(self, aic: str, kept: Document | None) -> None:
        if kept is None:
            self._drop(aic)
        elif self.document(aic) != kept.value:
            self._keep(aic, kept.value)

    def _keep(self, aic: str, document: dict[str, Any]) -> None:
        self.index.change(aic, self.document(aic), document)
        template = sys.intern(document["template"])
        packed = self._packer.pack(template, document)
        idle = document.get("cmState") == CmState.IDLE
        self._entries[aic] = _Entry(aic, template, packed, idle)

    def _drop(self, aic: str) -> None:
        if aic in self._entries:
            self.index.change(aic, self.document(aic), None)
            del self._entries[aic]


def not_found() -> SbiProblem:
    return SbiProblem(404, "AGENT_NOT_FOUND", "no such agent is registered here")
