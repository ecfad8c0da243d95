"""The certificates that the AMC issued, until they expire: to whom, and which are revoked (A13)."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cryptography.x509 import ReasonFlags

from nfs.common.models.amc_lifecycle import CertificatePurpose, CertificateStatus
from nfs.common.models.base import SbiModel
from nfs.common.store import NEW, Store

CERTIFICATES = "certificates"
OF_AGENTS = "certificates-of-agents"
REVOKED = "revoked-certificates"
REVISION = "revocation-revision"
KEPT_LIVE = 32
"""Certificates of one agent that are valid at once; a new one takes the place of the oldest."""
GRACE = 86_400.0
"""Seconds for which an expired certificate is remembered: clocks differ."""
HOLD = ReasonFlags.certificate_hold


class Certificate(SbiModel):
    """Times in Unix seconds; ``serial`` in hexadecimal; ``reason`` as RFC 5280 names it."""

    serial: str
    aic: str
    purpose: CertificatePurpose
    kid: str
    issued_at: float
    expires_at: int
    revoked_at: int | None = None
    reason: str | None = None

    @property
    def final(self) -> bool:
        """Revoked for ever, not only while the identity is suspended."""
        return self.reason not in (None, HOLD.value)

    @property
    def status(self) -> CertificateStatus:
        return CertificateStatus(
            serial=self.serial,
            purpose=self.purpose,
            kid=self.kid,
            expires_at=self.expires_at,
            status="good" if self.revoked_at is None else "revoked",
            reason=self.reason,
            revoked_at=self.revoked_at,
        )


class Certificates:
    """By serial number and by agent. Several instances of the AMC share them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def revision(self) -> int:
        """Another one after each revocation or release."""
        kept = self._store.get(REVISION, REVISION)
        return kept.version if kept else NEW

    def add(self, certificate: Certificate) -> None:
        older = [c for c in self.of(certificate.aic) if not c.final]
        self._put(certificate)
        key = f"{certificate.aic}/{certificate.serial}"
        self._store.put(OF_AGENTS, key, {}, ttl=_kept_for(certificate))
        if surplus := sorted(older, key=lambda c: c.issued_at)[: 1 - KEPT_LIVE]:
            self._revoke(surplus, ReasonFlags.superseded)

    def find(self, serial: str) -> Certificate | None:
        kept = self._store.get(CERTIFICATES, serial)
        return Certificate.model_validate(kept.value) if kept else None

    def of(self, aic: str) -> list[Certificate]:
        """Those of an agent that have not expired."""
        now = time.time()
        keys = (key for key, _ in self._store.scan(OF_AGENTS, f"{aic}/"))
        found = (self.find(key.partition("/")[2]) for key in keys)
        return [c for c in found if c is not None and c.expires_at > now]

    def revoked(self) -> Iterator[Certificate]:
        return (Certificate.model_validate(kept.value) for _, kept in self._store.scan(REVOKED))

    def revoke(self, aic: str, reason: ReasonFlags) -> int:
        """All of an agent that are not revoked for ever; returns how many."""
        return self._revoke([c for c in self.of(aic) if not c.final], reason)

    def hold(self, aic: str) -> None:
        """Revoke until ``release``."""
        self._revoke([c for c in self.of(aic) if c.reason is None], HOLD)

    def release(self, aic: str) -> None:
        held = [c for c in self.of(aic) if c.reason == HOLD.value]
        for certificate in held:
            self._put(certificate.model_copy(update={"revoked_at": None, "reason": None}))
            self._store.delete(REVOKED, certificate.serial)
        if held:
            self._store.put(REVISION, REVISION, {})

    def _revoke(self, certificates: list[Certificate], reason: ReasonFlags) -> int:
        update = {"revoked_at": int(time.time()), "reason": reason.value}
        for certificate in certificates:
            revoked = certificate.model_copy(update=update)
            self._put(revoked)
            self._store.put(REVOKED, revoked.serial, revoked.to_json(), ttl=_kept_for(revoked))
        if certificates:
            self._store.put(REVISION, REVISION, {})
        return len(certificates)

    def _put(self, certificate: Certificate) -> None:
        ttl = _kept_for(certificate)
        self._store.put(CERTIFICATES, certificate.serial, certificate.to_json(), ttl=ttl)


def _kept_for(certificate: Certificate) -> float:
    return max(0.0, certificate.expires_at - time.time()) + GRACE
