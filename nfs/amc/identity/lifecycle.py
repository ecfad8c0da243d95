"""Namc_Identity and Namc_Credential_Revoke: an identity and its credentials change together (A3).

Suspended: its certificates are on hold. Retired: they are revoked. Revoked: the identity is
suspended. Every change is in the history of the identity, and gateways are told of it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from cryptography.x509 import ReasonFlags

from nfs.amc.credentials.certificates import Certificates
from nfs.amc.credentials.credentials import after_all_issued
from nfs.amc.identity.event_log import EventLog
from nfs.amc.identity.identities import Identities, Identity
from nfs.amc.identity.subscriptions import Subscriptions
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import IdentityState
from nfs.common.models.amc_lifecycle import IdentityChange, IdentityEvent, Revoked

REASONS = (
    ReasonFlags.unspecified,
    ReasonFlags.key_compromise,
    ReasonFlags.ca_compromise,
    ReasonFlags.affiliation_changed,
    ReasonFlags.superseded,
    ReasonFlags.cessation_of_operation,
)
"""By their number in RFC 5280 clause 5.3.1."""

_EVENTS = {
    IdentityState.ACTIVE: IdentityChange.RESUMED,
    IdentityState.SUSPENDED: IdentityChange.SUSPENDED,
    IdentityState.RETIRED: IdentityChange.RETIRED,
}

log = structlog.get_logger("amc")


class Lifecycle:
    """Every method raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND, also for a retired
    agent. What has been done already is told again, and changes nothing."""

    def __init__(
        self,
        identities: Identities,
        certificates: Certificates,
        events: EventLog,
        subscriptions: Subscriptions,
        *,
        audit: AuditTrail,
    ) -> None:
        self._audit = audit
        self._identities = identities
        self._certificates = certificates
        self._events = events
        self._subscriptions = subscriptions

    def to_state(self, aic: str, state: IdentityState, reason: str) -> None:
        """Suspend, resume or retire. What was revoked stays so when an identity is resumed."""
        with self._audit.action("identity.change-state", target=f"agent:{aic}") as entry:
            entry.after, entry.detail = {"state": state.value}, reason or None
            former, identity = self._to_state(aic, state, reason)
            entry.aic, entry.before = identity.aic, {"state": former.value}

    def _to_state(
        self, aic: str, state: IdentityState, reason: str
    ) -> tuple[IdentityState, Identity]:
        """The former state, and the identity as it is now."""
        event = _EVENTS[state]
        former = state

        def change(identity: Identity) -> Identity:
            nonlocal former
            former = identity.state
            if former is state:
                return identity
            return identity.changed(event, reason, state=state)

        identity = self._identities.update(aic, change)
        match state:
            case IdentityState.ACTIVE:
                self._certificates.release(identity.aic)
            case IdentityState.SUSPENDED:
                self._certificates.hold(identity.aic)
            case IdentityState.RETIRED:
                self._certificates.revoke(identity.aic, ReasonFlags.cessation_of_operation)
        self.publish(identity, event, reason)
        return former, identity

    def revoke(self, aic: str, code: int) -> Revoked:
        """All credentials of an agent (A13); ``code``: index of REASONS."""
        with self._audit.action("credential.revoke", target=f"agent:{aic}") as entry:
            revoked = self._revoke(aic, code)
            entry.aic = revoked.aic
            entry.after = {"reason": revoked.reason, "revoked": revoked.revoked}
        return revoked

    def _revoke(self, aic: str, code: int) -> Revoked:
        reason = REASONS[code]
        update = {"state": IdentityState.SUSPENDED, "credentials_from": after_all_issued()}
        identity = self._identities.update(
            aic, lambda i: i.changed(IdentityChange.REVOKED, reason.value, **update)
        )
        revoked = self._certificates.revoke(identity.aic, reason)
        event = self.publish(identity, IdentityChange.REVOKED, reason.value)
        return Revoked(
            aic=identity.aic, reason=reason.value, revoked_at=event.time, revoked=revoked
        )

    def publish(self, identity: Identity, event: IdentityChange, reason: str) -> IdentityEvent:
        """Log what has happened to an identity, and tell the gateways."""
        told = self._events.append(
            IdentityEvent(
                log_id="",
                seq=0,
                event=event,
                aic=identity.aic,
                state=identity.state,
                reason=reason,
                time=datetime.now(UTC),
                change=identity.change,
                credentials_from=identity.credentials_from,
                valid_until=identity.valid_until,
            )
        )
        self._subscriptions.tell(told)
        log.info("identity changed", aic=identity.aic, change=event.value, reason=reason)
        return told
