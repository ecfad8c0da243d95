"""The asking side of an agent: resolve at the AGW, then invoke directly (H1, I2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from nfs.common.agents.delivery import post_task
from nfs.common.agents.identity import AgentIdentity
from nfs.common.agents.task import DataItem, Task, TaskResult
from nfs.common.models.agw import Resolution
from nfs.common.nf import NetworkFunction


class AgentConsumer:
    """Invokes capabilities of other agents under the identity of one agent."""

    def __init__(self, nf: NetworkFunction, identity: AgentIdentity) -> None:
        self._nf = nf
        self._identity = identity

    async def invoke(
        self, capability: str, data_items: Sequence[DataItem], on_behalf_of: str | None = None
    ) -> TaskResult:
        """Have ``capability`` done, on behalf of the agent ``on_behalf_of`` (its AIC) if given.

        Raises SbiProblem: SCOPE_NOT_ALLOWED, CAPABILITY_NOT_FOUND, CREDENTIAL_INVALID from the
        AGW, whatever the agent refuses with, and 502 INVALID_TASK_RESULT for an answer that is
        not the resolved agent's.
        """
        resolution = await self._resolve(capability, on_behalf_of)
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

    async def _resolve(self, capability: str, on_behalf_of: str | None) -> Resolution:
        body = {"capability": capability}
        if on_behalf_of is not None:
            body["onBehalfOf"] = on_behalf_of
        answer = await self._nf.call(
            "AGW",
            "nagw-routing",
            "POST",
            "/nagw-routing/v1/resolutions",
            json=body,
            custom_info={"gatewayId": self._identity.bind.gateway_id},
            headers={"Agent-Credential": self._identity.token},
        )
        return answer.model(Resolution)
