"""Tasks are routed through three gateways while the agent's process dies (H6)."""

from __future__ import annotations

import asyncio
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from process_testbed import AGENTNF, ProcessTestbed, free_ports

from nfs.common.agents import AgentDescription, AgentIdentity, lab_account
from nfs.common.nf import NetworkFunction, NfConfig, Platform
from nfs.common.store import open_store

pytestmark = pytest.mark.slow

TRANSLATION = "/capability/translation"
REQUESTS = 1000
IN_FLIGHT = 20


class Requester(NetworkFunction):
    """An application function whose agent has things translated."""

    nf_type = "REQUESTER"
    registers_as = "AF"

    def __init__(self, nrf: str) -> None:
        super().__init__(NfConfig(port=0, nrf=(nrf,)), Platform(), title="requester")
        description = AgentDescription(
            "core.intent", "requester", "Requester", "Asks.", (), (TRANSLATION,)
        )
        account = lab_account("core.intent", gateway_id="AG1")
        self.identity = AgentIdentity(self, open_store(None, "r"), description, account)

    async def translate(self) -> dict[str, Any]:
        items = [{"text": "good morning"}, {"data": {"language": "fr"}}]
        task = {
            "taskId": str(uuid.uuid4()),
            "sessionId": "s",
            "senderId": self.identity.aic,
            "command": "start",
            "capability": TRANSLATION,
            "dataItems": items,
        }
        answer = await self.call(
            "AGW",
            "nagw-routing",
            "POST",
            "/nagw-routing/v1/invocations",
            json={"capability": TRANSLATION, "task": task},
            custom_info={"gatewayId": "AG1"},
            headers={"Agent-Credential": self.identity.token},
            timeout=30,
        )
        done: dict[str, Any] = answer.json()
        return done


@asynccontextmanager
async def requester(nrf: str) -> AsyncIterator[Requester]:
    nf = Requester(nrf)
    await nf.start()
    await nf.identity.start()
    try:
        yield nf
    finally:
        await nf.identity.stop()
        await nf.stop()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[ProcessTestbed]:
    also: dict[str, dict[str, Any]] = {name: {} for name in ("ag2", "ag3", "ocr-2")}
    with ProcessTestbed(tmp_path, "line", also | {"translation-2": {}}) as testbed:
        yield testbed


def another_agent(testbed: ProcessTestbed, folder: Path) -> subprocess.Popen[str]:
    """A third translation agent, as a process of its own."""
    own = {"nf": "translation", "gateway_id": "AG2", "instance": "mortal"}
    config = {
        "common": {"nrf": testbed.urls["nrf"]},
        "also": {"mortal": own | {"port": free_ports(1)[0]}},
    }
    file = folder / "mortal.yaml"
    file.write_text(yaml.safe_dump(config))
    process = subprocess.Popen(
        [AGENTNF, "nf", "mortal", "--config", file],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("mortal http"), "the agent did not come up"
    return process


@pytest.mark.timeout(600)
async def test_no_routed_request_is_lost_when_an_instance_is_killed(
    line: ProcessTestbed, tmp_path: Path
) -> None:
    mortal = another_agent(line, tmp_path)
    async with requester(line.urls["nrf"]) as nf:
        left = iter(range(REQUESTS))
        done: list[dict[str, Any]] = []

        async def ask() -> None:
            for number in left:
                if number == REQUESTS // 3:
                    mortal.kill()
                done.append(await nf.translate())

        await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))
        assert len(done) == REQUESTS
        assert {d["result"]["products"][0]["text"] for d in done} == {"Bonjour !"}
        assert {tuple(d["route"]) for d in done} == {("AG1", "AG3", "AG2")}
        assert len({d["attempts"][-1] for d in done}) == 3, "all three took part"
        repeated = [d for d in done if len(d["attempts"]) > 1]
        assert repeated, "some were under way to the one that died"
        last = {d["attempts"][-1] for d in done[-200:]}
        assert len(last) == 2, "the dead one is asked no more"
    mortal.wait()
    assert mortal.stdout is not None
    mortal.stdout.close()
