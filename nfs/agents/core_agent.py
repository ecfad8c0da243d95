"""What the sample agents share: a process with an identity, a capability, a task endpoint."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from pydantic import JsonValue

from nfs.common.agents.host import AgentHost, Caller
from nfs.common.agents.identity import AgentDescription, AgentIdentity, lab_account
from nfs.common.agents.task import DataItem, Task
from nfs.common.nf import NetworkFunction, NfConfig, Platform

IN_THE_NETWORK: dict[str, JsonValue] = {
    "hosting": "network",
    "dataStaysLocal": True,
    "region": "EU",
    "price": "free",
}
"""What the sample agents say of themselves, for constraints to be compared with: they run in the
operator's own network and pass nothing on."""


class CoreAgentConfig(NfConfig):
    gateway_id: str = "agw-1"
    instance: str | None = None
    """Tells several agents of one kind apart; None is the agent's usual name."""
    account_key: str | None = None
    """Binding key of the agent's account at the AMC; None is the key of the embedded testbed."""


class CoreAgent(NetworkFunction):
    """An agent of the core. To the NRF it is an application function, to the AGW an agent."""

    nf_type = "AGENT"
    registers_as = "AF"
    description: AgentDescription
    sample: ClassVar[DataItem | None] = None
    """A task to measure itself with before the first one comes."""

    def __init__(self, config: CoreAgentConfig, platform: Platform) -> None:
        described = self.description
        if config.instance is not None:
            described = replace(described, instance=config.instance)
        super().__init__(config, platform, title=f"{described.name} agent")
        store = platform.store(f"agent-{described.instance}")
        account = lab_account(described.template, config.account_key, config.gateway_id)
        self.identity = AgentIdentity(self, store, described, account, end_point=self.api_root)
        self._host = AgentHost(self, self.identity, self._perform)

    async def start(self) -> None:
        await super().start()
        await self.identity.start()
        self.spawn(self._report_health())

    async def stop(self) -> None:
        await self.identity.stop()
        await super().stop()

    async def _report_health(self) -> None:
        await self.identity.registered()
        if self.sample is not None:
            own = self.identity.aic
            task = Task(
                task_id="sample",
                session_id="sample",
                sender_id=own,
                command="start",
                capability=self.description.capabilities[0],
                data_items=[self.sample],
            )
            await self._host.measure(task, Caller(own, own))
        await self._host.report_health()

    async def _perform(self, task: Task, _caller: Caller) -> list[DataItem]:
        return await asyncio.to_thread(self.perform, task)

    @abstractmethod
    def perform(self, task: Task) -> list[DataItem]:
        """Do the task and return its products. Raises TaskRejected or TaskFailed."""
