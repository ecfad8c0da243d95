"""The two proofs of an AAAP request: the registrant owns the account, the agent owns the key."""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError

from nfs.amc.aaap.registry import Account, Registry
from nfs.common.models.amc import AuthorizationRequest, ClaimedAgent
from nfs.common.registrant import ALGORITHM, binding_key
from nfs.common.sbi.problem import SbiProblem
from nfs.common.thumbprint import thumbprint
from nfs.protocols.agent import proof_input


def check_account(registry: Registry, request: AuthorizationRequest, max_age: int) -> Account:
    """The account, when its proof is fresh (``max_age``, seconds) and of exactly this request."""
    account = registry.accounts.get(request.registrant.account)
    if account is None:
        raise credential_invalid("the registrant's account or its proof is not valid")
    payload = _payload(request.registrant.proof, account)
    issued = payload.pop("iat", None)
    if type(issued) is not int or abs(time.time() - issued) > max_age:
        raise credential_invalid("the registrant's proof is stale: is its clock right?")
    if payload != _expected(request):
        raise credential_invalid("the registrant's proof is of another registration")
    return account


def check_possession(agent: ClaimedAgent) -> None:
    """The agent has signed with the P-256 key that it presents."""
    der = _octets(agent.public_key)
    signed = proof_input(agent.template, agent.instance, der)
    try:
        public_key(der).verify(_octets(agent.proof), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise credential_invalid("the agent's proof of possession of its key is wrong") from None


def public_key(der: bytes) -> ec.EllipticCurvePublicKey:
    """Raises SbiProblem CREDENTIAL_INVALID for anything but a P-256 key."""
    try:
        key = serialization.load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        raise credential_invalid("the public key is not a SubjectPublicKeyInfo") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise credential_invalid("the public key is not of the curve P-256")
    return key


def credential_invalid(detail: str) -> SbiProblem:
    return SbiProblem(403, "CREDENTIAL_INVALID", detail)


def _payload(proof: str, account: Account) -> dict[str, Any]:
    try:
        key = binding_key(account.key)
        payload = json.loads(jws.deserialize_compact(proof, key, algorithms=[ALGORITHM]).payload)
    except (JoseError, ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise credential_invalid("the registrant's account or its proof is not valid")
    return payload


def _expected(request: AuthorizationRequest) -> dict[str, Any]:
    registrant, agent = request.registrant, request.agent
    expected: dict[str, Any] = {
        "account": registrant.account,
        "template": agent.template,
        "instance": agent.instance,
        "key": thumbprint(_octets(agent.public_key)),
        "gatewayId": request.gateway_id,
    }
    if registrant.on_behalf_of is not None:
        expected["onBehalfOf"] = registrant.on_behalf_of.to_json()
    return expected


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise credential_invalid("the public key or the proof is not base64") from None
