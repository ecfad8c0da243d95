"""NRF, AMC and AGW in one process without sockets, and parties that meet the agents there."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.common.agents.identity import lab_account
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.registrant import registrant_proof
from nfs.common.tools import TOOL_USERS, ToolHost
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig
from nfs.protocols.agent import proof_input
from nfs.smf.qos_agent import QosAgent
from nfs.smf.sm_context import Gbr, QosFlow, SmContext
from nfs.smf.tools import release_qos_flow

SUPI = "imsi-999700000000001"


class NoSessions:
    def of_device(self, _supi: str) -> list[SmContext]:
        return []


class Smf(NetworkFunction):
    """Hosts the QoS agent; keeps what it is asked to assure."""

    nf_type = "SMF"
    services = ("nsmf-tool",)
    restricted: ClassVar = {"nsmf-tool": TOOL_USERS}

    def __init__(self, platform: Platform) -> None:
        super().__init__(NfConfig(port=7714), platform, title="SMF")
        self.tools = ToolHost(self, [release_qos_flow.tool(self)])  # type: ignore[arg-type]
        self.sessions = NoSessions()
        self.assured: list[tuple[Any, ...]] = []
        self.agent = QosAgent(self, platform.store("smf"), lab_account("core.qos"), self.assure)

    async def assure(
        self,
        supi: str,
        pdu_session_id: int,
        five_qi: int,
        gbr: Gbr | None,
        *,
        intent_id: str | None,
        duration_seconds: float | None,
    ) -> QosFlow:
        self.assured.append((supi, pdu_session_id, five_qi, gbr, duration_seconds))
        return QosFlow(2, five_qi, gbr, intent_id=intent_id)

    async def start(self) -> None:
        await super().start()
        await self.agent.start()
        self.tools.start()

    async def stop(self) -> None:
        await self.agent.stop()
        await super().stop()


@asynccontextmanager
async def agent_core(platform: Platform) -> AsyncIterator[Platform]:
    """NRF, AMC and AGW, running."""
    async with running(nrf(platform), amc(platform), agw(platform)):
        yield platform


def nrf(platform: Platform) -> Nrf:
    return Nrf(NrfConfig(port=7710), platform)


def amc(platform: Platform) -> Amc:
    return Amc(AmcConfig(port=7717), platform)


def agw(platform: Platform) -> Agw:
    return Agw(AgwConfig(port=7716), platform)


@asynccontextmanager
async def running(*nfs: Any) -> AsyncIterator[None]:
    """Start in order; stop in the opposite order."""
    for nf in nfs:
        await nf.start()
    try:
        yield
    finally:
        for nf in reversed(nfs):
            await nf.stop()


async def register_ue_agent(
    nf: NetworkFunction, scope: list[str], *, instance: str = "ue-1", allowed: bool = True
) -> dict[str, Any]:
    """ARP by the AMF on behalf of a UE's agent; the Local Bind as JSON."""
    key = ec.generate_private_key(ec.SECP256R1())
    public_key = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = proof_input("ue.assistant", instance, public_key)
    proof = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    on_behalf_of = {"pseudonym": f"p-{instance}", "agentsAllowed": allowed, "scope": scope}
    account = lab_account("amf")
    body = {
        "template": "ue.assistant",
        "instance": instance,
        "name": "Assistant",
        "description": "Speaks for its user. It offers nothing to others.",
        "capabilities": [],
        "requestedScope": scope,
        "publicKey": base64.b64encode(public_key).decode(),
        "proof": base64.b64encode(proof).decode(),
        "registrant": {
            "account": "amf",
            "proof": registrant_proof(
                "amf", account.key, "ue.assistant", instance, public_key, "agw-1", on_behalf_of
            ),
            "onBehalfOf": on_behalf_of,
        },
    }
    path = "/nagw-registration/v1/agents"
    answer = await nf.call("AGW", "nagw-registration", "POST", path, json=body)
    bind: dict[str, Any] = answer.json()
    return bind
