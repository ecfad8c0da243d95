"""The capability directory: detailed information on locally registered agents only (B6)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from weakref import WeakValueDictionary

from nfs.agw.acs import Acs
from nfs.common.aic import AicError, verified
from nfs.common.models.agw import AgentRecord, AgentState, AgentSummary, DiscoveredAgent
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Document, Store, follow

AGENTS = "agents"


class Agent(SbiModel):
    """A registered agent; ``valid_until``: end of its newest credential, Unix seconds."""

    acs: Acs
    template: str
    capability_ids: list[str]
    scope: list[str]
    gateway_id: str
    valid_until: int
    state: AgentState
    end_point: str | None = None

    @property
    def aic(self) -> str:
        return self.acs.aic

    @property
    def on_behalf_of(self) -> bool:
        return self.acs.entity_user_id is not None

    @property
    def record(self) -> AgentRecord:
        return AgentRecord(
            aic=self.aic,
            capability_ids=self.capability_ids,
            scope=self.scope,
            gateway_id=self.gateway_id,
            valid_until=self.valid_until,
            acs=self.acs.to_json(),
            state=self.state,
        )

    @property
    def summary(self) -> AgentSummary:
        return AgentSummary(
            aic=self.aic,
            name=self.acs.name,
            template=self.template,
            capability_ids=self.capability_ids,
            scope=self.scope,
            state=self.state,
            end_point=self.end_point,
            on_behalf_of=self.acs.entity_user_id is not None,
        )

    @property
    def discovered(self) -> DiscoveredAgent:
        return DiscoveredAgent(
            aic=self.aic,
            name=self.acs.name,
            capability_ids=self.capability_ids,
            acs=self.acs.to_json(),
            state=self.state,
        )


class Directory:
    """Agents by AIC and by capability: all in memory, every change first in the store.

    Instances of one gateway share the store, and each follows what the others write.
    """

    def __init__(self, store: Store, salt: bytes) -> None:
        self._store = store
        self._salt = salt
        self._agents: dict[str, Agent] = {}
        self._offering: dict[str, dict[str, None]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        for _, kept in store.scan(AGENTS):
            self._index(Agent.model_validate(kept.value))

    def __len__(self) -> int:
        return len(self._agents)

    def __iter__(self) -> Iterator[Agent]:
        return iter(list(self._agents.values()))

    def get(self, aic: str) -> Agent | None:
        return self._agents.get(aic)

    def find(self, aic: str) -> Agent:
        """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
        try:
            code = str(verified(aic, self._salt))
        except AicError as error:
            raise SbiProblem(400, "INVALID_AIC", str(error)) from None
        agent = self._agents.get(code)
        if agent is None:
            raise SbiProblem(404, "AGENT_NOT_FOUND", "no such agent is registered here")
        return agent

    def lock(self, aic: str) -> asyncio.Lock:
        """Held while AMC and directory change together: no renewal outlives a deregistration."""
        return self._locks.setdefault(aic, asyncio.Lock())

    def offering(self, capability: str) -> list[Agent]:
        """Live agents with a capability identifier, the first registered first."""
        agents = (self._agents[aic] for aic in self._offering.get(capability, ()))
        return [agent for agent in agents if agent.state is AgentState.REGISTERED]

    def capabilities(self) -> list[str]:
        """All that somebody here offers, now or before."""
        return list(self._offering)

    def put(self, agent: Agent) -> None:
        self._store.put(AGENTS, agent.aic, agent.to_json())
        self._drop(agent.aic)
        self._index(agent)

    def remove(self, aic: str) -> None:
        self._store.delete(AGENTS, aic)
        self._drop(aic)

    async def follow(self) -> None:
        """Take over what other instances write, for ever."""
        await follow(self._store, AGENTS, lambda: self._agents, self._take_over)

    def _take_over(self, aic: str, kept: Document | None) -> None:
        known = self._agents.get(aic)
        if kept is None:
            self._drop(aic)
        elif known is None or known.to_json() != kept.value:
            self._drop(aic)
            self._index(Agent.model_validate(kept.value))

    def _index(self, agent: Agent) -> None:
        self._agents[agent.aic] = agent
        for capability in agent.capability_ids:
            self._offering.setdefault(capability, {})[agent.aic] = None

    def _drop(self, aic: str) -> None:
        known = self._agents.pop(aic, None)
        for capability in known.capability_ids if known else ():
            self._offering[capability].pop(aic, None)
