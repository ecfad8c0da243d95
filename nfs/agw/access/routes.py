"""Nagw_Access: for agents that are no NFs. They show their own credential, and prove its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request

from nfs.common.agents.credentials import Credential, bearer
from nfs.common.models.agw import Resolution, ResolutionRequest
from nfs.common.models.agw_access import Attachment, AttachmentList, AttachmentRequest

if TYPE_CHECKING:
    from nfs.agw.app import Agw

ROOT = "/nagw-access/v1"
ATTACHMENTS = f"{ROOT}/attachments"
RESOLUTIONS = f"{ROOT}/resolutions"

Authorization = Annotated[str | None, Header(max_length=8192)]
AgentProof = Annotated[str, Header(max_length=8192)]


def add_access_routes(agw: Agw) -> None:
    app = agw.app
    agw.own_check |= {ATTACHMENTS, RESOLUTIONS}

    # A dependency is resolved before the body is looked at.
    @Depends
    async def proved(
        request: Request, authorization: Authorization = None, agent_proof: AgentProof = ""
    ) -> Credential:
        return await agw.attachments.proved(bearer(authorization), agent_proof, request.url.path)

    @app.post(ATTACHMENTS, status_code=201, tags=["nagw-access"])
    async def attach(request: AttachmentRequest, agent: Credential = proved) -> Attachment:
        return agw.attachments.attach(request, agent)

    @app.post(RESOLUTIONS, tags=["nagw-access"])
    async def resolve_attached(
        request: ResolutionRequest, agent: Credential = proved
    ) -> Resolution:
        agw.attachments.check(agent)
        return await agw.resolver.resolve(request, agent)

    @app.get("/nagw-registration/v1/agents/{aic}/accesses", tags=["nagw-registration"])
    async def accesses(aic: str) -> AttachmentList:
        return AttachmentList(attachments=agw.attachments.of(aic))
