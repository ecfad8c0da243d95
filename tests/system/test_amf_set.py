"""A UE's context is not its AMF's alone: it survives the AMF, and moves inside the AMF set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nfs.amf.app import Amf
from nfs.amf.config import AmfConfig
from nfs.amf.timers import IMPLICIT_DEREGISTRATION, MOBILE_REACHABLE
from nfs.protocols.agent import AgentCause, AgentStatus
from nfs.protocols.nas import AuthenticationRequest, CipheringAlgorithm
from nfs.smf.app import Smf
from nfs.smf.config import SmfConfig
from nfs.smf.sm_context import sm_context_ref
from nfs.testbed import Testbed
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment


@asynccontextmanager
async def gnb_at(n2: str, gnb_id: int = 1) -> AsyncIterator[Gnb]:
    gnb = Gnb(GnbConfig(gnb_id=gnb_id))
    await gnb.start(n2)
    try:
        yield gnb
    finally:
        await gnb.stop()


@pytest.fixture
async def testbed(tmp_path: Path) -> AsyncIterator[Testbed]:
    async with Testbed(sockets=False, state=tmp_path) as running:
        yield running


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def other_amf(testbed: Testbed, number: int, pointer: int = 0) -> Amf:
    n2 = f"memory://amf-{number}-{id(testbed)}"
    config = AmfConfig(port=7730 + number, n2=n2, pointer=pointer)
    amf = Amf(config, testbed.platform)
    await amf.start()
    return amf


async def crash(nf: Amf | Smf) -> None:
    """What is left of an NF that is killed: nothing was said to anybody."""
    if isinstance(nf, Amf) and nf._listener is not None:
        await nf._listener.close()
    if isinstance(nf, Smf):
        await nf.n4.stop()
    for task in list(nf._tasks):
        task.cancel()
    del local_network(nf)[nf.authority]


def local_network(nf: Amf | Smf) -> dict[str, object]:
    return nf.sbi._local  # type: ignore[return-value]


def challenges(testbed: Testbed) -> int:
    return sum(AuthenticationRequest.NAME in record.name for record in testbed.platform.trace)


async def registered_ue(gnb: Gnb) -> UserEquipment:
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    await ue.establish_session()
    await ue.register_agent()
    return ue


@pytest.mark.parametrize("ciphering", [CipheringAlgorithm.NEA0, CipheringAlgorithm.NEA2])
async def test_a_ue_stays_registered_when_its_amf_is_killed(
    testbed: Testbed, ciphering: CipheringAlgorithm
) -> None:
    first = testbed.nfs["amf"]
    assert isinstance(first, Amf)
    first.config = first.config.model_copy(update={"ciphering_order": (ciphering,)})
    async with gnb_at(testbed.n2) as gnb:
        ue = await registered_ue(gnb)
        aic, address = ue.aic, ue.sessions[0]["address"]
        authenticated = challenges(testbed)
        await crash(first)
    successor = await other_amf(testbed, 1)
    async with gnb_at(successor.n2_endpoint) as gnb:
        await ue.move_to(gnb)
        assert challenges(testbed) == authenticated, "the security context was to be kept"
        # Without the agent having registered again: its AIC is in the context.
        assert (await ue.say("where is my phone")).status == "FULFILLED"
        game = await ue.say("I need my cloud game below 20 ms for an hour")
        assert game.status == "FULFILLED", "the SMF was to learn who serves the UE now"
        assert (ue.aic, ue.sessions[0]["address"]) == (aic, address)
        await ue.deregister()
    assert successor.contexts.of_supi(ue.supi) is None
    await successor.stop()


async def test_an_idle_ue_is_paged_by_the_amf_that_comes_after(testbed: Testbed) -> None:
    """Its context is in the store: it is found, called, and answers with a service request."""
    first = testbed.nfs["amf"]
    assert isinstance(first, Amf)
    async with gnb_at(testbed.n2) as gnb:
        ue = await registered_ue(gnb)
        await ue.go_idle()
        await until(lambda: not first.n2.ues)
        authenticated = challenges(testbed)
        await crash(first)
    successor = await other_amf(testbed, 1)
    async with gnb_at(successor.n2_endpoint) as gnb:
        ue.modem.camp_on(gnb)
        context = successor.registry.context(ue.supi)
        assert context is not None
        containers: list[bytes] = []
        ue.modem.on_agent_container = containers.append
        successor.send_agent_message(context, AgentStatus(9, AgentCause.CANCELLED))
        await until(lambda: bool(containers))
        assert challenges(testbed) == authenticated
        assert await ue.request_service(frozenset({1})) == frozenset()
        await ue.deregister()
    await successor.stop()


async def test_a_restarted_amf_deregisters_those_that_stay_silent(testbed: Testbed) -> None:
    async with gnb_at(testbed.n2) as gnb:
        ue = await registered_ue(gnb)
        await ue.go_idle()
        first = testbed.nfs["amf"]
        assert isinstance(first, Amf)
        await until(lambda: not first.n2.ues)
        await crash(first)
    timers = {MOBILE_REACHABLE: 0.01, IMPLICIT_DEREGISTRATION: 0.01}
    config = AmfConfig(port=7731, n2=f"memory://amf-silent-{id(testbed)}", timers=timers)
    successor = Amf(config, testbed.platform)
    await successor.start()
    await until(lambda: successor.contexts.of_supi(ue.supi) is None)
    await successor.stop()


async def test_a_ue_goes_to_another_amf_of_the_set_and_back(testbed: Testbed) -> None:
    second = await other_amf(testbed, 2)
    async with gnb_at(testbed.n2) as here, gnb_at(second.n2_endpoint, 2) as there:
        ue = await registered_ue(here)
        authenticated, guti = challenges(testbed), ue.guti
        for gnb in (there, here, there):
            await ue.move_to(gnb)
            assert (await ue.say("where is my phone")).status == "FULFILLED"
        assert challenges(testbed) == authenticated
        assert ue.guti != guti, "the 5G-GUTI is to be reallocated (TS 33.512 4.2.2.5.1)"
        await ue.deregister()
    await second.stop()


async def test_what_was_sent_before_the_crash_is_no_key_to_the_successor(testbed: Testbed) -> None:
    """A recorded initial message must not be taken by the AMF that took the context over."""
    first = testbed.nfs["amf"]
    assert isinstance(first, Amf)
    async with gnb_at(testbed.n2) as gnb:
        ue = await registered_ue(gnb)
    second = await other_amf(testbed, 3)
    async with gnb_at(second.n2_endpoint) as gnb:
        await ue.move_to(gnb)
        context = second.contexts.of_supi(ue.supi)
        assert context is not None
        assert context.security is not None
        assert ue.modem.security is not None
        async with asyncio.timeout(30):
            while context.security.uplink_count != ue.modem.security.uplink_count:
                await asyncio.sleep(0.01)  # REGISTRATION COMPLETE is on its way
                context = second.contexts.of_supi(ue.supi)
                assert context is not None
                assert context.security is not None
    await second.stop()


async def test_a_session_outlives_its_smf(testbed: Testbed) -> None:
    smf = testbed.nfs["smf"]
    assert isinstance(smf, Smf)
    async with gnb_at(testbed.n2) as gnb:
        ue = await registered_ue(gnb)
        assert (await ue.say("I need my cloud game below 20 ms for an hour")).status == "FULFILLED"
        await crash(smf)
        again = Smf(SmfConfig(n4=smf.config.n4, upfs=smf.config.upfs), testbed.platform)
        await again.start()
        testbed.nfs["smf"] = again
        kept = await again.sessions.find(sm_context_ref(ue.supi, 1))
        assert [f.five_qi for f in kept.flows.values()] == [9, 80]
        session = ue.session(1)
        assert session is not None
        assert await session.ping("10.45.0.1") > 0, "its UPF was provisioned again"
        other = UserEquipment(UeConfig("imsi-999700000000002"), gnb)
        await other.register()
        await other.establish_session()
        assert other.sessions[0]["address"] != ue.sessions[0]["address"]
        again_asked = await ue.say("I need my cloud game below 20 ms for an hour")
        assert again_asked.status == "FULFILLED"


async def test_one_gnb_at_two_amfs_loses_one_of_them(testbed: Testbed) -> None:
    """Its UEs are idle then, and the next thing they do goes to the other AMF of the set."""
    first, second = testbed.nfs["amf"], await other_amf(testbed, 4, pointer=1)
    assert isinstance(first, Amf)
    gnb = Gnb(GnbConfig())
    await gnb.start(first.n2_endpoint, second.n2_endpoint)
    gnb.amfs[1].capacity = 0
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    await ue.establish_session()
    await ue.register_agent()
    aic = ue.aic
    assert first.registry.get(ue.supi) is not None
    await crash(first)
    await gnb.amfs[0].association.close()
    await until(lambda: not ue.modem.connected)
    assert len(gnb.amfs) == 1
    said = await ue.say("translate 'where is the station' into German")
    assert said.result_text == "Wo ist der Bahnhof?"
    assert ue.aic == aic
    taken = second.registry.get(ue.supi)
    assert taken is not None
    await gnb.stop()
    await second.stop()
