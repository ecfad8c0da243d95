"""Namc_Credential_AccessToken: one invocation of one capability of one agent (D8 to D11)."""

from __future__ import annotations

import time

from nfs.amc.authority import Authority
from nfs.amc.authorization import policy, scope_not_allowed
from nfs.amc.identities import Identities
from nfs.common.models.amc import AccessTokenRequest, IssuedAccessToken


def issue_access_token(
    identities: Identities, authority: Authority, request: AccessTokenRequest, lifetime: int
) -> IssuedAccessToken:
    """A token for ``actor`` to invoke ``audience``, on behalf of ``subject``.

    Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND, 403 IDENTITY_NOT_ACTIVE for any of the
    three; 403 POLICY when the actor may not act for others, 403 SCOPE_NOT_ALLOWED when the subject
    may not use, or the audience may not offer, the capability.
    """
    actor = identities.active(request.actor)
    subject = identities.active(request.subject)
    audience = identities.active(request.audience)
    if actor.aic != subject.aic and not actor.acts_for_others:
        raise policy("this agent may not act on behalf of another")
    if request.capability not in subject.scope:
        raise scope_not_allowed(f"{request.capability} is not in the scope of {subject.aic}")
    if request.capability not in audience.capabilities:
        raise scope_not_allowed(f"{audience.aic} may not offer {request.capability}")
    expires_at = int(time.time()) + lifetime
    token = authority.token(
        expires_at,
        sub=f"agent:{subject.aic}",
        act={"sub": f"agent:{actor.aic}"},
        aud=f"acps:agent:{audience.aic}",
        scope=request.capability,
    )
    return IssuedAccessToken(access_token=token, expires_at=expires_at)
