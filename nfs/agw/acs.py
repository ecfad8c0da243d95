"""Agent Capability Specification: ACPs-spec-ACS v02.01 (requirements F4 to F9).

The gateway writes it (MACP 5.2): what the agent says of itself, limited to what was granted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field

from nfs.common.models.agw import RegistrationRequest
from nfs.common.models.amc import Grant
from nfs.common.models.base import SbiModel

PROTOCOL_VERSION: Literal["02.01"] = "02.01"
SCHEMA_FILE = "acs_schema.json"
OWN_META = ("capabilityIds", "gatewayId")
"""Attributes of entityMeta that the gateway writes."""
NO_DESCRIPTION = "The agent's provider has not said what it can and cannot do."


_Version = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$")]
_Queue = Annotated[str, Field(pattern=r"^(mqtt|amqp|kafka|redis|rabbitmq):.+$")]


class _AcsModel(SbiModel):
    """Attributes this testbed does not know are kept as they came."""

    model_config = ConfigDict(extra="allow")


class Capabilities(_AcsModel):
    """How the agent can be talked to (F6)."""

    streaming: bool = False
    notification: bool = False
    message_queue: list[_Queue] = Field(default_factory=list)


class EndPoint(_AcsModel):
    """``security``: any one of the list, each with all its schemes (F7)."""

    url: str
    transport: Literal["JSONRPC", "HTTP_JSON", "AMQP"]
    security: list[dict[str, list[str]]] = Field(default_factory=list)


class Skill(_AcsModel):
    id: str
    name: str
    description: str
    version: _Version
    tags: list[str] = Field(default_factory=list)
    examples: list[str] | None = None
    input_modes: list[str] | None = None
    output_modes: list[str] | None = None


class Acs(_AcsModel):
    """F4: what must be there, and what may be."""

    aic: Annotated[
        str, Field(pattern=r"^1\.2\.156\.3088\.[1-9A-Z](\.[0-9A-Z]{1,9}){4}\.[0-9A-Z]{4}$")
    ]
    active: bool
    last_modified_time: AwareDatetime
    protocol_version: Literal["02.01"]
    name: str
    description: str
    version: _Version
    provider: dict[str, Any]
    security_schemes: dict[str, dict[str, Any]]
    end_points: list[EndPoint]
    capabilities: Capabilities
    default_input_modes: list[str]
    default_output_modes: list[str]
    skills: list[Skill]
    icon_url: str | None = None
    documentation_url: str | None = None
    web_app_url: str | None = None
    entity_user_id: str | None = None
    entity_meta: dict[str, Any] | None = None
    certificate: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What an agent says of itself; ``capabilities``: identifiers of the taxonomy; ``pseudonym``:
    of the subscriber whose agent it is."""

    name: str
    description: str | None
    capabilities: tuple[str, ...]
    end_points: tuple[str, ...] = ()
    entity_meta: dict[str, Any] | None = None
    pseudonym: str | None = None

    @classmethod
    def of(cls, request: RegistrationRequest) -> Self:
        subscriber = request.registrant.on_behalf_of
        return cls(
            name=request.name,
            description=request.description,
            capabilities=tuple(request.capabilities),
            end_points=() if request.end_point is None else (request.end_point,),
            entity_meta=request.entity_meta,
            pseudonym=subscriber.pseudonym if subscriber else None,
        )


def write_schema() -> str:
    """The JSON Schema 2020-12 of an ACS: the text of ``SCHEMA_FILE``."""
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Agent Capability Specification",
        **Acs.model_json_schema(),
    }
    return json.dumps(described, indent=1, sort_keys=True) + "\n"


@cache
def schema() -> dict[str, Any]:
    text = resources.files(__package__).joinpath(SCHEMA_FILE).read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def write_acs(described: Description, grant: Grant, aic: str, gateway_id: str) -> Acs:
    """The ACS of an agent: only capabilities it named, that were granted, and that it may offer."""
    offered = [c for c in described.capabilities if c in grant.capabilities]
    return Acs(
        aic=aic,
        active=True,
        last_modified_time=datetime.now(UTC),
        protocol_version=PROTOCOL_VERSION,
        name=described.name,
        description=described.description or NO_DESCRIPTION,
        version="1.0.0",
        provider=grant.provider,
        security_schemes={
            "mtls": {"type": "mutualTLS"},
            "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        },
        end_points=_end_points(described.end_points),
        capabilities=Capabilities(),
        default_input_modes=["text/plain", "application/json"],
        default_output_modes=["text/plain", "application/json"],
        skills=[_skill(capability) for capability in offered],
        entity_user_id=described.pseudonym,
        entity_meta=_meta(described.entity_meta, offered, gateway_id),
    )


def revised(acs: Acs, described: Description, gateway_id: str) -> Acs:
    """The ACS of an agent that now says this of itself."""
    offered = list(described.capabilities)
    update = {
        "last_modified_time": datetime.now(UTC),
        "name": described.name,
        "description": described.description or NO_DESCRIPTION,
        "end_points": _end_points(described.end_points),
        "skills": [_skill(capability) for capability in offered],
        "entity_meta": _meta(described.entity_meta, offered, gateway_id),
    }
    return acs.model_copy(update=update)


def _meta(said: dict[str, Any] | None, offered: list[str], gateway_id: str) -> dict[str, Any]:
    return (said or {}) | {"capabilityIds": offered, "gatewayId": gateway_id}


def _end_points(urls: tuple[str, ...]) -> list[EndPoint]:
    return [
        EndPoint(url=url, transport="HTTP_JSON", security=[{"accessToken": []}]) for url in urls
    ]


def _skill(capability: str) -> Skill:
    name = capability.rpartition("/")[2]
    return Skill(
        id=f"agentnf.capability.{name}",
        name=name,
        description=f"The capability {capability} of this network's taxonomy.",
        version="1.0.0",
        tags=[capability],
    )
