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
