"""The asking side of an agent: resolve at the AGW, then invoke directly (H1, I2)."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from nfs.common.agents.delivery import post_task
from nfs.common.agents.identity import AgentIdentity
from nfs.common.agents.task import DataItem, Task, TaskResult
from nfs.common.models.agw import Resolution
from nfs.common.models.agw_forwarding import QueryResult
from nfs.common.models.agw_health import AgentHealth
from nfs.common.models.discovery import DiscoveryAnswer
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.response import SbiResponse

Permit = Callable[[str], Awaitable[None]]
"""Raises something for an AIC whose agent must not have the data of a task."""


class AgentConsumer:
    """Invokes capabilities of other agents under the identity of one agent."""

    def __init__(self, nf: NetworkFunction, identity: AgentIdentity) -> None:
        self._nf = nf
        self._identity = identity

    async def invoke(
        self,
        capability: str,
        data_items: Sequence[DataItem],
        on_behalf_of: str | None = None,
        constraints: Mapping[str, JsonValue] | None = None,
        permit: Permit | None = None,
    ) -> TaskResult:
        """Have ``capability`` done, on behalf of the agent ``on_behalf_of`` (its AIC) if given, by
        an agent whose entityMeta meets the ``constraints``, if ``permit`` lets it have the data.

        Raises what ``permit`` raises, and SbiProblem: SCOPE_NOT_ALLOWED, CAPABILITY_NOT_FOUND,
        CREDENTIAL_INVALID from the AGW, whatever the agent refuses with, and 502
        INVALID_TASK_RESULT for an answer that is not the resolved agent's.
        """
        resolution = await self._resolve(capability, on_behalf_of, constraints or {})
        if permit is not None:
            await permit(resolution.target.aic)
        task = Task(
            task_id=str(uuid.uuid4()),
            session_id=str(uuid.uuid4()),
            sender_id=self._identity.aic,
            command="start",
            capability=resolution.capability_id,
            data_items=list(data_items),
        )
        target = resolution.target
        return await post_task(
            self._nf, target.end_point, target.aic, resolution.access_token, task
        )

    async def query(
        self, capability: str, constraints: Mapping[str, JsonValue] | None = None, limit: int = 1
    ) -> QueryResult:
        """Who could do it, the best first, and by which way; nobody is no error."""
        body = {"capability": capability, "constraints": dict(constraints or {}), "limit": limit}
        answer = await self._at_gateway("POST", "nagw-routing", "/nagw-routing/v1/queries", body)
        return answer.model(QueryResult)

    async def discover(self, conditions: Mapping[str, JsonValue]) -> list[dict[str, Any]]:
        """The ACS of each agent of the gateway that has these values at these paths (ADP)."""
        wanted = [{"field": path, "op": "eq", "value": v} for path, v in conditions.items()]
        body = {"type": "filtered", "filter": {"conditions": wanted}}
        path = "/nagw-discovery/v1/discover"
        answer = await self._at_gateway("POST", "nagw-discovery", path, body)
        return list(answer.model(DiscoveryAnswer).acs_map.values())

    async def health(self, aic: str) -> AgentHealth:
        """Of an agent of the gateway. Raises SbiProblem 404 for one that is not."""
        path = f"/nagw-registration/v1/agents/{aic}/health"
        answer = await self._at_gateway("GET", "nagw-registration", path)
        return answer.model(AgentHealth)

    async def _resolve(
        self, capability: str, on_behalf_of: str | None, constraints: Mapping[str, JsonValue]
    ) -> Resolution:
        body: dict[str, Any] = {"capability": capability}
        if on_behalf_of is not None:
            body["onBehalfOf"] = on_behalf_of
        if constraints:
            body["constraints"] = dict(constraints)
        path = "/nagw-routing/v1/resolutions"
        return (await self._at_gateway("POST", "nagw-routing", path, body)).model(Resolution)

    async def _at_gateway(
        self, method: str, service: str, path: str, body: dict[str, Any] | None = None
    ) -> SbiResponse:
        return await self._nf.call(
            "AGW",
            service,
            method,
            path,
            json=body,
            custom_info={"gatewayId": self._identity.bind.gateway_id},
            headers={"Agent-Credential": self._identity.token},
        )
