"""Audit records of an NF (ACPs-spec-AMP v02.01 clause 5.6; requirements P3, P4, O8)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from nfs.common.models.base import SbiModel


class Outcome(StrEnum):
    """``DENIED``: refused for what was asked (4xx); ``FAILED``: it could not be done."""

    SUCCESS = "success"
    DENIED = "denied"
    FAILED = "failed"


class AuditBody(SbiModel):
    """Who did what to what, and how it ended. ``actor``: ``account:``, ``agent:`` or ``nf:`` and
    its identifier; ``cause`` and ``detail``: why not, with what the answer did not say."""

    actor: str
    action: str
    target: str | None = None
    result: Outcome
    cause: str | None = None
    detail: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Integrity(SbiModel):
    """``sig``: base64url ES256 over the RFC 8785 form of the record without ``sig``."""

    alg: Literal["ES256"]
    kid: str
    sig: str


class AuditRecord(SbiModel):
    """``aic``: the agent concerned; ``previous_hash``: SHA-256 (hex) of what the signature of the
    record before is over, a dot, and that signature; zeros for the first."""

    schema_version: str
    log_type: Literal["audit"]
    sequence: int
    timestamp: datetime
    aic: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    correlation_id: str | None = None
    resource: dict[str, str]
    body: AuditBody
    previous_hash: str
    integrity: Integrity


class AuditPage(SbiModel):
    """``next``: what to give as ``after`` for the next page; absent on the last one."""

    records: list[AuditRecord]
    next: int | None = None


class KeySetModel(SbiModel):
    """JWK Set (RFC 7517)."""

    keys: list[dict[str, Any]]
