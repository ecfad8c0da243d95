"""Agent cards of third parties at the AGW (A2A 1.0), and the catalogue of those it shows."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nfs.common.models.agw import Capabilities, Identifier, Octets, Registrant
from nfs.common.models.base import SbiModel


class AgentCardRegistration(SbiModel):
    """A RegistrationRequest whose description of the agent is a signed A2A 1.0 Agent Card.

    The card is signed (ES256) with the key that ``public_key`` and ``proof`` are of.
    ``requested_scope``: what the agent wants to use beside the capabilities it offers.
    """

    agent_card: dict[str, Any]
    template: Identifier
    instance: Identifier
    requested_scope: Capabilities = Field(default_factory=list)
    public_key: Octets
    proof: Octets
    registrant: Registrant


class CatalogHost(SbiModel):
    display_name: str


class CatalogEntry(SbiModel):
    """``data``: the agent's card, signed by the gateway; ``updated_at``: RFC 3339."""

    identifier: str
    type: Literal["application/a2a-agent-card+json"]
    updated_at: str
    data: dict[str, Any]


class AiCatalog(SbiModel):
    """AI Catalog 1.0 (github.com/Agent-Card/ai-catalog, draft as of commit 0379c868).

    ``signature``: detached JWS over the RFC 8785 form of the catalogue without it.
    """

    spec_version: Literal["1.0"]
    host: CatalogHost
    entries: list[CatalogEntry]
    signature: str
