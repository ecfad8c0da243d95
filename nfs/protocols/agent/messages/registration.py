"""The UE's agent gets its identity, keeps it up to date, and gives it back."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.agent.elements import (
    Acs,
    AgentName,
    Aic,
    Capabilities,
    CapabilityIds,
    Cause,
    Credential,
    Description,
    DiagnosticText,
    Gateway,
    Instance,
    Proof,
    PublicKey,
    Scope,
    Template,
    Token,
    ValidUntil,
)
from nfs.protocols.agent.messages.message import AgentMessage


@dataclass(frozen=True, slots=True)
class AgentRegistrationRequest(AgentMessage):
    """``public_key``: DER SubjectPublicKeyInfo; ``proof``: its signature over ``proof_input``."""

    MESSAGE_TYPE = 0x41
    NAME = "AGENT REGISTRATION REQUEST"

    template: Template
    instance: Instance
    name: AgentName
    description: Description | None
    capabilities: Capabilities
    scope: Scope
    public_key: PublicKey
    proof: Proof


@dataclass(frozen=True, slots=True)
class AgentRegistrationAccept(AgentMessage):
    """``valid_until``: Unix seconds; ``credential``: X.509 DER; ``token``: JWT; ``acs``: JSON."""

    MESSAGE_TYPE = 0x42
    NAME = "AGENT REGISTRATION ACCEPT"

    aic: Aic
    capability_ids: CapabilityIds
    scope: Scope
    gateway: Gateway
    valid_until: ValidUntil
    credential: Credential
    token: Token
    acs: Acs | None = None


@dataclass(frozen=True, slots=True)
class AgentRegistrationReject(AgentMessage):
    MESSAGE_TYPE = 0x43
    NAME = "AGENT REGISTRATION REJECT"

    cause: Cause
    text: DiagnosticText | None = None


@dataclass(frozen=True, slots=True)
class AgentDeregistrationRequest(AgentMessage):
    MESSAGE_TYPE = 0x44
    NAME = "AGENT DEREGISTRATION REQUEST"

    aic: Aic


@dataclass(frozen=True, slots=True)
class AgentDeregistrationAccept(AgentMessage):
    MESSAGE_TYPE = 0x45
    NAME = "AGENT DEREGISTRATION ACCEPT"


@dataclass(frozen=True, slots=True)
class AgentConfigurationUpdate(AgentMessage):
    """From the network: what is present replaces what AGENT REGISTRATION ACCEPT brought."""

    MESSAGE_TYPE = 0x46
    NAME = "AGENT CONFIGURATION UPDATE"

    acs: Acs | None = None
    scope: Scope | None = None
    valid_until: ValidUntil | None = None
    credential: Credential | None = None
    token: Token | None = None
