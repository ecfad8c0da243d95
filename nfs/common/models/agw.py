"""Nagw_Registration (ARP), Nagw_Discovery and Nagw_Routing (testbed; MACP 5.1 to 5.3)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from nfs.common.models.base import SbiModel

MAX_CAPABILITIES = 64

Identifier = Annotated[str, Field(min_length=1, max_length=128)]
Octets = Annotated[str, Field(min_length=1, max_length=8192)]
"""Base64 (RFC 4648 clause 4)."""
Capabilities = Annotated[list[Identifier], Field(max_length=MAX_CAPABILITIES)]


class AgentState(StrEnum):
    """State of a stored agent (requirements C9). Only REGISTERED agents are chosen."""

    REGISTERED = "REGISTERED"
    SUSPENDED = "SUSPENDED"


class CmState(StrEnum):
    """Connection of the UE that an agent is on (TS 23.501 clause 5.3.3); that of an idle one is
    reached by paging (L13)."""

    IDLE = "CM-IDLE"
    CONNECTED = "CM-CONNECTED"


class OnBehalfOf(SbiModel):
    """A subscriber, known by a pseudonym only (C8), and what the subscription allows."""

    pseudonym: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    agents_allowed: bool
    scope: Capabilities


class Registrant(SbiModel):
    """Who registers the agent. ``proof``: see ``nfs.common.registrant``."""

    account: Identifier
    proof: Annotated[str, Field(min_length=1, max_length=16_384)]
    on_behalf_of: OnBehalfOf | None = None


class RegistrationRequest(SbiModel):
    """ARP request. ``proof`` is the agent key's ECDSA over ``nfs.protocols.agent.proof_input``;
    ``moves_from``: the gateway that the agent leaves for this one (C10)."""

    template: Identifier
    instance: Identifier
    name: Annotated[str, Field(min_length=1, max_length=128)]
    description: Annotated[str, Field(max_length=2048)] | None = None
    capabilities: Capabilities
    requested_scope: Capabilities
    public_key: Octets
    proof: Octets
    end_point: Annotated[str, Field(max_length=2048)] | None = None
    entity_meta: dict[str, Any] | None = None
    registrant: Registrant
    moves_from: Identifier | None = None


class LocalBind(SbiModel):
    """What a registered agent gets (C4). ``valid_until``: Unix seconds; ``certificate``: DER, for
    client authentication; ``server_certificate``: also, for an agent with an end point."""

    aic: str
    capability_ids: list[str]
    scope: list[str]
    gateway_id: str
    valid_until: int
    certificate: Octets
    token: str
    acs: dict[str, Any]
    server_certificate: Octets | None = None
    trust_anchors: list[str] | None = None


class AgentRecord(SbiModel):
    """A Local Bind without the credential, as anybody may read it."""

    aic: str
    capability_ids: list[str]
    scope: list[str]
    gateway_id: str
    valid_until: int
    acs: dict[str, Any]
    state: AgentState


class AgentSummary(SbiModel):
    """One line of the list of agents."""

    aic: str
    name: str
    template: str
    capability_ids: list[str]
    scope: list[str]
    state: AgentState
    end_point: str | None = None
    on_behalf_of: bool


class AgentList(SbiModel):
    agents: list[AgentSummary]


class StateChange(SbiModel):
    """Without ``cm_state`` that of the agent's UE is not known, or it is on none.

    ``hidden``: others neither find the agent nor reach it; without it, that is as before.
    """

    state: AgentState
    cm_state: CmState | None = None
    hidden: bool | None = None


class DiscoveredAgent(SbiModel):
    aic: str
    name: str
    capability_ids: list[str]
    acs: dict[str, Any]
    state: AgentState
    cm_state: CmState | None = None


class DiscoveryResult(SbiModel):
    """Empty when nothing matches (ADP v02.01)."""

    agents: list[DiscoveredAgent]


class ResolutionRequest(SbiModel):
    """A semantic request: who can do ``capability``, for the agent ``on_behalf_of`` (AIC)."""

    capability: Identifier
    on_behalf_of: Identifier | None = None
    constraints: dict[str, Any] | None = None


class Target(SbiModel):
    aic: str
    name: str
    end_point: str


class Resolution(SbiModel):
    """The chosen agent and the token to invoke it with; ``expires_at`` in Unix seconds.

    ``route``: the gateways from the one that was asked to the agent's; ``reverse_path``: those that
    the answer came back through.
    """

    capability_id: str
    target: Target
    access_token: str
    expires_at: int
    route: list[str]
    reverse_path: list[str]
