"""Routes by which agents report their health (H16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Header

from nfs.common.agents.credentials import invalid_credential
from nfs.common.models.agw_health import AgentHealth, HealthReport

if TYPE_CHECKING:
    from nfs.agw.app import Agw


def add_health_routes(agw: Agw) -> None:
    path = "/nagw-registration/v1/agents/{aic}/health"

    @agw.app.put(path, tags=["nagw-registration"])
    async def report_health(
        aic: str,
        report: HealthReport,
        agent_credential: Annotated[str | None, Header(alias="Agent-Credential")] = None,
    ) -> AgentHealth:
        known = agw.directory.find(aic)
        sender = await agw.resolver.requester(agent_credential or "")
        if sender.aic != known.aic:  # nobody speaks for another (D7)
            raise invalid_credential()
        agw.health.report(known.aic, report)
        return agw.health.of(known.aic)

    @agw.app.get(path, tags=["nagw-registration"])
    async def agent_health(aic: str) -> AgentHealth:
        return agw.health.of(agw.directory.find(aic).aic)
