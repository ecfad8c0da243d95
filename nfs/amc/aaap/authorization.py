"""AAAP: may this agent, through this gateway, have this scope? (MACP 5.1, requirements D1 to D7)

Anything but a reason to grant is a denial, and a denial leaves nothing in the store.

The scope rule. Everything requested must be in the template's scope, else the request claims what
no agent of this template may have: SCOPE_NOT_ALLOWED names the entries. What is allowed
includes all below it in the taxonomy. Of the rest, what the
subscription does not allow is left out of the grant (D3: asked for a, b, c, granted a, b). If
nothing is left of what was asked for, that is SCOPE_NOT_ALLOWED too. An agent that asks for nothing
is granted nothing: it has an identity, and no rights.

The key of an agent that registers again may be a new one: the registrant vouches for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog

from nfs.amc.aaap.grants import GrantRecord, Grants
from nfs.amc.aaap.registrant_check import check_account, check_possession
from nfs.amc.aaap.registry import Account, Registry, Template
from nfs.amc.config import AmcConfig
from nfs.amc.identity.identities import AgentRef, Identities
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import (
    ONTOLOGY,
    AuthorizationRequest,
    EntityAuthorizationRequest,
    Grant,
    IdentityState,
)
from nfs.common.sbi.problem import SbiProblem
from nfs.semantics.vocabulary import matches

log = structlog.get_logger("amc")


class Authorization:
    def __init__(
        self,
        config: AmcConfig,
        registry: Registry,
        identities: Identities,
        grants: Grants,
        audit: AuditTrail,
    ) -> None:
        self._config = config
        self._registry = registry
        self._identities = identities
        self._grants = grants
        self._audit = audit

    def authorize(self, request: AuthorizationRequest) -> Grant:
        """As ``_authorize``, and into the audit trail: a grant or a denial."""
        actor = f"account:{request.registrant.account}"
        target = f"template:{request.agent.template}"
        with self._audit.action("agent.authorize", actor=actor, target=target) as entry:
            grant = self._authorize(request)
            entry.aic = grant.aic
            entry.after = {"gatewayId": request.gateway_id, "scope": grant.scope}
        return grant

    def _authorize(self, request: AuthorizationRequest) -> Grant:
        """Raises SbiProblem 403: CREDENTIAL_INVALID, UNKNOWN_AGENT, SUBSCRIPTION_NOT_ALLOWED,
        SCOPE_NOT_ALLOWED, POLICY."""
        if request.gateway_id not in self._config.gateways:
            raise policy(f"the gateway {request.gateway_id!r} is not one of this AMC's")
        account = check_account(self._registry, request, self._config.proof_seconds)
        template = self._template(request)
        check_possession(request.agent)
        _check_subscription(request, template, account)
        scope = granted_scope(request, template)
        ref = AgentRef.of(request.registrant, request.agent.template, request.agent.instance)
        grant = self.grant(request, template, ref, scope)
        log.info("agent authorised", agent_ref=grant.agent_ref, scope=scope)
        return grant

    def _template(self, request: AuthorizationRequest) -> Template:
        name = request.agent.template
        template = self._registry.templates.get(name)
        if template is None:
            raise SbiProblem(403, "UNKNOWN_AGENT", f"there is no agent template {name!r}")
        if template.suspended:
            raise policy(f"the agent template {name!r} is suspended")
        if not self._identities.approvals.holds(name):
            raise policy(f"the agent template {name!r} is not approved")
        if request.registrant.account not in template.accounts:
            raise policy(f"this account may not register agents of the template {name!r}")
        return template

    def grant(
        self,
        request: AuthorizationRequest | EntityAuthorizationRequest,
        template: Template,
        ref: AgentRef,
        scope: list[str],
    ) -> Grant:
        """Keep what was decided until it is confirmed. Raises SbiProblem 403 POLICY."""
        known = self._identities.of_agent(ref)
        if known is not None and known.state is not IdentityState.ACTIVE:
            raise policy("the agent's identity is suspended")
        if known is None and self._identities.count(ref) >= template.agents_per_registrant:
            raise policy(
                f"a registrant has at most {template.agents_per_registrant} agents of a template"
            )
        now = int(time.time())
        grant = Grant(
            grant_id=self._grants.new_id(),
            amc_id=self._config.amc_id,
            agent_ref=str(ref),
            scope=scope,
            capabilities=[c for c in scope if _covered(c, template.capabilities)],
            template_number=template.number,
            vendor_number=template.vendor,
            provider=template.provider,
            aic=known.aic if known else None,
            constraints={},
            not_before=now,
            expires_at=now + self._config.grant_seconds,
        )
        record = GrantRecord(
            grant=grant,
            gateway_id=request.gateway_id,
            template=request.agent.template,
            public_key=request.agent.public_key,
            ontology=request.agent.instance == ONTOLOGY,
        )
        self._grants.keep(record)
        return grant


def granted_scope(request: AuthorizationRequest, template: Template) -> list[str]:
    """See the scope rule above. Raises SbiProblem SCOPE_NOT_ALLOWED."""
    requested = list(dict.fromkeys(request.requested_scope))
    if foreign := [entry for entry in requested if not _covered(entry, template.usable)]:
        named = ", ".join(foreign)
        raise scope_not_allowed(f"not in the scope of {request.agent.template}: {named}")
    subscriber = request.registrant.on_behalf_of
    if subscriber is None:
        return requested
    granted = [entry for entry in requested if _covered(entry, subscriber.scope)]
    if requested and not granted:
        named = ", ".join(requested)
        raise scope_not_allowed(f"the subscription allows nothing of what was asked for: {named}")
    return granted


def _covered(entry: str, allowed: Iterable[str]) -> bool:
    """Whether ``entry`` is allowed, itself or as a kind of what is."""
    return any(matches(each, entry) for each in allowed)


def _check_subscription(
    request: AuthorizationRequest, template: Template, account: Account
) -> None:
    subscriber = request.registrant.on_behalf_of
    if template.subscriber != (subscriber is not None):
        whose = "only on behalf of a subscriber" if template.subscriber else "for no subscriber"
        raise policy(f"agents of {request.agent.template} are registered {whose}")
    if subscriber is None:
        return
    if request.agent.instance == ONTOLOGY:
        raise policy("an ontology belongs to no subscriber")
    if not account.on_behalf_of:
        raise policy("this account may not register for subscribers")
    if not subscriber.agents_allowed:
        detail = "the subscription does not include agents"
        raise SbiProblem(403, "SUBSCRIPTION_NOT_ALLOWED", detail)


def policy(detail: str) -> SbiProblem:
    return SbiProblem(403, "POLICY", detail)


def scope_not_allowed(detail: str) -> SbiProblem:
    return SbiProblem(403, "SCOPE_NOT_ALLOWED", detail)
