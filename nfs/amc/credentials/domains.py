"""Trust between domains: an agent of one is let use an agent of another (A2, F3, O1).

Two steps, as in RFC 8693. The requester's AMC asserts to the target's AMC what its agent may do;
the target's AMC translates the capability, decides, and issues the access token. Neither believes
the other anything beyond its own agents.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from nfs.amc.aaap.authorization import policy
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.access_tokens import AccessTokens, access_request, enforce, invocation_of
from nfs.amc.credentials.authority import Authority
from nfs.amc.identity.identities import Identities
from nfs.amc.policy import DecisionPoint, RuleStore
from nfs.amc.policy.context import Trust
from nfs.common.agents.credentials import (
    ASSERTION_AUDIENCE,
    Assertion,
    TokenVerifier,
    invalid_credential,
)
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import (
    AssertionRequest,
    ExchangeRequest,
    IssuedAccessToken,
    IssuedAssertion,
)
from nfs.common.models.policy import AccessRequest, Environment, Evidence
from nfs.common.nf import NetworkFunction
from nfs.common.store import NEW, Conflict, Store

EXCHANGED = "exchanged-assertions"
ASSERTION_SECONDS = 60


class Domains:
    def __init__(  # noqa: PLR0917 - what an AMC is made of
        self,
        nf: NetworkFunction,
        store: Store,
        config: AmcConfig,
        identities: Identities,
        authority: Authority,
        access_tokens: AccessTokens,
        *,
        rules: RuleStore,
        audit: AuditTrail,
    ) -> None:
        self._store = store
        self._config = config
        self._identities = identities
        self._authority = authority
        self._access_tokens = access_tokens
        self._audit = audit
        own = config.amc_id
        self._decisions = DecisionPoint(rules.current, Trust(issuers=frozenset({own})))
        foreign = Trust(issuers=frozenset(config.trusts), audience=own)
        self._foreign_decisions = DecisionPoint(rules.current, foreign)
        self._verifiers = {name: TokenVerifier(nf, domain=name) for name in config.trusts}

    def vouch(self, request: AssertionRequest) -> IssuedAssertion:
        """Say to the AMC of ``domain`` what an agent of this one may do; whether its agent offers
        it, that AMC knows.

        Raises SbiProblem as AccessTokens.issue; 403 POLICY for a domain that is not trusted.
        """
        target = f"agent:{request.target}"
        with self._audit.action("assertion.issue", target=target) as entry:
            subject = self._identities.active(request.subject)
            actor = self._identities.active(request.actor)
            entry.actor, entry.aic = f"agent:{actor.aic}", subject.aic
            entry.after = {"domain": request.domain, "capability": request.capability}
            if request.domain not in self._config.trusts:
                raise policy("agents of that domain are not used from here")
            chain = {each.aic: self._access_tokens.evidence(each) for each in (subject, actor)}
            resource = invocation_of(request.capability, request.target, [request.capability])
            now = Environment(time=datetime.now(UTC))
            enforce(self._decisions.decide(access_request(list(chain.values()), resource, now)))
        assertion = self._authority.token(
            int(time.time()) + ASSERTION_SECONDS,
            sub=f"agent:{subject.aic}",
            act={"sub": f"agent:{actor.aic}"},
            aud=ASSERTION_AUDIENCE + request.domain,
            scope=request.capability,
            target=request.target,
        )
        return IssuedAssertion(assertion=assertion)

    async def exchange(self, request: ExchangeRequest) -> IssuedAccessToken:
        """An access token for what another domain's AMC asserts; each assertion counts once.

        Raises SbiProblem: 401 CREDENTIAL_INVALID, 403 POLICY or SCOPE_NOT_ALLOWED, 404
        AGENT_NOT_FOUND, 503 POLICY_UNAVAILABLE.
        """
        issuer = request.issuer
        with self._audit.action("assertion.exchange", actor=f"domain:{issuer}") as entry:
            verifier = self._verifiers.get(issuer)
            if verifier is None:
                raise policy("that domain is not trusted here")
            asserted = await verifier.assertion(request.assertion, self._config.amc_id)
            entry.target = f"agent:{asserted.target}"
            self._use_once(issuer, asserted)
            asked = self._translated(issuer, asserted)
            entry.aic = asserted.target
            decision = self._foreign_decisions.decide(asked)
            entry.after = {"subject": asked.primary_subject, "decision": decision.to_json()}
            return self._access_tokens.issue_for(asked, decision, issuer)

    def _use_once(self, issuer: str, asserted: Assertion) -> None:
        key = f"{issuer}/{asserted.token_id}"
        try:
            self._store.put(EXCHANGED, key, {}, expect=NEW, ttl=2 * ASSERTION_SECONDS)
        except Conflict:
            raise invalid_credential() from None

    def _translated(self, issuer: str, asserted: Assertion) -> AccessRequest:
        """What is asked, in the terms of this domain: an unknown capability is in no scope."""
        audience = self._identities.active(asserted.target)
        known = self._config.trusts[issuer].scope
        here = known.get(asserted.capability, asserted.capability)
        scope = [here] if asserted.capability in known else []
        chain = {
            aic: Evidence(
                kind="token",
                valid=True,
                subject=f"agent:{aic}",
                issuer=issuer,
                audience=self._config.amc_id,
                expires_at=int(time.time()) + ASSERTION_SECONDS,
                scope=scope if aic == asserted.subject else [],
                acts_for_others=aic == asserted.actor,
            )
            for aic in (asserted.subject, asserted.actor)
        }
        resource = invocation_of(here, audience.aic, audience.capabilities)
        now = Environment(time=datetime.now(UTC))
        return access_request(list(chain.values()), resource, now)
