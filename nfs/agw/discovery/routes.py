"""Nagw_Discovery: by query parameters, by a request of ADP, and what an ACS looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Header, Query

from nfs.agw.acs import schema
from nfs.agw.discovery import discover
from nfs.common.models.agw import DiscoveryResult
from nfs.common.models.discovery import MAX_LIMIT, DiscoveryAnswer, DiscoveryRequest

if TYPE_CHECKING:
    from nfs.agw.app import Agw

ROOT = "/nagw-discovery/v1"
TAG = "nagw-discovery"


def add_discovery_routes(nf: Agw) -> None:
    app = nf.app

    @app.get(f"{ROOT}/agents", tags=[TAG], response_model_exclude_none=True)
    async def discover_agents(
        capability: Annotated[str | None, Query(max_length=128)] = None,
        aic: Annotated[str | None, Query(max_length=64)] = None,
        aic_prefix: Annotated[str | None, Query(alias="aicPrefix", max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    ) -> DiscoveryResult:
        return discover(nf.directory, capability, aic, aic_prefix, limit)

    @app.post(f"{ROOT}/discover", tags=[TAG], response_model_exclude_none=True)
    async def discover_by_request(
        request: DiscoveryRequest, agent_credential: Annotated[str | None, Header()] = None
    ) -> DiscoveryAnswer:
        if agent_credential is not None:
            await nf.requesters.registered(agent_credential)
        return await nf.discovery.discover(request)

    @app.get(f"{ROOT}/acs-schema", tags=[TAG])
    async def acs_schema() -> dict[str, Any]:
        return schema()
