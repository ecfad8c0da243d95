"""Nagw_Registration beyond one registration: routes of ARP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Header, Response

from nfs.agw.arp.batch import register_several
from nfs.agw.arp.renewal import renew
from nfs.common.models.agw import AgentRecord, LocalBind
from nfs.common.models.arp import (
    AgentUpdate,
    BatchRequest,
    BatchResult,
    EntityAnswer,
    EntityRequest,
    Renewal,
)

if TYPE_CHECKING:
    from nfs.agw.app import Agw

ROOT = "/nagw-registration/v1"
TAG = "nagw-registration"

Token = Annotated[str | None, Header(alias="Agent-Credential")]


def add_arp_routes(agw: Agw) -> None:
    app = agw.app

    @app.post(f"{ROOT}/agents/batch", tags=[TAG], response_model_exclude_none=True)
    async def register_batch(request: BatchRequest) -> BatchResult:
        return await register_several(agw.registration, request, agw.registrations)

    @app.patch(f"{ROOT}/agents/{{aic}}", tags=[TAG])
    async def update_agent(
        aic: str, update: AgentUpdate, agent_credential: Token = None
    ) -> AgentRecord:
        return (await agw.update.update(aic, update, agent_credential or "")).record

    @app.post(f"{ROOT}/agents/{{aic}}/renewal", tags=[TAG], response_model_exclude_none=True)
    async def renew_credential(aic: str, renewal: Renewal) -> LocalBind:
        return await renew(agw.directory, agw.registration, aic, renewal)

    @app.post(f"{ROOT}/agents/{{aic}}/departure", status_code=204, tags=[TAG])
    async def depart(aic: str) -> None:
        await agw.migration.depart(aic)

    @app.post(f"{ROOT}/entities", status_code=201, tags=[TAG], response_model_exclude_none=True)
    async def register_entity(
        request: EntityRequest, response: Response, agent_credential: Token = None
    ) -> EntityAnswer:
        answer = await agw.entities.register(request, agent_credential or "")
        location = f"{agw.api_root}{ROOT}/agents/{answer.result.entity_aic}"
        response.headers["Location"] = location
        response.status_code = 201 if answer.status == "created" else 200
        return answer
