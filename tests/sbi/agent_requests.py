"""Registration requests as an AMF or a core agent makes them."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from identity_core import AGW

from nfs.common.nf import NetworkFunction
from nfs.common.registrant import registrant_proof
from nfs.common.sbi.response import SbiResponse
from nfs.protocols.agent import proof_input

AGENTS = "/nagw-registration/v1/agents"
TRANSLATION, OCR = "/capability/translation", "/capability/ocr"


def lab_key(account: str) -> str:
    return f"agentnf-lab-key-of-account-{account}"


class AgentKey:
    def __init__(self, curve: ec.EllipticCurve | None = None) -> None:
        self.private = ec.generate_private_key(curve or ec.SECP256R1())
        self.public = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def proof(self, template: str, instance: str) -> bytes:
        signed = proof_input(template, instance, self.public)
        return self.private.sign(signed, ec.ECDSA(hashes.SHA256()))


def ue_request(
    *,
    instance: str = "phone",
    pseudonym: str = "p-1",
    scope: list[str] | None = None,
    subscription: list[str] | None = None,
    allowed: bool = True,
    **options: Any,
) -> dict[str, Any]:
    """The AMF registers a UE's agent."""
    scope = [TRANSLATION] if scope is None else scope
    on_behalf_of = {
        "pseudonym": pseudonym,
        "agentsAllowed": allowed,
        "scope": scope if subscription is None else subscription,
    }
    options = {"account": "amf", "capabilities": [], "on_behalf_of": on_behalf_of} | options
    return request("ue.assistant", instance, scope, **options)


def core_request(capability: str = TRANSLATION, **options: Any) -> dict[str, Any]:
    """A core agent registers itself; its template and account are ``core.NAME``."""
    name = capability.rpartition("/")[2]
    template = options.pop("template", f"core.{name}")
    instance = options.pop("instance", name)
    options = {"account": template, "capabilities": [capability]} | options
    options.setdefault("endPoint", "http://127.0.0.1:7721")
    return request(template, instance, [capability], **options)


def request(
    template: str,
    instance: str,
    scope: list[str],
    *,
    account: str,
    account_key: str | None = None,
    agent: AgentKey | None = None,
    on_behalf_of: dict[str, Any] | None = None,
    gateway_id: str = "agw-1",
    **attributes: Any,
) -> dict[str, Any]:
    agent = agent or AgentKey()
    proof = registrant_proof(
        account,
        account_key or lab_key(account),
        template,
        instance,
        agent.public,
        gateway_id,
        on_behalf_of,
    )
    registrant: dict[str, Any] = {"account": account, "proof": proof}
    if on_behalf_of is not None:
        registrant["onBehalfOf"] = on_behalf_of
    return {
        "template": template,
        "instance": instance,
        "name": "An agent",
        "description": "It can do what its capabilities say, and nothing else.",
        "requestedScope": scope,
        "publicKey": base64.b64encode(agent.public).decode(),
        "proof": base64.b64encode(agent.proof(template, instance)).decode(),
        "registrant": registrant,
    } | attributes


def authorization(registration: dict[str, Any], gateway_id: str = "agw-1") -> dict[str, Any]:
    """What the AGW makes of a registration for the AMC."""
    claimed = ("template", "instance", "name", "publicKey", "proof")
    return {
        "agent": {name: registration[name] for name in claimed},
        "gatewayId": gateway_id,
        "requestedScope": registration["requestedScope"],
        "registrant": registration["registrant"],
    }


async def register(nf: NetworkFunction, body: dict[str, Any]) -> SbiResponse:
    return await nf.sbi.request("POST", AGW + AGENTS, json=body)


def text_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
