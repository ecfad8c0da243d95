"""Intents of the session and user plane, carried out with real signalling and real packets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from nfs.iaf.app import Iaf
from nfs.testbed import Testbed, TestbedConfig
from nfs.workflow.intents import Intents
from ue_sim import UeConfig, UserEquipment, attach
from ue_sim.ue.sessions import Session

GATEWAY = "10.45.0.1"
SUPI, OTHER = "imsi-999700000000001", "imsi-999700000000002"
ALL = [
    "/capability/qos-assurance",
    "/capability/location",
]
CREDENTIALS = {"k": "465B5CE8B199B49FAA5F0A2EE238A6BC", "opc": "E8ED289DEBA952E4283B54E88E6183CA"}
SUBSCRIBERS = [
    {"supi": SUPI, "agents": {"scope": ALL, "devices": {"camera": OTHER}}, **CREDENTIALS},
    {"supi": OTHER, "agents": {"scope": ALL}, **CREDENTIALS},
]


@pytest.fixture
async def testbed(tmp_path: Path) -> AsyncIterator[Testbed]:
    subscribers = tmp_path / "subscribers.yaml"
    subscribers.write_text(yaml.safe_dump({"subscribers": SUBSCRIBERS}))
    config = TestbedConfig(upf={"path_probe_seconds": 0.02}, udm={"subscribers": subscribers})
    async with Testbed(config, sockets=False) as running:
        yield running


async def also(ue: UserEquipment) -> UserEquipment:
    """The other device of the subscription, at the same gNB."""
    other = UserEquipment(UeConfig(OTHER), ue.modem.access.cell)
    await other.register()
    await other.establish_session()
    return other


def session_of(ue: UserEquipment) -> Session:
    session = ue.session(1)
    assert session is not None
    return session


def intents_of(testbed: Testbed) -> Intents:
    iaf = testbed.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    return iaf.intents


async def test_quality_for_another_device(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        camera = await also(ue)
        done = await ue.say("Guarantee 5 Mbit/s uplink for my camera for an hour")
        assert (done.status, done.output["guaranteedUplinkKbps"]) == ("FULFILLED", 5000)
        await session_of(camera).ping(GATEWAY)
        assert session_of(camera).interface.flows_out == {2: 1}
        await session_of(ue).ping(GATEWAY)
        assert session_of(ue).interface.flows_out == {1: 1}
        assert done.intent_id is not None
        await intents_of(testbed).end(done.intent_id)
        await session_of(camera).ping(GATEWAY)
        assert session_of(camera).interface.flows_out == {1: 1, 2: 1}
        await camera.deregister()


async def test_a_device_connects_and_is_disconnected(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        done = await ue.say("connect me to the agents network for an hour")
        assert done.status == "FULFILLED", done
        assert done.output["dnn"] == "agents"
        session = ue.session(2)
        assert session is not None
        assert session.address == done.output["ipAddress"]
        assert await session.ping("10.46.0.1") > 0
        again = await ue.say("connect me to the agents network")
        assert again.output["ipAddress"] == session.address, "it is connected already"
        assert done.intent_id is not None
        await intents_of(testbed).end(done.intent_id)
        assert ue.session(2) is None, "its time is over"
        assert ue.session(1) is not None


async def test_what_is_not_subscribed_is_not_established(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        refused = await ue.say("I want access to the enterprise network for two hours")
        assert (refused.status, refused.cause) == ("REJECTED", "SUBSCRIPTION_NOT_ALLOWED")
        refused = await ue.say("connect me to slice 1-000002")
        assert (refused.status, refused.cause) == ("REJECTED", "SUBSCRIPTION_NOT_ALLOWED")
        assert [session["dnn"] for session in ue.sessions] == ["internet"]


async def test_the_network_ends_a_session_that_a_user_names(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        await ue.establish_session("agents")
        asked = await ue.say("leave the eMBB slice")
        assert asked.status == "NEEDS_INPUT", "both sessions are in it"
        done = await ue.say("close my agents network session")
        assert (done.status, done.output["dnn"]) == ("FULFILLED", "agents")
        assert [session["dnn"] for session in ue.sessions] == ["internet"]
        gone = await ue.say("close my agents network session")
        assert gone.cause == "INFEASIBLE"
