"""Namc_Authentication (AAAP), Namc_Credential and Namc_Identity (testbed; MACP 4.2, 5.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from nfs.common.models.agw import Capabilities, Identifier, Octets, Registrant
from nfs.common.models.base import SbiModel

MAX_HOSTS = 8


class ClaimedAgent(SbiModel):
    """The agent identity of an AAAP request: claimed, until the AMC has verified the proofs."""

    template: Identifier
    instance: Identifier
    name: Identifier
    public_key: Octets
    proof: Octets


class AuthorizationRequest(SbiModel):
    """AAAP request: agent identity, gateway identity, requested scope (A4, D1)."""

    agent: ClaimedAgent
    gateway_id: Identifier
    requested_scope: Capabilities
    registrant: Registrant


ONTOLOGY = "0"
"""The instance that is the agent template itself (C7), as the serial in its AIC is."""


class EntityAuthorizationRequest(SbiModel):
    """AAAP request for an entity, with the credential of its ontology in place of a registrant's
    proof."""

    ontology_token: Octets
    gateway_id: Identifier
    agent: ClaimedAgent


class Grant(SbiModel):
    """AAAP answer (D14). ``scope``: capabilities the agent may use; those of them that the template
    may offer are ``capabilities``.

    Provider and vendor number are the template's, for the AIC and the ACS; ``aic`` is the one
    that this agent already has, if it is known.
    """

    grant_id: str
    amc_id: str
    agent_ref: str
    scope: list[str]
    capabilities: list[str]
    template_number: str
    vendor_number: str
    provider: dict[str, Any]
    aic: str | None = None
    constraints: dict[str, Any]
    not_before: int
    expires_at: int


Host = Annotated[str, Field(max_length=253, pattern=r"^[0-9A-Za-z_.:-]+$")]
"""A DNS name or an IP address."""


class Confirmation(SbiModel):
    """The AIC that the gateway allocated under a grant; ``hosts``: where the agent serves;
    ``moves_from``: the gateway that it leaves."""

    aic: Identifier
    moves_from: Identifier | None = None
    hosts: list[Host] = Field(default_factory=list, max_length=MAX_HOSTS)


class IssuedCredential(SbiModel):
    """``certificate``: DER in base64, for client authentication; ``token``: JWT bound to it;
    ``expires_at``: Unix seconds; ``server_certificate``: for an agent that serves."""

    certificate: Octets
    token: str
    expires_at: int
    server_certificate: Octets | None = None


class AccessTokenRequest(SbiModel):
    """All three are AICs: ``actor`` invokes ``capability`` of ``audience`` for ``subject``.

    ``slice`` (SST-SD) and ``tai`` (PLMN-TAC): where the request comes from, if the gateway knows.
    """

    actor: Identifier
    subject: Identifier
    audience: Identifier
    capability: Identifier
    slice: Identifier | None = None
    tai: Identifier | None = None


class IssuedAccessToken(SbiModel):
    access_token: str
    expires_at: int


class GatewayCredentialRequest(SbiModel):
    """``public_key``: P-256 JWK; ``proof``: JWS by it of {gatewayId, iat}."""

    gateway_id: Identifier
    public_key: dict[str, Any]
    proof: Octets


class GatewayCredential(SbiModel):
    """A JWT that names the gateway and its key; ``domain``: the AMC's; ``expires_at``: Unix
    seconds."""

    credential: str
    domain: str
    expires_at: int


class AssertionRequest(SbiModel):
    """As AccessTokenRequest, for an agent ``target`` of another ``domain``."""

    actor: Identifier
    subject: Identifier
    target: Identifier
    capability: Identifier
    domain: Identifier


class IssuedAssertion(SbiModel):
    assertion: str


class ExchangeRequest(SbiModel):
    """An assertion of the AMC of ``issuer``, for an access token of this domain (RFC 8693)."""

    issuer: Identifier
    assertion: Annotated[str, Field(min_length=1, max_length=8192)]


class TrustAnchors(SbiModel):
    """PEM certificates of the AMC's CA."""

    certificates: list[str]


class IdentityState(StrEnum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    RETIRED = "RETIRED"


class IdentityStateChange(SbiModel):
    """Suspend or resume an identity; it is retired by DELETE."""

    state: Literal["ACTIVE", "SUSPENDED"]
    reason: Annotated[str, Field(max_length=256)] = ""


class AgentIdentity(SbiModel):
    """An identity as the AMC tells it to those who ask: no owner, no key.

    ``gateways``: where the agent is registered, ``gateway_id`` the one where it was last.
    """

    aic: str
    state: IdentityState
    template: str
    scope: list[str]
    gateway_id: str
    gateways: list[str]
    valid_until: int
    credentials_from: float = 0
    """Unix seconds: credentials issued before are revoked."""
