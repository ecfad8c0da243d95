"""Revocation end to end: one AMC, two gateways (A3, A7, A13, D7)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from nfs.agents.core_agent import CoreAgentConfig
from nfs.agents.translation import TranslationAgent
from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.identity import AgentDescription, AgentIdentity, lab_account
from nfs.common.agents.task import DataItem
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import SqliteStore
from nfs.testbed import Testbed, load_config

if TYPE_CHECKING:
    from tests.conftest import RedisServer

TRANSLATION = "/capability/translation"
FRENCH = "Bonjour !"
ONLY = ("nrf", "amc", "agw", "translation")
GATEWAYS = ("agw-1", "agw-2")
WORDS = [DataItem(text="good morning"), DataItem(data={"language": "fr"})]


@asynccontextmanager
async def also(nf: NetworkFunction) -> AsyncIterator[NetworkFunction]:
    await nf.start()
    try:
        yield nf
    finally:
        await nf.stop()


def asks(gateway: str) -> AgentDescription:
    return AgentDescription(
        template="core.intent",
        instance=f"asks-{gateway}",
        name="Asks",
        description="Has others translate. It offers nothing.",
        capabilities=(),
        scope=(TRANSLATION,),
    )


class Domain:
    """At each gateway an agent that translates, and one that asks for it."""

    def __init__(self, testbed: Testbed, *gateways: Agw) -> None:
        self.amc, self.nf = testbed.nfs["amc"], testbed.nfs["translation"]
        self.gateways = [testbed.nfs["agw"], *gateways]
        keys = SqliteStore()
        self.asking = [
            AgentIdentity(self.nf, keys, asks(gateway), lab_account("core.intent", None, gateway))
            for gateway in GATEWAYS[: len(self.gateways)]
        ]

    async def answer(self, number: int) -> str:
        """What comes of asking: the translation, or the cause of the refusal."""
        consumer = AgentConsumer(self.nf, self.asking[number])
        try:
            return (await consumer.invoke(TRANSLATION, WORDS)).text
        except SbiProblem as problem:
            return problem.cause

    async def becomes(self, number: int, wanted: str) -> None:
        async def so() -> bool:
            return await self.answer(number) == wanted

        await until(so)

    async def takers(self, token: str) -> int:
        """How many gateways take a credential, whoever's agent it is."""
        taken = 0
        for gateway in self.gateways:
            assert isinstance(gateway, Agw)
            with contextlib.suppress(SbiProblem):
                await gateway.tokens.credential(token)
                taken += 1
        return taken

    async def taken_by(self, number: int, token: str) -> None:
        async def so() -> bool:
            return await self.takers(token) == number

        await until(so)

    async def at_amc(self, method: str, path: str, body: dict[str, object] | None = None) -> None:
        await self.amc.sbi.request(method, self.amc.api_root + path, json=body)

    async def change(self, aic: str, state: str) -> None:
        path = f"/namc-identity/v1/identities/{aic}/state"
        await self.at_amc("PATCH", path, {"state": state})

    async def revoke(self, aic: str) -> None:
        await self.at_amc("POST", "/namc-credential/v1/revocations", {"aic": aic, "reason": 1})


@pytest.fixture
async def domain() -> AsyncIterator[Domain]:
    async with Testbed(sockets=False, only=ONLY) as testbed:
        other = Agw(AgwConfig(port=7726, gateway_id="agw-2", registrar="2"), testbed.platform)
        agent = CoreAgentConfig(port=7729, gateway_id="agw-2", instance="translation-2")
        async with also(other), also(TranslationAgent(agent, testbed.platform)):
            domain = Domain(testbed, other)
            for identity in domain.asking:
                await identity.register()
            yield domain


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("number", [0, 1])
async def test_who_is_revoked_is_refused_at_every_gateway(domain: Domain, number: int) -> None:
    revoked, other = domain.asking[number], 1 - number
    token = revoked.token
    assert [await domain.answer(n) for n in (0, 1)] == [FRENCH] * 2
    assert await domain.takers(token) == 2
    await domain.revoke(revoked.aic)
    await domain.taken_by(0, token)
    assert await domain.answer(number) == "CREDENTIAL_INVALID"
    assert await domain.answer(other) == FRENCH
    with pytest.raises(SbiProblem, match="403 POLICY"):
        await revoked.register()
    # Active again, it needs a new credential; the old one stays revoked.
    await domain.change(revoked.aic, "ACTIVE")
    await revoked.register()
    await domain.becomes(number, FRENCH)
    await domain.taken_by(2, revoked.token)
    assert await domain.takers(token) == 0


async def test_who_is_suspended_is_back_when_resumed(domain: Domain) -> None:
    asking = domain.asking[0]
    await domain.change(asking.aic, "SUSPENDED")
    await domain.taken_by(0, asking.token)
    await domain.becomes(0, "CREDENTIAL_INVALID")
    await domain.change(asking.aic, "ACTIVE")
    await domain.taken_by(2, asking.token)
    await domain.becomes(0, FRENCH)


async def test_a_suspended_agent_is_found_by_nobody(domain: Domain) -> None:
    agent = domain.nf
    assert isinstance(agent, TranslationAgent)
    await domain.change(agent.identity.aic, "SUSPENDED")
    await domain.becomes(0, "CAPABILITY_NOT_FOUND")
    assert await domain.answer(1) == FRENCH
    await domain.change(agent.identity.aic, "ACTIVE")
    await domain.becomes(0, FRENCH)
    await domain.at_amc("DELETE", f"/namc-identity/v1/identities/{agent.identity.aic}")
    await domain.becomes(0, "CAPABILITY_NOT_FOUND")
    await domain.taken_by(0, agent.identity.token)


async def test_what_a_revoked_agent_offered_is_withdrawn_from_the_digests() -> None:
    """G3: two gateways away, nobody hears of its capability any more."""
    async with Testbed(load_config(None, "line"), sockets=False) as line:
        far = line.nfs["agw"]
        assert isinstance(far, Agw)

        async def known() -> bool:
            return TRANSLATION in {entry.capability_id for entry in far.cdsp.digest.entries}

        async def unknown() -> bool:
            return not await known()

        await until(known)
        for name in ("translation", "translation-2"):
            agent = line.nfs[name]
            assert isinstance(agent, TranslationAgent)
            body = {"aic": agent.identity.aic, "reason": 5}
            url = f"{line.nfs['amc'].api_root}/namc-credential/v1/revocations"
            assert (await agent.sbi.request("POST", url, json=body)).json()["revoked"] > 0
        await until(unknown)


async def test_instances_of_a_gateway_know_the_same(redis_server: RedisServer) -> None:
    """Each is told by itself, and what one was told the others know."""
    async with Testbed(sockets=False, only=ONLY, state=redis_server.url) as testbed:
        first, other = testbed.nfs["agw"], Agw(AgwConfig(port=7740), testbed.platform)
        assert isinstance(first, Agw)
        async with also(other):
            domain = Domain(testbed)
            agent = domain.nf
            assert isinstance(agent, TranslationAgent)
            aic = agent.identity.aic

            async def states() -> list[str]:
                found = [agw.directory.get(aic) for agw in (first, other)]
                return [agent.state.value if agent else "GONE" for agent in found]

            async def are(*wanted: str) -> None:
                async def so() -> bool:
                    return await states() == list(wanted)

                await until(so)

            await are("REGISTERED", "REGISTERED")
            for _ in range(3):
                await domain.change(aic, "SUSPENDED")
                await are("SUSPENDED", "SUSPENDED")
                await domain.change(aic, "ACTIVE")
                await are("REGISTERED", "REGISTERED")
            del testbed.platform.local[other.authority]
            await domain.at_amc("DELETE", f"/namc-identity/v1/identities/{aic}")
            await are("GONE", "GONE")
