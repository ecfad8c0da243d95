"""The closed loop with real packets: N3 gets slow, the network acts, and reports (L25)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from nfs.smf.app import Smf
from nfs.testbed import Testbed, TestbedConfig
from nfs.workflow.kinds import qos_assure
from ue_sim import UeConfig, UserEquipment, attach

GATEWAY = "10.45.0.1"
LARGE = 1000
"""Octets of a packet, and kbit/s of a link that takes one in 8 ms."""
GAME = "I need my cloud game below 20 ms for the next half hour"


@pytest.fixture
async def testbed(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Testbed]:
    monkeypatch.setattr(qos_assure, "MEASURED_SECONDS", 0.1)
    config = TestbedConfig(upf={"path_probe_seconds": 0.01}, iaf={"assurance_period": 0.01})
    async with Testbed(config, sockets=False) as running:
        yield running


async def impair(testbed: Testbed, **impairment: float) -> None:
    url = f"{testbed.nfs['upf'].api_root}/nupf-oam/v1/n3-impairment"
    await testbed.nfs["iaf"].sbi.request("PUT", url, json=impairment)


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


def five_qis(testbed: Testbed, ue: UserEquipment) -> list[int]:
    smf = testbed.nfs["smf"]
    assert isinstance(smf, Smf)
    (session,) = smf.sessions.of_device(ue.supi)
    return [flow.five_qi for flow in session.flows.values()]


async def test_a_slow_network_is_planned_around_or_reported(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        done = await ue.say(GAME)
        assert done.status == "FULFILLED"
        assert five_qis(testbed, ue) == [9, 80], "10 ms"
        await impair(testbed, delayMs=40)
        await until(lambda: ue.agent.reports)
        report = ue.agent.reports[-1]
        assert (report.intent_id, report.status) == (done.intent_id, "DEGRADED")
        (latency,) = [t.value for t in report.achieved if t.target_name == "latency"]
        assert latency >= 40
        assert five_qis(testbed, ue) == [9, 90], "a flow that goes first was tried before"
        await impair(testbed)
        await until(lambda: ue.agent.reports[-1].status == "FULFILLED")
        assert ue.agent.reports[-1].output["event"] == "RECOVERED"


async def flood(ue: UserEquipment) -> None:
    """Twice as many packets as the narrow link takes, there and back."""
    session = ue.session(1)
    assert session is not None
    with session.interface.udp() as socket:
        while True:
            for _ in range(4):
                socket.send(bytes(LARGE), (GATEWAY, 7))
            await asyncio.sleep(0.008 * 2)


async def test_a_second_plan_restores_the_target(testbed: Testbed) -> None:
    """A neighbour fills the link; packets of a flow with guaranteed rates go before his."""
    neighbour = UeConfig(supi="imsi-999700000000032")
    async with attach(testbed.n2) as ue, attach(testbed.n2, neighbour) as other:
        done = await ue.say("keep my video call below 300 ms for an hour")
        assert five_qis(testbed, ue) == [9, 9]
        await impair(testbed, rateKbps=LARGE)
        flooding = asyncio.create_task(flood(other))
        try:
            await until(lambda: ue.agent.reports)
        finally:
            flooding.cancel()
        report = ue.agent.reports[-1]
        assert (report.intent_id, report.status) == (done.intent_id, "FULFILLED")
        assert report.output["event"] == "RECOVERED"
        (latency,) = [t.value for t in report.achieved if t.target_name == "latency"]
        assert latency <= 300
        assert five_qis(testbed, ue) == [9, 72]


@pytest.mark.slow
async def test_quality_that_is_to_begin_later(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        done = await ue.say("I need my cloud game below 20 ms starting in one second")
        assert done.status == "ACKNOWLEDGED"
        assert done.result_text == f"It begins at {done.output['startsAt']}."
        assert five_qis(testbed, ue) == [9]
        await until(lambda: ue.agent.reports)
        assert ue.agent.reports[-1].status == "FULFILLED"
        assert five_qis(testbed, ue) == [9, 80]
