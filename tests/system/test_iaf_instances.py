"""Two IAF processes on one Redis: the one that has an intent is killed, the other goes on (L25)."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from process_testbed import AGENTNF, NAMES, free_loopback_hosts, free_ports

from nfs.common.store import Store, open_store
from nfs.nrf.app import Nrf
from nfs.smf.app import Smf
from nfs.testbed import Testbed, load_config
from nfs.workflow.lives.records import ENDED, LIVE
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment, attach

if TYPE_CHECKING:
    from tests.conftest import RedisServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

IAFS = ("iaf", "iaf-2")
OWNER, DRONE = "imsi-999700000000041", "imsi-999700000000042"
LINE = "set up a private line under 300 ms from my phone to the drone for 60 seconds"
"""It outlasts the lease of the process that is killed."""


class Core:
    """A testbed of this process, but for the IAFs: each is a process of its own, by its port."""

    def __init__(self, testbed: Testbed, iafs: dict[int, Process], records: Store) -> None:
        self.testbed = testbed
        self._iafs = iafs
        self._records = records

    def record(self, intent_id: str) -> dict[str, Any]:
        found = self._records.get(LIVE, intent_id) or self._records.get(ENDED, intent_id)
        assert found is not None
        return found.value

    def settled(self, intent_id: str) -> bool:
        return self._records.get(ENDED, intent_id) is not None

    def owner(self, intent_id: str) -> str:
        """NF instance identifier of the IAF that drives the intent."""
        return str(self.record(intent_id)["owner"]).partition("/")[0]

    async def kill(self, instance_id: str) -> None:
        nrf = self.testbed.nfs["nrf"]
        assert isinstance(nrf, Nrf)
        (profile,) = [p for p in nrf.repository.alive() if p.nf_instance_id == instance_id]
        end_point, *_ = profile.all_services[0].ip_end_points or ()
        process = self._iafs[end_point["port"]]
        process.kill()
        await process.wait()

    def flows(self, intent_id: str) -> int:
        smf = self.testbed.nfs["smf"]
        assert isinstance(smf, Smf)
        flows = (flow for session in smf.sessions for flow in session.flows.values())
        of_intent = (intent_id, f"{intent_id}~")  # its plan, and the second one
        return sum(flow.intent_id in of_intent for flow in flows)


@asynccontextmanager
async def iaf_process(config: Path, name: str, state: str) -> AsyncIterator[Process]:
    environment = os.environ | {"AGENTNF_STATE": state}
    command = [str(AGENTNF), "nf", name, "--config", str(config)]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=PIPE, stderr=DEVNULL
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline(), f"{name} did not come up"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def core(redis_server: RedisServer, tmp_path: Path) -> AsyncIterator[Core]:
    ports = dict(zip((*NAMES, "iaf-2", "n2"), free_ports(len(NAMES) + 2), strict=True))
    config: dict[str, Any] = {name: {"port": ports[name]} for name in NAMES}
    config["common"] = {"nrf": f"http://127.0.0.1:{ports['nrf']}"}
    config["amf"]["n2"] = f"tcp://127.0.0.1:{ports['n2']}"
    upf, smf = free_loopback_hosts(2)
    config["upf"] |= {"n4": f"udp://{upf}", "n3": f"udp://{upf}", "n6": "user"}
    config["smf"]["n4"] = f"udp://{smf}"
    config["also"] = {"iaf-2": {"nf": "iaf", "port": ports["iaf-2"]}}
    file = tmp_path / "testbed.yaml"
    file.write_text(yaml.safe_dump(config))
    others = tuple(name for name in NAMES if name != "iaf")
    async with AsyncExitStack() as running:
        testbed = await running.enter_async_context(Testbed(load_config(file), only=others))
        iafs = {}
        for name in IAFS:
            process = iaf_process(file, name, redis_server.url)
            iafs[ports[name]] = await running.enter_async_context(process)
        store = open_store(redis_server.url, "iaf")
        running.callback(store.close)
        yield Core(testbed, iafs, store)


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(120):
        while not holds():
            await asyncio.sleep(0.1)


async def test_the_intent_of_a_killed_iaf_is_assured_undone_and_reported_by_the_other(
    core: Core,
) -> None:
    async with attach(core.testbed.n2, UeConfig(OWNER)) as ue:
        drone = UserEquipment(UeConfig(DRONE), ue.modem.access.cell)
        await drone.register()
        await drone.establish_session()
        said = await ue.say(LINE)
        assert said.status == "FULFILLED", said
        assert said.intent_id is not None
        intent, killed = said.intent_id, core.owner(said.intent_id)
        assert core.flows(intent) == 2
        await core.kill(killed)
        await until(lambda: core.owner(intent) != killed)
        await core.testbed.impair_n3({"delayMs": 400})
        await until(lambda: ue.agent.reports)
        assert core.flows(intent) == 2, "its time is not over"
        await until(lambda: core.settled(intent))
        reports = [(report.intent_id, report.status) for report in ue.agent.reports]
        assert reports == [(intent, "DEGRADED"), (intent, "EXPIRED")]
        ended = core.record(intent)
        assert (ended["status"], ended["undoCalls"]) == ("EXPIRED", [])
        assert core.flows(intent) == 0
        again = await ue.say("translate 'where is the station' into German")
        assert again.result_text == "Wo ist der Bahnhof?"
        await core.testbed.impair_n3({})
        await drone.deregister()


async def test_crossings_are_told_to_the_iaf_that_has_taken_the_geofence_over(core: Core) -> None:
    """Also the one that nobody was there to hear of."""
    async with attach(core.testbed.n2, UeConfig(OWNER)) as ue:
        office = Gnb(GnbConfig(gnb_id=2, tac=2))
        await office.start(core.testbed.n2)
        drone = UserEquipment(UeConfig(DRONE), ue.modem.access.cell)
        await drone.register()
        said = await ue.say("tell me when the drone enters or leaves the office")
        assert said.status == "FULFILLED", said
        assert said.intent_id is not None
        intent, killed = said.intent_id, core.owner(said.intent_id)
        await core.kill(killed)
        await drone.move_to(office)
        await until(lambda: core.owner(intent) != killed)
        await until(lambda: ue.agent.reports)
        assert [report.output["event"] for report in ue.agent.reports] == ["ENTER"]
        await drone.move_to(ue.modem.access.cell)
        await until(lambda: len(ue.agent.reports) > 1)
        assert ue.agent.reports[-1].output["event"] == "LEAVE"
        await drone.deregister()
        await office.stop()
