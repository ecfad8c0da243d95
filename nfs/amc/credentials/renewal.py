"""Namc_Credential: a new certificate for the same key; a new key that the old one vouches for."""

from __future__ import annotations

import base64
import binascii
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ReasonFlags
from joserfc.jwk import ECKey

from nfs.amc.aaap.registrant_check import credential_invalid, public_key
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.certificates import Certificates
from nfs.amc.credentials.credentials import Credentials, after_all_issued
from nfs.amc.credentials.key_history import KeyHistories, key_id
from nfs.amc.identity.identities import Identities, Identity
from nfs.amc.identity.lifecycle import Lifecycle
from nfs.common.agents.key_proof import KeyClaim
from nfs.common.audit import AuditTrail
from nfs.common.models.amc import IssuedCredential
from nfs.common.models.amc_lifecycle import IdentityChange, RenewalRequest, RotationRequest
from nfs.common.sbi.problem import SbiProblem

DAY = 86_400


class Renewal:
    """Both raise SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND, 403 IDENTITY_NOT_ACTIVE,
    CREDENTIAL_EXPIRED (also when revoked: the agent is to be registered again),
    CREDENTIAL_INVALID."""

    def __init__(
        self,
        *,
        config: AmcConfig,
        identities: Identities,
        keys: KeyHistories,
        certificates: Certificates,
        credentials: Credentials,
        lifecycle: Lifecycle,
        audit: AuditTrail,
    ) -> None:
        self._audit = audit
        self._config = config
        self._identities = identities
        self._keys = keys
        self._certificates = certificates
        self._credentials = credentials
        self._lifecycle = lifecycle

    def renew(self, request: RenewalRequest) -> IssuedCredential:
        """Certificates before it stay valid until they expire."""
        with self._audit.action("credential.renew", target=f"agent:{request.aic}") as entry:
            issued = self._renew(request)
            entry.after = {"validUntil": issued.expires_at}
        return issued

    def _renew(self, request: RenewalRequest) -> IssuedCredential:
        identity, key = self._known(request.aic)
        claim = KeyClaim("renew", identity.aic, self._config.amc_id, key.thumbprint())
        self._check(claim, request.proof, key)
        update = {"valid_until": self._valid_until()}
        renewed = self._identities.update(identity.aic, lambda i: i.model_copy(update=update))
        return self._credentials.issue(renewed, _public(key))

    def rotate(self, request: RotationRequest) -> IssuedCredential:
        """Certificates and tokens of the key before are revoked as superseded."""
        with self._audit.action("credential.rotate", target=f"agent:{request.aic}") as entry:
            issued = self._rotate(request)
            entry.after = {"validUntil": issued.expires_at}
        return issued

    def _rotate(self, request: RotationRequest) -> IssuedCredential:
        identity, old = self._known(request.aic)
        new = public_key(_octets(request.public_key))
        claim = KeyClaim("rotate", identity.aic, self._config.amc_id, key_id(new))
        self._check(claim, request.proof, old)
        self._check(claim, request.new_key_proof, ECKey.import_key(new))
        if not self._keys.replace(identity.aic, old.thumbprint(), new):
            raise credential_invalid("the new key was used before, or the old one is not in use")
        update = {"valid_until": self._valid_until(), "credentials_from": after_all_issued()}
        reason = ReasonFlags.superseded
        rotated = self._identities.update(
            identity.aic, lambda i: i.changed(IdentityChange.ROTATED, reason.value, **update)
        )
        self._certificates.revoke(identity.aic, reason)
        issued = self._credentials.issue(rotated, new)
        self._lifecycle.publish(rotated, IdentityChange.ROTATED, reason.value)
        return issued

    def _known(self, aic: str) -> tuple[Identity, ECKey]:
        identity = self._identities.active(aic)
        key = self._keys.current(identity.aic)
        valid = any(c.reason is None for c in self._certificates.of(identity.aic))
        if key is None or not valid:
            detail = "the agent has no valid credential: it is to be registered again"
            raise SbiProblem(403, "CREDENTIAL_EXPIRED", detail)
        return identity, key

    def _check(self, claim: KeyClaim, proof: str, key: ECKey) -> None:
        if not claim.is_signed(proof, key, self._config.proof_seconds):
            raise credential_invalid("a proof of possession of a key is wrong or stale")

    def _valid_until(self) -> int:
        return int(time.time()) + self._config.credential_days * DAY


def _public(key: ECKey) -> ec.EllipticCurvePublicKey:
    return public_key(key.as_der(private=False))


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise credential_invalid("the public key is not base64") from None
