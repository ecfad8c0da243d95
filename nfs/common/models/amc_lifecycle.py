"""Namc_Identity and Namc_Credential: lifecycle of identities, keys and credentials (A12 to A16)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from nfs.common.models.agw import Identifier, Octets
from nfs.common.models.amc import AgentIdentity, IdentityState
from nfs.common.models.base import SbiModel

MAX_REASON = 256

Reason = Annotated[str, Field(max_length=MAX_REASON)]
Proof = Annotated[str, Field(min_length=1, max_length=4096)]
"""See ``nfs.common.agents.key_proof``."""


class IdentityChange(StrEnum):
    """What happens to an identity; CREATED is told to nobody."""

    CREATED = "CREATED"
    SUSPENDED = "SUSPENDED"
    RESUMED = "RESUMED"
    REVOKED = "REVOKED"
    """All its credentials; it is suspended then, until resumed and registered again."""
    ROTATED = "ROTATED"
    """It has a new key; credentials of the one before are revoked."""
    RETIRED = "RETIRED"


class HistoryEntry(SbiModel):
    time: datetime
    event: IdentityChange
    state: IdentityState
    reason: Reason


class IdentityHistory(SbiModel):
    """The newest changes of an identity, oldest first."""

    aic: str
    history: list[HistoryEntry]


class IdentityEntry(AgentIdentity):
    """One of a list; ``change`` counts the changes of this identity."""

    change: int


class IdentityList(SbiModel):
    """``next``: what ``after`` is for the page behind this one."""

    identities: list[IdentityEntry]
    next: str | None = None


class IdentityEvent(SbiModel):
    """A notification. Gateways take the events of a log in the order of ``seq``.

    ``credentials_from``: Unix seconds; credentials issued before are revoked. ``valid_until``: when
    the last credential of the agent ends.
    """

    log_id: str
    seq: int
    event: IdentityChange
    aic: str
    state: IdentityState
    reason: str
    time: datetime
    change: int
    credentials_from: float
    valid_until: int


class IdentityChanges(SbiModel):
    """Events behind a sequence number, as many as fit; ``last_seq`` is the newest there is."""

    log_id: str
    last_seq: int
    changes: list[IdentityEvent]


class IdentitySubscription(SbiModel):
    """The same URI again renews the subscription."""

    gateway_id: Identifier
    notification_uri: Annotated[
        str, Field(max_length=2048, pattern=r"^https?://[^/?#@\s]+/[a-z-]+-callback/[^?#\s]+$")
    ]


class GrantedSubscription(IdentitySubscription):
    """``expires_at``: Unix seconds; ``last_seq`` of the log ``log_id`` happened before."""

    subscription_id: str
    expires_at: int
    log_id: str
    last_seq: int


class ApprovalState(StrEnum):
    """Of an agent template (A14)."""

    DRAFT = "DRAFT"
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class ApprovalChange(SbiModel):
    state: ApprovalState
    reason: Reason = ""


class ApprovalEntry(SbiModel):
    time: datetime
    state: ApprovalState
    reason: Reason


class Approval(SbiModel):
    """Of one template: its state, and how it came to it, oldest first."""

    template: str
    state: ApprovalState
    history: list[ApprovalEntry]


class RevocationRequest(SbiModel):
    """``reason``: CRLReason of RFC 5280 clause 5.3.1, those of them that are final (A13)."""

    aic: Identifier
    reason: Annotated[int, Field(ge=0, le=5, strict=True)]


class Revoked(SbiModel):
    """``revoked``: how many certificates."""

    aic: str
    reason: str
    revoked_at: datetime
    revoked: int


class RenewalRequest(SbiModel):
    """A certificate for the key that the agent has."""

    aic: Identifier
    proof: Proof


class RotationRequest(SbiModel):
    """``public_key``: the new one, which both keys sign: ``proof`` is the old one's."""

    aic: Identifier
    public_key: Octets
    proof: Proof
    new_key_proof: Proof


class CertificatePurpose(StrEnum):
    CLIENT = "clientAuth"
    SERVER = "serverAuth"


class CertificateStatus(SbiModel):
    """``kid`` names the key, ``serial`` is in hexadecimal; times in Unix seconds."""

    serial: str
    purpose: CertificatePurpose
    kid: str
    expires_at: int
    status: Literal["good", "revoked"]
    reason: str | None = None
    revoked_at: int | None = None


class CredentialStatus(SbiModel):
    """The state of an identity and of its certificates that have not expired."""

    aic: str
    state: IdentityState
    credentials_from: float
    certificates: list[CertificateStatus]


class KeyEntry(SbiModel):
    """A public key of an agent as JWK (RFC 7517); ``until`` is absent for the one in use."""

    kid: str
    jwk: dict[str, Any]
    since: int
    until: int | None = None


class KeyHistory(SbiModel):
    aic: str
    keys: list[KeyEntry]
