"""Core agents with the real NRF, AMC and AGW: identity, resolution, tasks, and who is refused."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from agent_testbed import SUPI, Smf, agent_core, agw, amc, nrf, register_ue_agent, running
from joserfc import jwt
from joserfc.jwk import ECKey

from nfs.agents.anomaly_detection import AnomalyDetectionAgent
from nfs.agents.core_agent import CoreAgent, CoreAgentConfig
from nfs.agents.summarisation import SummarisationAgent
from nfs.agents.translation import TranslationAgent
from nfs.common.agents.consumer import AgentConsumer
from nfs.common.agents.identity import AgentDescription, AgentIdentity, lab_account
from nfs.common.agents.task import DataItem, TaskState
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.sbi.problem import SbiProblem

TRANSLATION = "/capability/translation"
GERMAN = DataItem(data={"language": "de"})


class Client(NetworkFunction):
    """An agent-enabled NF: what the IAF is to other agents."""

    nf_type = "IAF"

    def __init__(self, platform: Platform) -> None:
        super().__init__(NfConfig(port=7719), platform, title="client")
        described = AgentDescription("core.intent", "client", "Client", "Asks only.", ())
        account = lab_account("core.intent")
        self.identity = AgentIdentity(self, platform.store("client"), described, account)
        self.agents = AgentConsumer(self, self.identity)

    async def start(self) -> None:
        await super().start()
        await self.identity.start()

    async def resolve(self, capability: str, on_behalf_of: str) -> dict[str, Any]:
        answer = await self.call(
            "AGW",
            "nagw-routing",
            "POST",
            "/nagw-routing/v1/resolutions",
            json={"capability": capability, "onBehalfOf": on_behalf_of},
            headers={"Agent-Credential": self.identity.token},
        )
        body: dict[str, Any] = answer.json()
        return body

    def task(self, capability: str = TRANSLATION, **changes: Any) -> dict[str, Any]:
        return {
            "taskId": "t-1",
            "sessionId": "s-1",
            "senderId": self.identity.aic,
            "command": "start",
            "capability": capability,
            "dataItems": [{"text": "thank you"}, {"data": {"language": "de"}}],
        } | changes


class Core:
    def __init__(self, platform: Platform) -> None:
        self.client = Client(platform)
        self.translation = TranslationAgent(CoreAgentConfig(port=7721), platform)
        self.summarisation = SummarisationAgent(CoreAgentConfig(port=7722), platform)
        self.smf = Smf(platform)
        self.ue_aic = ""


@pytest.fixture
async def core() -> AsyncIterator[Core]:
    async with agent_core(Platform()) as platform:
        core = Core(platform)
        async with running(core.translation, core.summarisation, core.smf, core.client):
            scope = [TRANSLATION, "/capability/qos-assurance"]
            bind = await register_ue_agent(core.client, scope)
            core.ue_aic = bind["aic"]
            yield core


async def give_task(core: Core, task: dict[str, Any], token: str | None) -> dict[str, Any]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    url = f"{core.translation.api_root}/tasks"
    answer = await core.client.sbi.request("POST", url, json=task, headers=headers)
    body: dict[str, Any] = answer.json()
    return body


async def refusal(core: Core, task: dict[str, Any], token: str | None) -> tuple[int, str]:
    with pytest.raises(SbiProblem) as caught:
        await give_task(core, task, token)
    return caught.value.status, caught.value.cause


async def test_a_registered_agent_is_found_and_does_its_task(core: Core) -> None:
    items = [DataItem(text="where is the station"), GERMAN]
    result = await core.client.agents.invoke(TRANSLATION, items, core.ue_aic)
    assert result.state is TaskState.COMPLETED
    assert result.text == "Wo ist der Bahnhof?"
    assert result.sender_id == core.translation.identity.aic


async def test_what_the_agent_cannot_do_it_rejects(core: Core) -> None:
    items = [DataItem(text="the mitochondrion"), GERMAN]
    result = await core.client.agents.invoke(TRANSLATION, items, core.ue_aic)
    assert result.state is TaskState.REJECTED
    assert result.reason is not None
    assert "mitochondrion" in result.reason


async def test_the_scope_of_the_ue_decides_not_that_of_the_nf(core: Core) -> None:
    with pytest.raises(SbiProblem) as caught:
        await core.client.agents.invoke(
            "/capability/summarisation", [DataItem(text="a. b. c.")], core.ue_aic
        )
    assert (caught.value.status, caught.value.cause) == (403, "SCOPE_NOT_ALLOWED")


async def test_a_capability_that_nobody_offers(core: Core) -> None:
    bind = await register_ue_agent(core.client, ["/capability/ocr"], instance="ue-2")
    with pytest.raises(SbiProblem) as caught:
        await core.client.agents.invoke("/capability/ocr", [DataItem(text="x")], bind["aic"])
    assert (caught.value.status, caught.value.cause) == (404, "CAPABILITY_NOT_FOUND")


async def test_an_agent_that_has_stopped_is_not_chosen_until_it_is_back(core: Core) -> None:
    aic = core.translation.identity.aic
    await core.translation.identity.stop()
    with pytest.raises(SbiProblem, match="CAPABILITY_NOT_FOUND"):
        await core.client.agents.invoke(TRANSLATION, [DataItem(text="hello")], core.ue_aic)
    await core.translation.identity.start()
    assert core.translation.identity.aic == aic, "the AIC is persistent (E1)"
    result = await core.client.agents.invoke(
        TRANSLATION, [DataItem(text="hello"), GERMAN], core.ue_aic
    )
    assert result.text == "Hallo!"


async def test_identity_survives_a_restart(tmp_path: Path) -> None:
    aics = []
    for _ in range(2):
        async with agent_core(Platform(state=tmp_path)) as platform:
            agent = TranslationAgent(CoreAgentConfig(port=7721), platform)
            async with running(agent):
                aics.append(agent.identity.aic)
    assert aics[0] == aics[1]


async def test_an_agent_that_starts_before_its_gateway_registers_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nfs.common.agents.identity.RETRY", 0.01)
    platform = Platform()
    agent = TranslationAgent(CoreAgentConfig(port=7721), platform)
    async with running(nrf(platform), agent):
        with pytest.raises(SbiProblem, match="AGENT_NOT_REGISTERED"):
            _ = agent.identity.aic
        async with running(amc(platform), agw(platform)):
            assert await soon_registered(agent)


async def test_an_agent_that_registers_later_reports_its_health_from_then_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nfs.common.agents.identity.RETRY", 0.01)
    platform = Platform()
    agent = AnomalyDetectionAgent(CoreAgentConfig(port=7723), platform)
    async with running(nrf(platform), agent):
        gateway = agw(platform)
        async with running(amc(platform), gateway):
            assert await soon_registered(agent)
            async with asyncio.timeout(30):
                while gateway.health.of(agent.identity.aic).task_latency_ms is None:
                    await asyncio.sleep(0.01)


async def soon_registered(agent: CoreAgent) -> bool:
    for _ in range(3000):
        with contextlib.suppress(SbiProblem):
            return bool(agent.identity.aic)
        await asyncio.sleep(0.01)
    return False


async def test_a_refused_agent_does_not_start() -> None:
    async with agent_core(Platform()) as platform:
        agent = TranslationAgent(CoreAgentConfig(port=7721, account_key="wrong"), platform)
        with pytest.raises(SbiProblem, match="CREDENTIAL_INVALID"):
            await agent.start()


async def test_without_a_token(core: Core) -> None:
    task = core.client.task()
    assert await refusal(core, task, None) == (401, "CREDENTIAL_INVALID")
    assert await refusal(core, task, "no.token.atall") == (401, "CREDENTIAL_INVALID")


async def test_a_credential_is_no_access_token(core: Core) -> None:
    task = core.client.task()
    assert await refusal(core, task, core.client.identity.token) == (401, "CREDENTIAL_INVALID")


async def test_a_token_serves_one_task(core: Core) -> None:
    token = (await core.client.resolve(TRANSLATION, core.ue_aic))["accessToken"]
    result = await give_task(core, core.client.task(), token)
    assert result["products"][0] == {"text": "Danke."}
    assert await refusal(core, core.client.task(), token) == (401, "CREDENTIAL_INVALID")


async def test_a_token_for_another_agent(core: Core) -> None:
    bind = await register_ue_agent(core.client, ["/capability/summarisation"], instance="ue-2")
    found = await core.client.resolve("/capability/summarisation", bind["aic"])
    task = core.client.task()
    assert await refusal(core, task, found["accessToken"]) == (401, "CREDENTIAL_INVALID")


async def test_the_sender_must_be_the_actor(core: Core) -> None:
    token = (await core.client.resolve(TRANSLATION, core.ue_aic))["accessToken"]
    task = core.client.task(senderId=core.ue_aic)
    assert await refusal(core, task, token) == (403, "SENDER_MISMATCH")


async def test_the_capability_must_be_the_tokens(core: Core) -> None:
    token = (await core.client.resolve(TRANSLATION, core.ue_aic))["accessToken"]
    task = core.client.task("/capability/ocr")
    assert await refusal(core, task, token) == (403, "SCOPE_NOT_ALLOWED")


async def test_a_token_of_a_foreign_signer(core: Core) -> None:
    claims = {
        "iss": "amc",
        "sub": f"agent:{core.ue_aic}",
        "act": {"sub": f"agent:{core.client.identity.aic}"},
        "aud": f"acps:agent:{core.translation.identity.aic}",
        "scope": TRANSLATION,
        "exp": int(time.time()) + 60,
        "jti": "1",
    }
    key = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": key.thumbprint()}
    token = jwt.encode(header, claims, key)
    assert await refusal(core, core.client.task(), token) == (401, "CREDENTIAL_INVALID")


@pytest.mark.parametrize(
    "change",
    [
        {"dataItems": []},
        {"dataItems": [{"text": "x"}] * 17},
        {"dataItems": [{"text": "x", "data": {}}]},
        {"dataItems": [{"text": "x" * 70_000}]},
        {"command": "dance"},
        {"taskId": ""},
    ],
)
async def test_input_is_bounded(core: Core, change: dict[str, Any]) -> None:
    token = (await core.client.resolve(TRANSLATION, core.ue_aic))["accessToken"]
    status, cause = await refusal(core, core.client.task(**change), token)
    assert (status, cause) == (400, "MANDATORY_IE_INCORRECT")


async def test_quality_of_service_for_a_ue(core: Core) -> None:
    demand = {"supi": SUPI, "pduSessionId": 1, "latency": 20, "durationSeconds": 1800}
    result = await core.client.agents.invoke(
        "/capability/qos-assurance", [DataItem(data=demand)], core.ue_aic
    )
    assert result.data == {
        "qfi": 2,
        "fiveQi": 80,
        "resourceType": "NON_GBR",
        "packetDelayBudgetMs": 10,
        "packetErrorRate": 1e-6,
        "durationSeconds": 1800,
    }
    assert core.smf.assured == [(SUPI, 1, 80, None, 1800)]


@pytest.mark.parametrize(
    ("demand", "says"),
    [
        ({"supi": SUPI, "pduSessionId": 1, "latency": 1}, "5 ms can"),
        ({"supi": SUPI, "latency": 20}, "pduSessionId"),
        ({"supi": SUPI, "pduSessionId": 1, "latency": -3}, "latency"),
    ],
)
async def test_quality_that_cannot_be_assured(
    core: Core, demand: dict[str, Any], says: str
) -> None:
    result = await core.client.agents.invoke(
        "/capability/qos-assurance", [DataItem(data=demand)], core.ue_aic
    )
    assert result.state is TaskState.REJECTED
    assert result.reason is not None
    assert says in result.reason
    assert core.smf.assured == []


async def test_a_ues_agent_may_not_name_a_subscriber(core: Core) -> None:
    """A UE's agent with its own credential must not get a flow for somebody else (O9)."""
    bind = await register_ue_agent(core.client, ["/capability/qos-assurance"], instance="ue-3")
    found = (
        await core.client.call(
            "AGW",
            "nagw-routing",
            "POST",
            "/nagw-routing/v1/resolutions",
            json={"capability": "/capability/qos-assurance"},
            headers={"Agent-Credential": bind["token"]},
        )
    ).json()
    demand = {"supi": SUPI, "pduSessionId": 1, "latency": 20}
    task = core.client.task(
        "/capability/qos-assurance", senderId=bind["aic"], dataItems=[{"data": demand}]
    )
    answer = await core.client.sbi.request(
        "POST",
        f"{found['target']['endPoint']}/tasks",
        json=task,
        headers={"Authorization": f"Bearer {found['accessToken']}"},
    )
    assert answer.json()["state"] == "rejected"
    assert core.smf.assured == []
