"""Is the context of a request verified? The clauses of AAC 5 that need no rule, in order (D7).

What an agent says of itself is no evidence (D12): only what the caller has verified is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nfs.common.models.policy import MAX_CHAIN, AccessRequest, Evidence, Reason
from nfs.semantics.vocabulary import matches

ACTIONS = frozenset({"invoke"})


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose evidence counts, and for whom it must have been made (None: for no audience)."""

    issuers: frozenset[str]
    audience: str | None = None


def flaw(request: AccessRequest, trust: Trust) -> Reason | None:
    """The first clause that the request does not meet."""
    return next(_flaws(request, trust), None)


def _flaws(request: AccessRequest, trust: Trust) -> Iterator[Reason]:
    yield from _identity_flaws(request)
    for evidence in request.verified_context.evidence:
        yield from _evidence_flaws(request, evidence, trust)
    yield from _right_flaws(request)


def _identity_flaws(request: AccessRequest) -> Iterator[Reason]:
    context, actor = request.verified_context, request.actor
    proven = {evidence.subject for evidence in context.evidence}
    if context.peer is None or not {request.primary_subject, *actor.actor_chain} <= proven:
        yield Reason.NO_CREDENTIAL
    if context.sender_id is not None and context.sender_id != context.peer:
        yield Reason.SENDER_MISMATCH
    if not _is_chain(actor.actor_chain, request.primary_subject, actor.immediate_actor):
        yield Reason.ACTOR_MISMATCH
    if actor.immediate_actor != context.peer:
        yield Reason.ACTOR_MISMATCH


def _is_chain(chain: list[str], origin: str, last: str) -> bool:
    """Ordered from the origin to the immediate actor, nobody twice (D8)."""
    ends = chain[:1] == [origin] and chain[-1:] == [last]
    return ends and len(set(chain)) == len(chain) <= MAX_CHAIN


def _evidence_flaws(request: AccessRequest, evidence: Evidence, trust: Trust) -> Iterator[Reason]:
    if not evidence.valid:
        yield Reason.CREDENTIAL_INVALID
    if evidence.issuer not in trust.issuers:
        yield Reason.ISSUER_MISMATCH
    if evidence.audience != trust.audience:
        yield Reason.AUDIENCE_MISMATCH
    if evidence.expires_at is None or evidence.expires_at <= request.environment.time.timestamp():
        yield Reason.EXPIRED
    context = request.verified_context
    shown_by_peer = evidence.bound_to is not None and evidence.subject == context.peer
    if shown_by_peer and evidence.bound_to != context.peer_certificate:
        yield Reason.BINDING_MISMATCH


def _right_flaws(request: AccessRequest) -> Iterator[Reason]:
    """The scope of the primary subject decides; those it went through grant nothing (D8)."""
    resource, evidence = request.resource, request.verified_context.evidence
    if request.action not in ACTIONS:
        yield Reason.ACTION_UNRESOLVED
    skill = resource.skill_id
    if resource.agent_aic is None or skill is None or resource.id != skill:
        yield Reason.RESOURCE_UNRESOLVED
        return
    if not any(matches(offered, skill) for offered in resource.offered):
        yield Reason.RESOURCE_UNRESOLVED
    actor = request.actor.immediate_actor
    may_act = any(e.acts_for_others for e in evidence if e.subject == actor)
    if actor != request.primary_subject and not may_act:
        yield Reason.IMPERSONATION
    scope = [s for e in evidence if e.subject == request.primary_subject for s in e.scope]
    if not any(matches(granted, skill) for granted in scope):
        yield Reason.SCOPE_MISMATCH
