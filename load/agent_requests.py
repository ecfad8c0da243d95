"""Requests about a subscriber's agent that the core grants, signed as the AMF and the agent do."""

from __future__ import annotations

import base64
import time
import uuid
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nfs.common.registrant import registrant_proof
from nfs.protocols.agent import proof_input

TEMPLATE, INSTANCE, ACCOUNT = "ue.assistant", "load", "amf"
SCOPE = ["/capability/translation", "/capability/qos-assurance"]
PROOF_AGE = 120.0
"""Seconds a registrant's proof is used; the AMC takes it for 300 s by default."""


class LoadAgent:
    """The agent of a subscriber who exists for the load only; the same for all its requests."""

    def __init__(self, gateway_id: str = "agw-1") -> None:
        self._gateway_id = gateway_id
        self._on_behalf_of = {
            "pseudonym": f"load-{uuid.uuid4()}",
            "agentsAllowed": True,
            "scope": SCOPE,
        }
        key = ec.generate_private_key(ec.SECP256R1())
        self._public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signed = proof_input(TEMPLATE, INSTANCE, self._public)
        self._claim = {
            "template": TEMPLATE,
            "instance": INSTANCE,
            "name": "Load",
            "publicKey": base64.b64encode(self._public).decode(),
            "proof": base64.b64encode(key.sign(signed, ec.ECDSA(hashes.SHA256()))).decode(),
        }
        self._registrant: dict[str, Any] = {}
        self._sign_again_at = 0.0

    def registration(self) -> dict[str, Any]:
        """ARP: what the AMF sends to the AGW."""
        more = {"capabilities": [], "requestedScope": SCOPE, "registrant": self._signed()}
        return self._claim | more

    def authorization(self) -> dict[str, Any]:
        """AAAP: what the AGW makes of it for the AMC."""
        return {
            "agent": self._claim,
            "gatewayId": self._gateway_id,
            "requestedScope": SCOPE,
            "registrant": self._signed(),
        }

    def _signed(self) -> dict[str, Any]:
        now = time.monotonic()
        if now >= self._sign_again_at:
            self._sign_again_at = now + PROOF_AGE
            proof = registrant_proof(
                ACCOUNT,
                f"agentnf-lab-key-of-account-{ACCOUNT}",
                TEMPLATE,
                INSTANCE,
                self._public,
                self._gateway_id,
                self._on_behalf_of,
            )
            self._registrant = {
                "account": ACCOUNT,
                "proof": proof,
                "onBehalfOf": self._on_behalf_of,
            }
        return self._registrant
