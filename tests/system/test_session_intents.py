"""Intents of the session and user plane, carried out with real signalling and real packets."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from nfs.common.tools import ToolConsumer
from nfs.iaf.app import Iaf
from nfs.testbed import Testbed, TestbedConfig
from nfs.workflow.lives.intents import Intents
from ue_sim import UeConfig, UserEquipment, attach
from ue_sim.ue.sessions import Session

GATEWAY = "10.45.0.1"
SUPI, OTHER, STRANGER = (f"imsi-99970000000000{n}" for n in range(1, 4))
ALL = [
    "/capability/qos-assurance",
    "/capability/location",
]
CREDENTIALS = {"k": "465B5CE8B199B49FAA5F0A2EE238A6BC", "opc": "E8ED289DEBA952E4283B54E88E6183CA"}
SUBSCRIBERS = [
    {"supi": SUPI, "agents": {"scope": ALL, "devices": {"camera": OTHER}}, **CREDENTIALS},
    {"supi": OTHER, "agents": {"scope": ALL}, **CREDENTIALS},
    {"supi": STRANGER, **CREDENTIALS},
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


async def test_another_device_connects_when_it_is_told(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        camera = await also(ue)
        refused = await ue.say("Connect my camera to the agents network")
        assert refused.cause == "INFEASIBLE", "it has no OS agent to be told"
        await camera.register_agent()
        await camera.go_idle()
        done = await ue.say("Connect my camera to the agents network")
        assert done.status == "FULFILLED", done
        assert [session["dnn"] for session in camera.sessions] == ["internet", "agents"]
        assert camera.agent.reports == deque()
        assert [session["dnn"] for session in ue.sessions] == ["internet"]
        await camera.deregister()


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


async def test_a_private_line_carries_the_packets_of_its_ends_only(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        camera, stranger = await also(ue), UserEquipment(UeConfig(STRANGER), ue.modem.access.cell)
        await stranger.register()
        await stranger.establish_session()
        line = await ue.say("set up a private line from my phone to the camera for an hour")
        assert (line.status, line.output["endpointB"]) == ("FULFILLED", "camera"), line
        near, far = session_of(ue), session_of(camera)
        assert near.address is not None
        assert far.address is not None
        assert await near.ping(far.address) > 0
        await session_of(stranger).ping(far.address)
        await near.ping(GATEWAY)
        assert (near.interface.flows_out, near.interface.flows_in) == ({2: 1, 1: 1}, {2: 1, 1: 1})
        assert (far.interface.flows_out, far.interface.flows_in) == ({2: 1, 1: 1}, {2: 1, 1: 1})
        tools = ToolConsumer(testbed.nfs["iaf"])
        asked = {"supi": SUPI, "pduSessionId": 1, "qfi": 2, "seconds": 0.1}
        (used,) = (await tools.call("measure-flow", asked))["flows"]
        assert used["totalUplinkOctets"] == used["totalDownlinkOctets"] == 84, "it is metered"
        assert line.intent_id is not None
        await intents_of(testbed).end(line.intent_id)
        await near.ping(far.address)
        assert near.interface.flows_out == {2: 1, 1: 2}
        await camera.deregister()
        await stranger.deregister()


async def test_lines_that_cannot_be(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        for text, cause in (
            ("private line between this phone and the data centre", "TARGET_UNKNOWN"),
            ("private line between this phone and the camera", "INFEASIBLE"),  # it has no session
            ("private line from my phone to this phone", "INFEASIBLE"),
        ):
            refused = await ue.say(text)
            assert (refused.status, refused.cause) == ("REJECTED", cause), text
        assert session_of(ue).qos.flows.keys() == {1}
