"""Namc_Identity: an identity is suspended, resumed or retired (A16)."""

from __future__ import annotations

from nfs.amc.identities import Identities
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import IdentityState


def change_identity_state(
    identities: Identities, audit: AuditTrail, aic: str, state: IdentityState
) -> None:
    """Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
    with audit.action("identity.change-state", target=f"agent:{aic}") as entry:
        known = identities.find(aic)
        entry.aic = known.aic
        entry.before, entry.after = {"state": known.state.value}, {"state": state.value}
        identities.change_state(aic, state)
