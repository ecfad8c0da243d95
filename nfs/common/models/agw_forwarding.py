"""Nagw_Routing between gateways: queries hop by hop (ADP v02.01 clause 4, requirements H10 to H12),
and tasks routed through them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from nfs.common.agents.task import Task, TaskResult
from nfs.common.models.agw import Identifier
from nfs.common.models.agw_sync import MAX_PATH, Signed
from nfs.common.models.base import SbiModel

MAX_DEPTH = 5
MAX_FANOUT = 5
MAX_EXCLUDED = 16

Gateways = Annotated[list[Identifier], Field(max_length=MAX_PATH)]


class Query(SbiModel):
    """What is looked for. ``excluded``: AICs that have failed the requester."""

    capability: Identifier
    constraints: dict[str, Any] = Field(default_factory=dict, max_length=16)
    excluded: list[Identifier] = Field(default_factory=list, max_length=MAX_EXCLUDED)
    limit: Annotated[int, Field(ge=1, le=50)] = 1


class ForwardedQuery(SbiModel):
    """A query on its way. It names no requester: that is the first gateway's affair.

    ``forward_chain``: the gateways it went through, the entry first; each has signed what it sent
    on: ``forward_signatures``. Times in milliseconds.
    """

    request_id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    query: Query
    forward_depth_limit: Annotated[int, Field(ge=1, le=MAX_DEPTH)] = 3
    forward_fanout_limit: Annotated[int, Field(ge=1, le=MAX_FANOUT)] = 1
    forward_fanout_remaining: Annotated[int, Field(ge=0, le=MAX_FANOUT * MAX_DEPTH)] = 5
    forward_chain: Gateways
    forward_trusted_servers: Gateways
    forward_signatures: Annotated[list[Signed], Field(max_length=MAX_DEPTH)]
    credentials: Annotated[dict[Identifier, Signed], Field(max_length=MAX_DEPTH)]
    forward_each_timeout_ms: Annotated[int, Field(ge=1, le=60_000)] = 10_000
    forward_total_timeout_ms: Annotated[int, Field(ge=1, le=120_000)] = 60_000


class FoundAgent(SbiModel):
    """An agent as its gateway tells it to another gateway. ``domain``: that of its AMC."""

    aic: Identifier
    name: str
    capability_ids: list[str]
    end_point: str
    gateway_id: Identifier
    domain: Identifier


class SignedAnswer(SbiModel):
    """What the gateway that found them signs, so that none on the way back can alter it.

    ``route``: the entry gateway first, the one that answers last.
    """

    request_id: str
    capability_id: Identifier
    route: Gateways
    agents: Annotated[list[FoundAgent], Field(max_length=50)]


class ForwardAnswer(SbiModel):
    """``answer``: a SignedAnswer as JWS; ``reverse_path``: the gateways that passed it on, each
    adding itself."""

    answer: Annotated[str, Field(min_length=1, max_length=200_000)]
    credential: Signed
    reverse_path: Gateways


class RouteStatus(SbiModel):
    """One branch of a query (H12). ``status``: ok, empty, timeout or error."""

    forward_chain: list[str]
    status: str
    duration_ms: float


class QueryResult(SbiModel):
    """Agents that fit, all of one gateway; none is no error (H12). ``route``: the gateways from the
    one that was asked to theirs; ``reverse_path``: those that the answer came back through."""

    agents: list[FoundAgent]
    route: list[str]
    reverse_path: list[str]
    branches: list[RouteStatus]


class InvocationRequest(SbiModel):
    """A task that the gateway is to have done by whichever instance can (H4)."""

    capability: Identifier
    task: Task
    on_behalf_of: Identifier | None = None
    constraints: dict[str, Any] = Field(default_factory=dict, max_length=16)


class Invocation(SbiModel):
    """``attempts``: the AICs that were asked, the last of them with success."""

    result: TaskResult
    route: list[str]
    attempts: list[str]


class RelayedTask(SbiModel):
    """A task on its way to an agent behind another gateway. ``route``: from the receiver on."""

    route: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_PATH)]
    target: Identifier
    access_token: Signed
    task: Task
