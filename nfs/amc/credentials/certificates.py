"""The certificates that the AMC issued, until they expire: to whom, and which are revoked (A13)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from cryptography.x509 import ReasonFlags

from nfs.common.models.amc_lifecycle import CertificatePurpose, CertificateStatus
from nfs.common.models.base import SbiModel
from nfs.common.store import NEW, Conflict, Store

OF_AGENTS = "certificates"
ISSUED = "issued-certificates"
REVOKED = "revoked-certificates"
REVISION = "revocation-revision"
KEPT = 32
"""Certificates of one agent that are valid at once, a new one takes the place of the oldest; and as
many revoked ones, by which one sees what became of them."""
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


class _OfAgent(SbiModel):
    certificates: list[Certificate]


class Certificates:
    """By agent, and by serial number: issued, and revoked. Several instances of the AMC share them.

    What is revoked is written down as such before the agent's list says so: after a failure in
    between, doing it again completes it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def revision(self) -> int:
        """Another one after each revocation or release."""
        kept = self._store.get(REVISION, REVISION)
        return kept.version if kept else NEW

    def add(self, aic: str, issued: list[Certificate]) -> None:
        """What was issued to an agent at once."""
        for certificate in issued:
            self._store.put(ISSUED, certificate.serial, {}, ttl=_kept_for(certificate))

        def added(known: list[Certificate]) -> list[Certificate]:
            live = [c for c in known if not c.final]
            surplus = sorted(live, key=lambda c: c.issued_at)[: len(issued) - KEPT]
            revoked = [c for c in known if c.final]
            revoked += [self._revoked(c, ReasonFlags.superseded) for c in surplus]
            return [*revoked[-KEPT:], *(c for c in live if c not in surplus), *issued]

        self._change(aic, added)

    def of(self, aic: str) -> list[Certificate]:
        """Those of an agent that have not expired."""
        now = time.time()
        return [c for c in self._read(aic)[0] if c.expires_at > now]

    def is_issued(self, serial: str) -> bool:
        return self._store.get(ISSUED, serial) is not None

    def revocation(self, serial: str) -> Certificate | None:
        """A certificate that is revoked."""
        kept = self._store.get(REVOKED, serial)
        return Certificate.model_validate(kept.value) if kept else None

    def revoked(self) -> Iterator[Certificate]:
        return (Certificate.model_validate(kept.value) for _, kept in self._store.scan(REVOKED))

    def revoke(self, aic: str, reason: ReasonFlags) -> int:
        """All of an agent that are not revoked for ever; returns how many."""
        revoked: set[str] = set()

        def change(certificate: Certificate) -> Certificate:
            if certificate.final:
                return certificate
            revoked.add(certificate.serial)
            return self._revoked(certificate, reason)

        self._change(aic, lambda known: [change(c) for c in known])
        return len(revoked)

    def hold(self, aic: str) -> None:
        """Revoke until ``release``."""
        self._change(
            aic, lambda known: [self._revoked(c, HOLD) if c.reason is None else c for c in known]
        )

    def release(self, aic: str) -> None:
        self._change(
            aic, lambda known: [self._released(c) if c.reason == HOLD.value else c for c in known]
        )

    def _revoked(self, certificate: Certificate, reason: ReasonFlags) -> Certificate:
        update = {"revoked_at": int(time.time()), "reason": reason.value}
        revoked = certificate.model_copy(update=update)
        self._store.put(REVOKED, revoked.serial, revoked.to_json(), ttl=_kept_for(revoked))
        return revoked

    def _released(self, certificate: Certificate) -> Certificate:
        self._store.delete(REVOKED, certificate.serial)
        return certificate.model_copy(update={"revoked_at": None, "reason": None})

    def _change(self, aic: str, change: Callable[[list[Certificate]], list[Certificate]]) -> None:
        while True:
            known, version = self._read(aic)
            now = time.time()
            changed = change([c for c in known if c.expires_at > now])
            if changed == known:
                return
            kept = _OfAgent(certificates=changed).to_json()
            try:
                self._store.put(
                    OF_AGENTS,
                    aic,
                    kept,
                    expect=version,
                    ttl=max(map(_kept_for, changed), default=0),
                )
            except Conflict:
                continue
            if _revoked(known) != _revoked(changed):
                self._store.put(REVISION, REVISION, {})
            return

    def _read(self, aic: str) -> tuple[list[Certificate], int]:
        kept = self._store.get(OF_AGENTS, aic)
        if kept is None:
            return [], NEW
        return _OfAgent.model_validate(kept.value).certificates, kept.version


def _revoked(certificates: list[Certificate]) -> set[tuple[str, str]]:
    return {(c.serial, c.reason) for c in certificates if c.reason is not None}


def _kept_for(certificate: Certificate) -> float:
    return max(0.0, certificate.expires_at - time.time()) + GRACE
