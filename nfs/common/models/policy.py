"""Namc_Policy: rules and decisions (ACPs-spec-AAC v02.02; requirements D6 to D9)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from nfs.common.models.agw import Identifier
from nfs.common.models.base import SbiModel

MAX_CHAIN = 8

Patterns = Annotated[list[Identifier], Field(min_length=1, max_length=64)]
"""Identifiers; one that ends in ``*`` stands for all that begin so."""
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]


class _RuleModel(SbiModel):
    """An attribute that is not known would make a rule wider than it was meant: it is refused."""

    model_config = ConfigDict(extra="forbid")


class Effect(StrEnum):
    PERMIT = "PERMIT"
    DENY = "DENY"


class TimeWindow(_RuleModel):
    """``daily_from`` and ``daily_until``: UTC; a window may go over midnight."""

    not_before: AwareDatetime | None = None
    not_after: AwareDatetime | None = None
    daily_from: TimeOfDay | None = None
    daily_until: TimeOfDay | None = None


class Conditions(_RuleModel):
    """All that are given must hold. ``max_chain_depth``: agents behind the one it began with."""

    subjects: Patterns | None = None
    actors: Patterns | None = None
    capabilities: Patterns | None = None
    time: TimeWindow | None = None
    slices: Patterns | None = None
    areas: Patterns | None = None
    max_chain_depth: Annotated[int, Field(ge=0, lt=MAX_CHAIN)] | None = None


class Obligation(_RuleModel):
    """What must be done for a permission to hold; ``max-token-seconds`` is known here."""

    name: Identifier
    seconds: Annotated[int, Field(ge=1, le=86_400)] | None = None


class PolicyRule(_RuleModel):
    id: RuleId
    description: Annotated[str, Field(max_length=512)] = ""
    effect: Effect
    conditions: Conditions = Conditions()
    obligations: Annotated[list[Obligation], Field(max_length=8, default_factory=list)]


class PolicyRules(SbiModel):
    rules: list[PolicyRule]


class Evidence(SbiModel):
    """What was verified of ``subject``, and found valid or not; None was not in it.

    ``bound_to``: thumbprint of the certificate it is bound to; ``acts_for_others``: may be the
    actor of another's request.
    """

    kind: Literal["identity", "token", "certificate", "session", "delegation"]
    valid: bool
    subject: str
    issuer: str | None = None
    audience: str | None = None
    expires_at: int | None = None
    scope: list[str] = Field(default_factory=list)
    bound_to: str | None = None
    acts_for_others: bool = False


class Actor(SbiModel):
    """``actor_chain``: from the origin to the immediate actor, which is its last (D8)."""

    immediate_actor: str
    actor_chain: list[str]
    delegation_id: str | None = None
    authorization_events: list[str] = Field(default_factory=list)


class PolicyResource(SbiModel):
    """``id`` and ``skill_id``: the capability; ``offered``: what the agent may offer."""

    type: Literal["capability"] = "capability"
    id: str
    owner_subject: str | None = None
    agent_aic: str | None = None
    skill_id: str | None = None
    tenant_id: str | None = None
    offered: list[str] = Field(default_factory=list)


class Environment(SbiModel):
    """``slice`` and ``tai`` where the request comes from, when the gateway knows."""

    time: AwareDatetime
    slice: str | None = None
    tai: str | None = None


class VerifiedContext(SbiModel):
    """``peer``: whom the transport authenticated, and the thumbprint of its certificate;
    ``sender_id``: who the message says it is from."""

    peer: str | None = None
    peer_certificate: str | None = None
    sender_id: str | None = None
    evidence: list[Evidence] = Field(default_factory=list)


class AccessRequest(SbiModel):
    """The AuthorizationRequest of AAC 6.6. Subjects are ``agent:``, ``human:`` or ``service:``."""

    primary_subject: str
    actor: Actor
    action: str
    resource: PolicyResource
    environment: Environment
    verified_context: VerifiedContext


class Reason(StrEnum):
    """Why a decision is as it is. For the audit trail: answers say less (D13)."""

    PERMITTED = "PERMITTED"
    NO_CREDENTIAL = "NO_CREDENTIAL"
    CREDENTIAL_INVALID = "CREDENTIAL_INVALID"
    ISSUER_MISMATCH = "ISSUER_MISMATCH"
    AUDIENCE_MISMATCH = "AUDIENCE_MISMATCH"
    EXPIRED = "EXPIRED"
    SCOPE_MISMATCH = "SCOPE_MISMATCH"
    ACTOR_MISMATCH = "ACTOR_MISMATCH"
    BINDING_MISMATCH = "BINDING_MISMATCH"
    SENDER_MISMATCH = "SENDER_MISMATCH"
    ACTION_UNRESOLVED = "ACTION_UNRESOLVED"
    RESOURCE_UNRESOLVED = "RESOURCE_UNRESOLVED"
    IMPERSONATION = "IMPERSONATION"
    POLICY_UNAVAILABLE = "POLICY_UNAVAILABLE"
    PROHIBITED = "PROHIBITED"
    NOT_PERMITTED = "NOT_PERMITTED"
    OBLIGATION_UNMET = "OBLIGATION_UNMET"


class Decision(SbiModel):
    """``rule_ids``: the rules that it follows from."""

    allowed: bool
    reason_code: Reason
    obligations: list[Obligation] = Field(default_factory=list)
    rule_ids: list[str] = Field(default_factory=list)
