"""Nagw_Discovery, POST /discover: ACPs-spec-ADP v02.01 clause 4.2.1 (requirements H10 to H13)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from nfs.common.models.base import SbiModel

MAX_LIMIT = 200

_CONDITION = {
    "type": "object",
    "required": ["field", "op"],
    "properties": {
        "field": {"type": "string", "maxLength": 128},
        "op": {"type": "string"},
        "value": {},
    },
}
_FILTER = {
    "type": "object",
    "description": "conditions and groups (filters again, at most 3 deep), joined by logic",
    "properties": {
        "logic": {"enum": ["and", "or", "not"], "default": "and"},
        "conditions": {"type": "array", "items": _CONDITION, "maxItems": 32},
        "groups": {"type": "array", "items": {"type": "object"}, "maxItems": 32},
    },
}


class DiscoveryRequest(SbiModel):
    """``explicit``: by words, which ``filter`` narrows; ``exploratory``: by words or, without, some
    agents of every capability; ``filtered``: by ``filter`` alone.

    The forward attributes are those of a request that another discovery server passes on.
    """

    type: Literal["explicit", "exploratory", "filtered"] = "explicit"
    query: Annotated[str, Field(max_length=1024)] | None = None
    filter: Annotated[dict[str, Any], WithJsonSchema(_FILTER)] | None = None
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    connected_only: bool = False
    """Leave out agents that are reached by paging (L13)."""
    context: dict[str, Any] | None = None
    request_id: Annotated[str, Field(max_length=128)] | None = None
    forward_depth_limit: int = 3
    forward_fanout_limit: int = 1
    forward_chain: list[str] = Field(default=[], max_length=64)


class AgentSkill(SbiModel):
    """``ranking``: 1 is the best; ``skill_id`` is empty for an agent that has no skills."""

    aic: str
    skill_id: str
    ranking: int
    memo: str | None = None


class AgentGroup(SbiModel):
    """``group``: the words asked for, a capability, or nothing."""

    group: str
    agent_skills: list[AgentSkill]


class DiscoveryRoute(SbiModel):
    """``forward_chain``: the gateways that were asked, the answering one last."""

    forward_chain: list[str]
    agent_groups: list[AgentGroup]
    status: Literal["ok", "timeout", "error"]
    duration_ms: int


class DiscoveryAnswer(SbiModel):
    """Empty when nothing matches. ``complete`` is false when the search ended before every agent
    that might match had been looked at: a narrower filter finds more."""

    acs_map: dict[str, dict[str, Any]]
    agents: list[AgentGroup]
    routes: list[DiscoveryRoute]
    complete: bool
