"""An agent's identity: its key, and what the AGW and the AMC gave it for that key (ARP, AAAP)."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel, ConfigDict, JsonValue

from nfs.common.models.agw import LocalBind, Registrant, RegistrationRequest
from nfs.common.models.agw_health import HealthReport
from nfs.common.nf import NetworkFunction
from nfs.common.registrant import registrant_proof
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse
from nfs.common.store import Store
from nfs.protocols.agent import proof_input

RETRY = 5.0
"""Seconds between attempts while the AGW or the AMC cannot be reached."""
RENEW_AFTER = 2 / 3
"""Part of a credential's life after which it is renewed."""

SERVER_ERROR = 500
"""Status from which a failure may pass by itself (RFC 9110 clause 15.6)."""

AGENTS = "/nagw-registration/v1/agents"

log = structlog.get_logger("agent")


class AgentAccount(BaseModel):
    """The account an agent registers with: AMC account, its binding key, and the gateway."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: str
    key: str
    gateway_id: str = "agw-1"


def lab_account(template: str, key: str | None = None, gateway_id: str = "agw-1") -> AgentAccount:
    """The account named as the template; without ``key``, with the embedded testbed's key."""
    key = key or f"agentnf-lab-key-of-account-{template}"
    return AgentAccount(account=template, key=key, gateway_id=gateway_id)


@dataclass(frozen=True, slots=True)
class AgentDescription:
    """What an agent says of itself; ``description`` tells what it can and cannot do (F4)."""

    template: str
    instance: str
    name: str
    description: str
    capabilities: tuple[str, ...]
    scope: tuple[str, ...] = ()
    """Capabilities of others that it uses, besides its own."""
    entity_meta: Mapping[str, JsonValue] = field(default_factory=dict)
    """Of its ACS: what constraints of requests are compared with (B15)."""


class AgentIdentity:
    """Registers an agent of this NF at the AGW and keeps its credential fresh.

    The key is made once and kept in ``store``: it is what the AIC is bound to.
    """

    def __init__(
        self,
        nf: NetworkFunction,
        store: Store,
        description: AgentDescription,
        account: AgentAccount,
        *,
        end_point: str | None = None,
    ) -> None:
        self.description = description
        self._nf = nf
        self._account = account
        self._end_point = end_point
        self._key = _key(store, f"{description.template}/{description.instance}")
        self._bind: LocalBind | None = None
        self._bound = asyncio.Event()
        self._renewal: asyncio.Task[None] | None = None

    @property
    def bind(self) -> LocalBind:
        """What the AGW answered. Raises SbiProblem 503 while the agent is not registered."""
        if self._bind is None:
            detail = f"the agent {self.description.name!r} is not registered at the AGW yet"
            raise SbiProblem(503, "AGENT_NOT_REGISTERED", detail)
        return self._bind

    @property
    def aic(self) -> str:
        return self.bind.aic

    @property
    def token(self) -> str:
        """The credential as JWT, to be shown to the AGW and to tools."""
        return self.bind.token

    @property
    def offered(self) -> frozenset[str]:
        """Capability identifiers that the AGW bound to this agent."""
        return frozenset(self.bind.capability_ids)

    async def start(self) -> None:
        """Register; while the AGW or the AMC is not available, go on trying in the background.

        Raises SbiProblem when they refuse.
        """
        try:
            await self.register()
        except SbiProblem as problem:
            if problem.status < SERVER_ERROR:
                raise
            log.warning("agent not registered", agent=self.description.name, reason=str(problem))
        self._renewal = self._nf.spawn(self._keep())

    async def stop(self) -> None:
        """Have the AGW choose this agent no more; its AIC stays its own for the next start."""
        if self._renewal is not None:
            self._renewal.cancel()
        if self._bind is None:
            return
        try:
            await self._set_state("SUSPENDED")
        except SbiProblem as problem:
            log.info("agent not suspended", agent=self.description.name, reason=str(problem))

    async def register(self) -> LocalBind:
        """ARP: register or renew. Raises SbiProblem when the AGW or the AMC refuses."""
        body = self._request().to_json()
        answer = await self._at_gateway("POST", AGENTS, body)
        self._bind = answer.model(LocalBind)
        self._bound.set()
        if answer.status == 200:
            await self._set_state("REGISTERED")
        log.info("agent registered", agent=self.description.name, aic=self._bind.aic)
        return self._bind

    async def registered(self) -> None:
        """Wait until the AGW has registered this agent, which may not be there yet."""
        await self._bound.wait()

    async def _set_state(self, state: str) -> None:
        path = f"{AGENTS}/{self.aic}/state"
        await self._at_gateway("PATCH", path, {"state": state})

    async def report_health(self, report: HealthReport) -> None:
        """Raises SbiProblem."""
        path = f"{AGENTS}/{self.aic}/health"
        shown = {"Agent-Credential": self.token}
        await self._at_gateway("PUT", path, report.to_json(), headers=shown)

    async def _at_gateway(
        self, method: str, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> SbiResponse:
        gateway = {"gatewayId": self._account.gateway_id}
        return await self._nf.call(
            "AGW",
            "nagw-registration",
            method,
            path,
            json=body,
            custom_info=gateway,
            headers=headers or {},
        )

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._seconds_to_renewal())
            try:
                await self.register()
            except SbiProblem as problem:
                log.warning(
                    "agent not registered", agent=self.description.name, reason=str(problem)
                )

    def _seconds_to_renewal(self) -> float:
        if self._bind is None:
            return RETRY
        return max(RETRY, (self._bind.valid_until - time.time()) * RENEW_AFTER)

    def _request(self) -> RegistrationRequest:
        described = self.description
        public_key = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        signed = proof_input(described.template, described.instance, public_key)
        proof = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        account = self._account
        return RegistrationRequest(
            template=described.template,
            instance=described.instance,
            name=described.name,
            description=described.description,
            capabilities=list(described.capabilities),
            requested_scope=list(dict.fromkeys(described.capabilities + described.scope)),
            public_key=base64.b64encode(public_key).decode(),
            proof=base64.b64encode(proof).decode(),
            end_point=self._end_point,
            entity_meta=dict(described.entity_meta) or None,
            registrant=Registrant(
                account=account.account,
                proof=registrant_proof(
                    account.account,
                    account.key,
                    described.template,
                    described.instance,
                    public_key,
                    account.gateway_id,
                    None,
                ),
            ),
        )


def _key(store: Store, agent: str) -> ec.EllipticCurvePrivateKey:
    """The agent's P-256 key, made at its first start."""
    kept = store.get("agent-keys", agent)
    if kept is not None:
        key = serialization.load_pem_private_key(kept.value["pem"].encode(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    store.put("agent-keys", agent, {"pem": pem.decode()})
    return key
