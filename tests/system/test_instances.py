"""Several instances of the AGW and of the IAF, on one Redis."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from process_testbed import free_ports

from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.common.store import open_store
from nfs.iaf import intents
from nfs.iaf.app import Iaf
from nfs.iaf.config import IafConfig
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import attach


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    if shutil.which("redis-server") is None:
        reason = "redis-server is not installed"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    path = f"{tmp_path}/redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", path, "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path)
    deadline = time.monotonic() + 10
    while not Path(path).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"unix://{path}"
    process.kill()
    process.wait()


@pytest.fixture
async def testbed(redis: str) -> AsyncIterator[Testbed]:
    config = TestbedConfig(agw={"port": free_ports(1)[0]})
    async with Testbed(config, sockets=False, state=redis) as running:
        yield running


async def test_gateway_instances_know_the_same_agents(testbed: Testbed) -> None:
    other = Agw(AgwConfig(port=7740), testbed.platform)
    await other.start()
    first = testbed.nfs["agw"]
    assert isinstance(first, Agw)

    def known(agw: Agw) -> dict[str, object]:
        return {agent.aic: agent.to_json() for agent in agw.directory}

    async def same() -> None:
        async with asyncio.timeout(5):
            while known(first) != known(other):
                await asyncio.sleep(0.02)

    await same()
    async with attach(testbed.n2) as ue:
        await same()
        assert ue.aic is not None
        assert other.directory.get(ue.aic) is not None
        # One instance is gone: the next request goes to the other.
        del testbed.platform.local[first.authority]
        assert (await ue.say("translate 'where is the station' into German")).result_text == (
            "Wo ist der Bahnhof?"
        )
    testbed.platform.local[first.authority] = first.app
    await other.stop()


async def test_an_intent_is_taken_over_when_its_iaf_is_gone(
    testbed: Testbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(testbed.platform.state, "iaf")
    iaf = testbed.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    body = {
        "status": "ACKNOWLEDGED",
        "request": {
            "supi": "imsi-999700000000001",
            "ueAic": "1.2.156.3088.1.1.UE.1.1.188A",
            "text": "what should I cook tonight",
            "pduSessions": [],
            "subscription": {"scope": [], "devices": {}},
            "notificationUri": "http://127.0.0.1:9/namf-callback/v1/intents/1",
        },
    }
    store.put(intents.LEASES, "alive", {}, ttl=60)
    store.put(intents.INTENTS, "of-the-dead", body | {"owner": "dead"})
    store.put(intents.INTENTS, "of-the-living", body | {"owner": "alive"})
    monkeypatch.setattr(intents, "LEASE_SECONDS", 0.3)
    other = Iaf(IafConfig(port=7741), testbed.platform)
    await other.start()
    async with asyncio.timeout(5):
        while True:
            kept = store.get(intents.INTENTS, "of-the-dead")
            if kept is None or kept.value["owner"] in (other.instance_id, iaf.instance_id):
                break
            await asyncio.sleep(0.02)
    living = store.get(intents.INTENTS, "of-the-living")
    assert living is not None
    assert living.value["owner"] == "alive"
    await other.stop()
    store.close()
