"""Several instances of an NF on one Redis: one goes, and its consumers go on with another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import pytest
from process_testbed import free_ports

from nfs.agw.app import Agw
from nfs.agw.config import AgwConfig
from nfs.amc.app import Amc
from nfs.amc.config import AmcConfig
from nfs.ausf.app import Ausf
from nfs.ausf.config import AusfConfig
from nfs.common.nf import NetworkFunction
from nfs.common.store import leases, open_store
from nfs.iaf.app import Iaf
from nfs.iaf.config import IafConfig
from nfs.nrf.app import Nrf
from nfs.nrf.config import NrfConfig
from nfs.smf.app import Smf
from nfs.smf.config import SmfConfig
from nfs.smf.sm_context import sm_context_ref
from nfs.testbed import Testbed, TestbedConfig
from nfs.transports.datagram import memory_host
from nfs.udm.app import Udm
from nfs.udm.config import UdmConfig
from nfs.upf.app import Upf
from nfs.workflow.lives.records import LIVE
from ue_sim import GnbConfig, UeConfig, attach

if TYPE_CHECKING:
    from tests.conftest import RedisServer

FIRST_NRF, OTHER_NRF = "http://127.0.0.1:7710", "http://127.0.0.1:7750"
GAME = "I need my cloud game below 20 ms for an hour"


@pytest.fixture
async def testbed(redis_server: RedisServer) -> AsyncIterator[Testbed]:
    common = {"nrf": [FIRST_NRF, OTHER_NRF]}
    config = TestbedConfig(common=common, agw={"port": free_ports(1)[0]})
    async with Testbed(config, sockets=False, state=redis_server.url) as running:
        yield running


@pytest.fixture
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "LEASE_SECONDS", 1.0)


@asynccontextmanager
async def also(nf: NetworkFunction) -> AsyncIterator[None]:
    await nf.start()
    try:
        yield
    finally:
        await nf.stop()


@contextmanager
def gone(testbed: Testbed, name: str) -> Iterator[None]:
    """Nobody reaches the first instance of an NF."""
    nf = testbed.nfs[name]
    del testbed.platform.local[nf.authority]
    try:
        yield
    finally:
        testbed.platform.local[nf.authority] = nf.app


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def test_gateway_instances_know_the_same_agents(testbed: Testbed) -> None:
    other = Agw(AgwConfig(port=7740), testbed.platform)
    await other.start()
    first = testbed.nfs["agw"]
    assert isinstance(first, Agw)

    def known(agw: Agw) -> dict[str, object]:
        return {agent.aic: agent.to_json() for agent in agw.directory}

    async def same() -> None:
        async with asyncio.timeout(30):
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
    body = {
        "status": "ACKNOWLEDGED",
        "createdAt": "2026-01-01T00:00:00Z",
        "request": {
            "supi": "imsi-999700000000001",
            "ueAic": "1.2.156.3088.1.1.UE.1.1.188A",
            "text": "what should I cook tonight",
            "pduSessions": [],
            "subscription": {"scope": [], "devices": {}},
            "notificationUri": "http://127.0.0.1:9/namf-callback/v1/intents/1",
        },
    }
    store.put(leases.LEASES, "alive", {}, ttl=60)
    store.put(LIVE, "of-the-dead", body | {"intentId": "of-the-dead", "owner": "dead"})
    store.put(LIVE, "of-the-living", body | {"intentId": "of-the-living", "owner": "alive"})
    monkeypatch.setattr(leases, "LEASE_SECONDS", 0.3)
    other = Iaf(IafConfig(port=7741), testbed.platform)
    await other.start()
    async with asyncio.timeout(30):
        while True:
            kept = store.get(LIVE, "of-the-dead")
            if kept is None or kept.value["owner"] != "dead":
                break
            await asyncio.sleep(0.02)
    living = store.get(LIVE, "of-the-living")
    assert living is not None
    assert living.value["owner"] == "alive"
    await other.stop()
    store.close()


async def test_an_nrf_is_told_what_the_others_know(testbed: Testbed) -> None:
    first = testbed.nfs["nrf"]
    other = Nrf(NrfConfig(port=7750), testbed.platform)
    assert isinstance(first, Nrf)
    async with also(other):
        assert known(other) == known(first)
        with gone(testbed, "nrf"):
            # An NF that registers at one is discovered at the other; tokens of both hold.
            udm = Udm(UdmConfig(port=7751, nrf=(OTHER_NRF, FIRST_NRF)), testbed.platform)
            async with also(udm), attach(testbed.n2) as ue:
                assert (await ue.say(GAME)).status == "FULFILLED"
                await until(lambda: udm.instance_id in known(first))
            await until(lambda: udm.instance_id not in known(first))


def known(nrf: Nrf) -> set[str]:
    return {profile.nf_instance_id for profile in nrf.repository.alive()}


def another(smf: Smf, testbed: Testbed) -> Smf:
    n4 = f"memory://{memory_host()}"
    return Smf(SmfConfig(port=7752, n4=n4, upfs=smf.config.upfs), testbed.platform)


async def test_a_session_is_served_by_another_smf(testbed: Testbed) -> None:
    first = testbed.nfs["smf"]
    assert isinstance(first, Smf)
    other = another(first, testbed)
    async with also(other), attach(testbed.n2) as ue:
        assert (await ue.say(GAME)).status == "FULFILLED"
        ref = sm_context_ref(ue.supi, 1)
        with gone(testbed, "smf"):
            assert (await ue.say("make my video call smooth for an hour")).status == "FULFILLED"
            assert len(other.sessions) == 1
            assert len((await other.sessions.find(ref)).flows) == 3
            await reports_go_to(other, testbed)
            await until(lambda: len(first.sessions) == 0)
            async with attach(
                testbed.n2, UeConfig("imsi-999700000000002"), GnbConfig(gnb_id=2)
            ) as second:
                assert second.sessions[0]["address"] != ue.sessions[0]["address"]
        await ue.deregister()
        await until(lambda: len(other.sessions) == 0)


async def reports_go_to(smf: Smf, testbed: Testbed) -> None:
    """The UPF has the flows, and knows the SMF that has the session by now."""
    upf = testbed.nfs["upf"]
    assert isinstance(upf, Upf)
    (session,) = upf.sessions
    assert len(session.qers) == 3
    assert session.cp_f_seid.ipv4 == smf.n4.entity.address[0]
    await until(lambda: session.cp_node in upf.n4.associations)


async def test_smfs_change_a_session_in_turn(testbed: Testbed) -> None:
    first = testbed.nfs["smf"]
    assert isinstance(first, Smf)
    other = another(first, testbed)
    async with also(other), attach(testbed.n2) as ue:
        async with asyncio.timeout(15):  # no command is sent twice, after 16 seconds
            for number, smf in enumerate([other, first, other, first], start=2):
                flow = await smf._assure(ue.supi, 1, 80, None, intent_id=None, duration_seconds=60)
                assert flow.qfi == number


@pytest.mark.usefixtures("short_leases")
async def test_the_sessions_of_an_smf_that_is_gone_are_taken_over(testbed: Testbed) -> None:
    first = testbed.nfs["smf"]
    assert isinstance(first, Smf)
    async with attach(testbed.n2) as ue:
        other = another(first, testbed)
        async with also(other):
            await asyncio.sleep(1.2)
            assert len(other.sessions) == 0, "its SMF lives"
            for task in list(first._tasks):
                task.cancel()
            with gone(testbed, "smf"):
                await until(lambda: len(other.sessions) == 1)
                assert (await ue.say(GAME)).status == "FULFILLED"


@pytest.mark.parametrize("name", ["ausf", "udm", "amc"])
async def test_another_instance_serves(testbed: Testbed, name: str) -> None:
    others = {
        "ausf": lambda: Ausf(AusfConfig(port=7753), testbed.platform),
        "udm": lambda: Udm(UdmConfig(port=7753), testbed.platform),
        "amc": lambda: Amc(AmcConfig(port=7753), testbed.platform),
    }
    async with also(others[name]()):
        async with attach(testbed.n2) as ue:
            aic = ue.aic
        with gone(testbed, name):
            async with attach(testbed.n2) as ue:
                assert ue.aic == aic
                assert (await ue.say("translate 'good morning' into French")).status == "FULFILLED"
