"""Nagw_Registration beyond one registration: batch, update, renewal, entities (ARP; C6 to C10)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from nfs.common.models.agw import (
    Capabilities,
    Identifier,
    LocalBind,
    Octets,
    Registrant,
    RegistrationRequest,
)
from nfs.common.models.base import SbiModel

MAX_BATCH = 32
MAX_END_POINTS = 4

Url = Annotated[str, Field(max_length=2048)]


class BatchRequest(SbiModel):
    agents: Annotated[list[RegistrationRequest], Field(min_length=1, max_length=MAX_BATCH)]


class BatchOutcome(SbiModel):
    """Of one agent: ``status`` as of a registration of its own, and what would be in its body."""

    status: int
    bind: LocalBind | None = None
    problem: dict[str, Any] | None = None


class BatchResult(SbiModel):
    """In the order of the request."""

    outcomes: list[BatchOutcome]


class AgentUpdate(SbiModel):
    """A merge patch (RFC 7396): what is absent stays, what is null is removed."""

    name: Annotated[str, Field(min_length=1, max_length=128)] = ""
    description: Annotated[str, Field(max_length=2048)] | None = None
    capabilities: Capabilities = Field(default=[])
    end_point: Url | None = None
    entity_meta: dict[str, Any] | None = None


class Renewal(SbiModel):
    """Proofs as in a registration; without ``requested_scope`` the agent's present scope."""

    instance: Identifier
    public_key: Octets
    proof: Octets
    requested_scope: Capabilities | None = None
    registrant: Registrant


class EntityRequest(SbiModel):
    """``instance``, ``public_key`` and ``proof`` as in a registration: the entity gets a credential
    of its own in the same exchange."""

    ontology_aic: Identifier
    instance: Identifier
    public_key: Octets
    proof: Octets
    end_points: list[Url] = Field(default=[], max_length=MAX_END_POINTS)
    entity_meta: dict[str, Any] | None = None


class EntityResult(SbiModel):
    ontology_aic: str
    entity_aic: str
    end_points: list[dict[str, Any]]
    entity_meta: dict[str, Any]


class EntityAnswer(SbiModel):
    """``bind``: for the entity, which has its key."""

    status: Literal["created", "renewed"]
    result: EntityResult
    bind: LocalBind
