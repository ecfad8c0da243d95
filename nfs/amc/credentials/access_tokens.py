"""Namc_Credential_AccessToken: one invocation of one capability of one agent (D6 to D13)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from nfs.amc.config import AmcConfig
from nfs.amc.credentials.authority import Authority
from nfs.amc.identity.identities import Identities, Identity
from nfs.amc.policy import DecisionPoint
from nfs.amc.policy.obligations import token_seconds
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import AccessTokenRequest, IdentityState, IssuedAccessToken
from nfs.common.models.policy import (
    AccessRequest,
    Actor,
    Decision,
    Environment,
    Evidence,
    PolicyResource,
    Reason,
    VerifiedContext,
)
from nfs.common.sbi.problem import SbiProblem

_OUT_OF_SCOPE = frozenset({Reason.SCOPE_MISMATCH, Reason.RESOURCE_UNRESOLVED})


class AccessTokens:
    """Enforces what ``decisions`` decides, and records it."""

    def __init__(
        self,
        config: AmcConfig,
        identities: Identities,
        authority: Authority,
        decisions: DecisionPoint,
        *,
        audit: AuditTrail,
    ) -> None:
        self._config = config
        self._identities = identities
        self._authority = authority
        self._decisions = decisions
        self._audit = audit

    def issue(self, request: AccessTokenRequest) -> IssuedAccessToken:
        """A token for ``actor`` to invoke ``audience``, on behalf of ``subject``.

        Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND, 403 IDENTITY_NOT_ACTIVE for any of
        the three; 403 SCOPE_NOT_ALLOWED when the subject may not use, or the audience may not
        offer, the capability; 403 POLICY for any other denial; 503 POLICY_UNAVAILABLE. Why it was
        denied is in the audit trail only (D13).
        """
        actor, target = f"agent:{request.actor}", f"agent:{request.audience}"
        with self._audit.action("access-token.issue", actor=actor, target=target) as entry:
            subject = self._identities.active(request.subject)
            asked = self._access_request(request, subject)
            entry.aic = request.audience
            decision = self._decisions.decide(asked)
            entry.after = {"subject": asked.primary_subject, "decision": decision.to_json()}
            entry.detail = f"{decision.reason_code}: {request.capability}"
            return self.issue_for(asked, decision)

    def issue_for(
        self, asked: AccessRequest, decision: Decision, domain: str | None = None
    ) -> IssuedAccessToken:
        """As decided; ``domain``: of the agents that it is for, when that is another one.

        Raises SbiProblem 403, 503: see ``issue``."""
        enforce(decision)
        usual = self._config.access_token_seconds
        expires_at = int(time.time()) + token_seconds(decision.obligations, usual)
        token = self._authority.token(
            expires_at,
            sub=asked.primary_subject,
            act={"sub": asked.actor.immediate_actor},
            aud=f"acps:agent:{asked.resource.agent_aic}",
            scope=asked.resource.id,
            domain=domain,
        )
        return IssuedAccessToken(access_token=token, expires_at=expires_at)

    def _access_request(self, request: AccessTokenRequest, subject: Identity) -> AccessRequest:
        """The verified context: what this AMC knows of the agents that its gateway names."""
        actor = self._identities.active(request.actor)
        audience = self._identities.active(request.audience)
        chain = {each.aic: self.evidence(each) for each in (subject, actor)}
        resource = invocation_of(request.capability, audience.aic, audience.capabilities)
        environment = Environment(time=datetime.now(UTC), slice=request.slice, tai=request.tai)
        return access_request(list(chain.values()), resource, environment)

    def evidence(self, identity: Identity) -> Evidence:
        return Evidence(
            kind="identity",
            valid=identity.state is IdentityState.ACTIVE,
            subject=_subject(identity),
            issuer=self._config.amc_id,
            expires_at=identity.valid_until,
            scope=identity.scope,
            acts_for_others=identity.acts_for_others,
        )


def _subject(identity: Identity) -> str:
    return f"agent:{identity.aic}"


def invocation_of(capability: str, agent: str, offered: list[str]) -> PolicyResource:
    return PolicyResource(id=capability, skill_id=capability, agent_aic=agent, offered=offered)


def access_request(
    chain: list[Evidence], resource: PolicyResource, environment: Environment
) -> AccessRequest:
    """``chain``: what was verified of the agents from the origin to the immediate actor."""
    actor = chain[-1].subject
    return AccessRequest(
        primary_subject=chain[0].subject,
        actor=Actor(immediate_actor=actor, actor_chain=[each.subject for each in chain]),
        action="invoke",
        resource=resource,
        environment=environment,
        verified_context=VerifiedContext(peer=actor, evidence=chain),
    )


def enforce(decision: Decision) -> None:
    """Raises SbiProblem for a denial; it tells nothing of the policy (D13)."""
    if not decision.allowed:
        raise _denial(decision)


def _denial(decision: Decision) -> SbiProblem:
    if decision.reason_code is Reason.POLICY_UNAVAILABLE:
        return SbiProblem(503, "POLICY_UNAVAILABLE", "the policy of this network cannot be read")
    if decision.reason_code in _OUT_OF_SCOPE:
        detail = "the capability is not one that these agents may use and offer"
        return SbiProblem(403, "SCOPE_NOT_ALLOWED", detail)
    return SbiProblem(403, "POLICY", "this network does not allow the invocation")
