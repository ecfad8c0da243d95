"""Routes of Nagw_Routing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Header, Request

from nfs.common.agents.task import TaskResult
from nfs.common.metrics import counted
from nfs.common.models.agw import Resolution, ResolutionRequest
from nfs.common.models.agw_forwarding import (
    ForwardAnswer,
    ForwardedQuery,
    Invocation,
    InvocationRequest,
    Query,
    QueryResult,
    RelayedTask,
)
from nfs.common.sbi.access import consumer_of

if TYPE_CHECKING:
    from nfs.agw.app import Agw

Token = Annotated[str | None, Header(alias="Agent-Credential")]


def add_routing_routes(agw: Agw) -> None:
    app, root = agw.app, "/nagw-routing/v1"
    resolutions = agw.metrics.counter("agw_resolutions", "Semantic resolutions answered", "result")
    invocations = agw.metrics.counter("agw_invocations", "Tasks routed", "result")
    forwarded_queries = agw.metrics.counter(
        "agw_forwarded_queries", "Queries of other gateways answered", "result"
    )

    @app.post(f"{root}/resolutions", tags=["nagw-routing"])
    async def resolve(request: ResolutionRequest, agent_credential: Token = None) -> Resolution:
        with counted(resolutions):
            requester = await agw.resolver.requester(agent_credential or "")
            return await agw.resolver.resolve(request, requester)

    @app.post(f"{root}/queries", tags=["nagw-routing"])
    async def query(body: Query) -> QueryResult:
        return await agw.resolver.query(body)

    @app.post(f"{root}/invocations", tags=["nagw-routing"], response_model_exclude_none=True)
    async def invoke(body: InvocationRequest, agent_credential: Token = None) -> Invocation:
        with counted(invocations):
            return await agw.invoker.invoke(body, agent_credential or "")

    @app.post(f"{root}/forwarded-queries", tags=["nagw-routing"])
    async def forwarded_query(body: ForwardedQuery, request: Request) -> ForwardAnswer:
        with counted(forwarded_queries):
            peer = await agw.peers.check(consumer_of(request))
            return await agw.forwarding.answer(body, peer)

    @app.post(f"{root}/relayed-tasks", tags=["nagw-routing"], response_model_exclude_none=True)
    async def relayed_task(body: RelayedTask, request: Request) -> TaskResult:
        await agw.peers.check(consumer_of(request))
        return await agw.invoker.relay(body)
