"""A registered agent, as the gateway keeps it and as it shows it."""

from __future__ import annotations

from nfs.agw.acs import Acs
from nfs.common.models.agw import (
    AgentRecord,
    AgentState,
    AgentSummary,
    CmState,
    DiscoveredAgent,
)
from nfs.common.models.base import SbiModel


class Agent(SbiModel):
    """``valid_until``: end of its newest credential, Unix seconds; ``offerable``: capabilities it
    was granted to offer; ``cm_state``: of the UE that it is on, where it is on one (L13)."""

    acs: Acs
    template: str
    capability_ids: list[str]
    scope: list[str]
    gateway_id: str
    valid_until: int
    state: AgentState
    end_point: str | None = None
    offerable: list[str] | None = None
    cm_state: CmState | None = None
    hidden: bool = False
    """Its subscriber does not want it found or asked; it may ask others."""

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
            on_behalf_of=self.on_behalf_of,
        )

    @property
    def discovered(self) -> DiscoveredAgent:
        return DiscoveredAgent(
            aic=self.aic,
            name=self.acs.name,
            capability_ids=self.capability_ids,
            acs=self.acs.to_json(),
            state=self.state,
            cm_state=self.cm_state,
        )
