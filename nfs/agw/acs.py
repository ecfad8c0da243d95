"""Agent Capability Specification: ACPs-spec-ACS v02.01 (requirements F4 to F9).

The gateway writes it (MACP 5.2): what the agent says of itself, limited to what was granted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import ConfigDict, Field

from nfs.common.models.agw import RegistrationRequest
from nfs.common.models.amc import Grant
from nfs.common.models.base import SbiModel

PROTOCOL_VERSION = "02.01"
NO_DESCRIPTION = "The agent's provider has not said what it can and cannot do."


class _AcsModel(SbiModel):
    """Attributes this testbed does not know are kept as they came."""

    model_config = ConfigDict(extra="allow")


class Capabilities(_AcsModel):
    """How the agent can be talked to (F6)."""

    streaming: bool = False
    notification: bool = False
    message_queue: list[str] = Field(default_factory=list)


class EndPoint(_AcsModel):
    """``security``: any one of the list, each with all its schemes (F7)."""

    url: str
    transport: str
    security: list[dict[str, list[str]]] = Field(default_factory=list)


class Skill(_AcsModel):
    id: str
    name: str
    description: str
    version: str
    tags: list[str] = Field(default_factory=list)
    examples: list[str] | None = None
    input_modes: list[str] | None = None
    output_modes: list[str] | None = None


class Acs(_AcsModel):
    aic: str
    active: bool
    last_modified_time: datetime
    protocol_version: str
    name: str
    description: str
    version: str
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


def write_acs(request: RegistrationRequest, grant: Grant, aic: str, gateway_id: str) -> Acs:
    """The ACS of an agent: only capabilities it named, that were granted, and that it may offer."""
    offered = [c for c in request.capabilities if c in grant.capabilities]
    subscriber = request.registrant.on_behalf_of
    meta = (request.entity_meta or {}) | {"capabilityIds": offered, "gatewayId": gateway_id}
    return Acs(
        aic=aic,
        active=True,
        last_modified_time=datetime.now(UTC),
        protocol_version=PROTOCOL_VERSION,
        name=request.name,
        description=request.description or NO_DESCRIPTION,
        version="1.0.0",
        provider=grant.provider,
        security_schemes={
            "mtls": {"type": "mutualTLS"},
            "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        },
        end_points=_end_points(request.end_point),
        capabilities=Capabilities(),
        default_input_modes=["text/plain", "application/json"],
        default_output_modes=["text/plain", "application/json"],
        skills=[_skill(capability) for capability in offered],
        entity_user_id=subscriber.pseudonym if subscriber else None,
        entity_meta=meta,
    )


def _end_points(url: str | None) -> list[EndPoint]:
    if url is None:
        return []
    return [EndPoint(url=url, transport="HTTP_JSON", security=[{"accessToken": []}])]


def _skill(capability: str) -> Skill:
    name = capability.rpartition("/")[2]
    return Skill(
        id=f"agentnf.capability.{name}",
        name=name,
        description=f"The capability {capability} of this network's taxonomy.",
        version="1.0.0",
        tags=[capability],
    )
