"""Agents that reach the gateway over an access that authenticates nobody (N1).

Whatever the access, an agent is who its AIC says, because it has the credential and proves the key.
It may be at home here or at another gateway. Access identifiers are kept as pseudonyms only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

import structlog

from nfs.agw.directory import Directory
from nfs.common.access_proof import MAX_AGE, ProofInvalid, verified_proof
from nfs.common.agents.credentials import Credential, TokenVerifier, invalid_credential
from nfs.common.audit import AuditTrail
from nfs.common.models.agw import AgentState
from nfs.common.models.agw_access import AccessType, Attachment, AttachmentRequest
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store, once

ATTACHMENTS = "attachments"
PROOFS = "access-proofs"
SECRET = "access-secret"  # noqa: S105 - the name of a collection
LIFETIME = 3600

log = structlog.get_logger("agw")


class Attachments:
    def __init__(
        self,
        store: Store,
        gateway_id: str,
        directory: Directory,
        *,
        tokens: TokenVerifier,
        audit: AuditTrail,
    ) -> None:
        self._store = store
        self._gateway_id = gateway_id
        self._directory = directory
        self._tokens = tokens
        self._audit = audit
        self._secret = _secret(store)

    def attach(self, request: AttachmentRequest, agent: Credential) -> Attachment:
        """``agent``: see ``proved``. Raises SbiProblem 403 AGENT_SUSPENDED."""
        actor, access = f"agent:{agent.aic}", request.access_type
        with self._audit.action("agent.attach", actor=actor, target=access.value, aic=agent.aic):
            self._check_home(agent)
            attachment = Attachment(
                aic=agent.aic,
                access_type=access,
                access_ref=self._pseudonym(request.access_id),
                gateway_id=self._gateway_id,
                valid_until=time.time() + LIFETIME,
            )
            key = _key(agent.aic, access)
            self._store.put(ATTACHMENTS, key, attachment.to_json(), ttl=LIFETIME)
        log.info("agent attached", aic=agent.aic, access=access.value)
        return attachment

    def check(self, agent: Credential) -> None:
        """It is attached. Raises SbiProblem 403: AGENT_SUSPENDED, NOT_ATTACHED."""
        self._check_home(agent)
        if not self.of(agent.aic):
            raise SbiProblem(403, "NOT_ATTACHED", "attach to this gateway first")

    def end(self, aic: str) -> None:
        """The agent is attached no more."""
        for attachment in self.of(aic):
            self._store.delete(ATTACHMENTS, _key(aic, attachment.access_type))

    def of(self, aic: str) -> list[Attachment]:
        kept = self._store.scan(ATTACHMENTS, f"{aic}|")
        return [Attachment.model_validate(document.value) for _, document in kept]

    async def proved(self, token: str, proof: str, path: str) -> Credential:
        """The agent that shows its credential, and has its key. Raises SbiProblem 401
        CREDENTIAL_INVALID."""
        credential = await self._tokens.credential(token)
        try:
            verified = verified_proof(proof, self._gateway_id, path)
            self._store.put(PROOFS, verified.proof_id, {}, expect=NEW, ttl=2 * MAX_AGE)
        except (ProofInvalid, Conflict) as invalid:
            log.info("proof refused", aic=credential.aic, reason=str(invalid))
            raise invalid_credential() from None
        if verified.thumbprint != credential.bound_to:
            log.info("proof refused", aic=credential.aic, reason="by another key")
            raise invalid_credential()
        return credential

    def _check_home(self, credential: Credential) -> None:
        """One that is at home here must not be suspended here."""
        agent = self._directory.get(credential.aic)
        if agent is not None and agent.state is not AgentState.REGISTERED:
            raise SbiProblem(403, "AGENT_SUSPENDED", "the agent is suspended at its gateway")

    def _pseudonym(self, access_id: str) -> str:
        return hmac.new(self._secret, access_id.encode(), hashlib.sha256).hexdigest()[:32]


def _key(aic: str, access_type: AccessType) -> str:
    return f"{aic}|{access_type.value}"


def _secret(store: Store) -> bytes:
    kept = once(store, SECRET, "own", lambda: {"secret": secrets.token_hex(32)})
    return bytes.fromhex(kept["secret"])
