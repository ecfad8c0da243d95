"""Revocation end to end: one AMC, two gateways, the same agents at both (A3, A7, A13, D7)."""

from __future__ import annotations

import asyncio
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
ASKS = AgentDescription(
    template="core.intent",
    instance="asks",
    name="Asks",
    description="Has others translate. It offers nothing.",
    capabilities=(),
    scope=(TRANSLATION,),
)
WORDS = [DataItem(text="good morning"), DataItem(data={"language": "fr"})]


@asynccontextmanager
async def also(nf: NetworkFunction) -> AsyncIterator[NetworkFunction]:
    await nf.start()
    try:
        yield nf
    finally:
        await nf.stop()


class Domain:
    """The translation agent at both gateways, and an agent that asks it at both."""

    def __init__(self, testbed: Testbed) -> None:
        self.amc, self.asking = testbed.nfs["amc"], testbed.nfs["translation"]
        keys = SqliteStore()
        self.identities = [
            AgentIdentity(self.asking, keys, ASKS, lab_account(ASKS.template, gateway_id=gateway))
            for gateway in GATEWAYS
        ]

    @property
    def aic(self) -> str:
        assert self.identities[0].aic == self.identities[1].aic
        return self.identities[0].aic

    async def register(self) -> None:
        for identity in self.identities:
            await identity.register()

    async def answers(self) -> list[str]:
        """What comes of asking, at each gateway."""
        found = []
        for identity in self.identities:
            try:
                result = await AgentConsumer(self.asking, identity).invoke(TRANSLATION, WORDS)
            except SbiProblem as problem:
                found.append(problem.cause)
            else:
                found.append(result.text)
        return found

    async def both(self, *wanted: str) -> None:
        """Until both gateways answer with one of them."""

        async def settled() -> bool:
            return all(answer in wanted for answer in await self.answers())

        await until(settled)

    async def registered(self) -> bool:
        """At both gateways."""
        states = set()
        for gateway in GATEWAYS:
            service, path = "nagw-registration", f"/nagw-registration/v1/agents/{self.aic}"
            at = {"gatewayId": gateway}
            answer = await self.asking.call("AGW", service, "GET", path, custom_info=at)
            states.add(answer.json()["state"])
        return states == {"REGISTERED"}

    async def at_amc(self, method: str, path: str, body: dict[str, object] | None = None) -> None:
        await self.amc.sbi.request(method, self.amc.api_root + path, json=body)

    async def change(self, aic: str, state: str) -> None:
        path = f"/namc-identity/v1/identities/{aic}/state"
        await self.at_amc("PATCH", path, {"state": state})


@pytest.fixture
async def domain() -> AsyncIterator[Domain]:
    async with Testbed(sockets=False, only=ONLY) as testbed:
        other = AgwConfig(port=7726, gateway_id="agw-2", registrar="2")
        agent = CoreAgentConfig(port=7729, gateway_id="agw-2")
        async with (
            also(Agw(other, testbed.platform)),
            also(TranslationAgent(agent, testbed.platform)),
        ):
            domain = Domain(testbed)
            await domain.register()
            yield domain


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.02)


async def test_who_is_revoked_is_refused_at_every_gateway(domain: Domain) -> None:
    assert await domain.answers() == [FRENCH, FRENCH]
    await domain.at_amc("POST", "/namc-credential/v1/revocations", {"aic": domain.aic, "reason": 1})
    await domain.both("CREDENTIAL_INVALID")
    for identity in domain.identities:
        with pytest.raises(SbiProblem, match="403 POLICY"):
            await identity.register()
    # Active again, it needs a new credential; the old one stays revoked.
    await domain.change(domain.aic, "ACTIVE")
    await until(domain.registered)
    assert await domain.answers() == ["CREDENTIAL_INVALID"] * 2
    await domain.register()
    await domain.both(FRENCH)


async def test_who_is_suspended_is_back_when_resumed(domain: Domain) -> None:
    await domain.change(domain.aic, "SUSPENDED")
    await domain.both("CREDENTIAL_INVALID")
    await domain.change(domain.aic, "ACTIVE")
    await domain.both(FRENCH)


async def test_a_suspended_agent_is_found_by_nobody(domain: Domain) -> None:
    agent = domain.asking
    assert isinstance(agent, TranslationAgent)
    await domain.change(agent.identity.aic, "SUSPENDED")
    await domain.both("CAPABILITY_NOT_FOUND")
    await domain.change(agent.identity.aic, "ACTIVE")
    await domain.both(FRENCH)
    await domain.at_amc("DELETE", f"/namc-identity/v1/identities/{agent.identity.aic}")
    await domain.both("CAPABILITY_NOT_FOUND")


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
            agent = domain.asking
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
