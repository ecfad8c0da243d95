"""A2A 1.0 Agent Cards as they are read and written (A2A specification v1.0.1, clause 4.4).

Attributes that are not known here are kept. What is read is bounded, and nothing it names is
fetched.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError

from nfs.common.jcs import canonical
from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem

PROTOCOL_VERSION = "1.0"
MAX_CARD = 1 << 16
"""Octets of the largest card, in its canonical form."""

Name = Annotated[str, Field(min_length=1, max_length=128)]
Text = Annotated[str, Field(max_length=2048)]
Url = Annotated[str, Field(min_length=1, max_length=2048)]
WebUrl = Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=2048)]
"""For people to follow: of no other scheme than these."""
Modes = Annotated[list[Name], Field(max_length=32)]


class _CardModel(SbiModel):
    model_config = ConfigDict(extra="allow")


class AgentInterface(_CardModel):
    url: Url
    protocol_binding: Name
    protocol_version: Annotated[str, Field(min_length=1, max_length=16)]
    tenant: Annotated[str, Field(max_length=256)] = ""


class AgentProvider(_CardModel):
    url: WebUrl
    organization: Name


class AgentCapabilities(_CardModel):
    streaming: bool = False
    push_notifications: bool = False
    extensions: Annotated[list[dict[str, Any]], Field(max_length=16)] = Field(default_factory=list)


class AgentSkill(_CardModel):
    id: Name
    name: Name
    description: Text
    tags: Annotated[list[Name], Field(max_length=32)]
    examples: Annotated[list[Text], Field(max_length=16)] | None = None
    input_modes: Modes | None = None
    output_modes: Modes | None = None


class AgentCardSignature(_CardModel):
    """A JWS with detached payload (RFC 7515 appendix F); see ``agent_card_signature``."""

    protected: Annotated[str, Field(max_length=4096)]
    signature: Annotated[str, Field(max_length=1024)]


class StringList(_CardModel):
    strings: Annotated[list[str], Field(max_length=64)] = Field(alias="list", default_factory=list)


class SecurityRequirement(_CardModel):
    """All the named schemes together, each with the scopes that it needs."""

    schemes: Annotated[dict[str, StringList], Field(max_length=16)] = Field(default_factory=dict)


class AgentCard(_CardModel):
    name: Name
    description: Text
    supported_interfaces: Annotated[list[AgentInterface], Field(max_length=16)]
    provider: AgentProvider | None = None
    version: Annotated[str, Field(min_length=1, max_length=64)]
    documentation_url: WebUrl | None = None
    icon_url: WebUrl | None = None
    capabilities: AgentCapabilities
    security_schemes: Annotated[dict[str, dict[str, Any]], Field(max_length=16)] = Field(
        default_factory=dict
    )
    security_requirements: Annotated[list[SecurityRequirement], Field(max_length=16)] = Field(
        default_factory=list
    )
    default_input_modes: Modes
    default_output_modes: Modes
    skills: Annotated[list[AgentSkill], Field(max_length=64)]
    signatures: Annotated[list[AgentCardSignature], Field(max_length=8)] = Field(
        default_factory=list
    )


def read_card(document: dict[str, Any]) -> AgentCard:
    """Raises SbiProblem 400 INVALID_AGENT_CARD."""
    try:
        octets = len(canonical(document))
    except ValueError as error:
        raise invalid_card(f"the card is no I-JSON: {error}") from None
    if octets > MAX_CARD:
        raise invalid_card(f"a card has at most {MAX_CARD} octets")
    try:
        return AgentCard.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise invalid_card(f"{place}: {first['msg']}") from None


def invalid_card(detail: str) -> SbiProblem:
    return SbiProblem(400, "INVALID_AGENT_CARD", detail)
