"""What a QoS flow really gets, measured over N4 and N3 by real packets; N3 made worse meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import ToolConsumer
from nfs.testbed import Testbed, TestbedConfig
from nfs.upf.app import Upf
from ue_sim import UserEquipment, attach

GATEWAY = "10.45.0.1"


@pytest.fixture
async def testbed() -> AsyncIterator[Testbed]:
    config = TestbedConfig(upf={"path_probe_seconds": 0.01})
    async with Testbed(config, sockets=False) as running:
        yield running


async def use(testbed: Testbed, tool: str, ue: UserEquipment, **given: Any) -> dict[str, Any]:
    return await ToolConsumer(testbed.nfs["iaf"]).call(tool, {"supi": ue.supi} | given)


async def impair(testbed: Testbed, **impairment: float) -> None:
    upf = testbed.nfs["upf"]
    url = f"{upf.api_root}/nupf-oam/v1/n3-impairment"
    answer = await testbed.nfs["iaf"].sbi.request("PUT", url, json=impairment)
    assert answer.json().items() >= impairment.items()


async def measure(testbed: Testbed, ue: UserEquipment, qfi: int = 1) -> dict[str, Any]:
    measured = await use(testbed, "measure-flow", ue, pduSessionId=1, qfi=qfi, seconds=0.2)
    (flow,) = measured["flows"]
    assert flow["qfi"] == qfi
    return dict(flow)


async def test_latency_loss_and_drops_are_measured(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session = ue.session(1)
        assert session is not None
        await session.ping(GATEWAY)
        good = await measure(testbed, ue)
        assert good["latencyMs"] < 20
        assert good["jitterMs"] < 20
        assert good["totalUplinkOctets"] == good["totalDownlinkOctets"] == 84
        await impair(testbed, delayMs=30)
        slow = await measure(testbed, ue)
        assert slow["latencyMs"] >= 30
        assert await session.ping(GATEWAY) >= 0.06, "user packets take as long, each way"
        await impair(testbed, jitterMs=60)
        assert (await measure(testbed, ue))["jitterMs"] >= 2
        await impair(testbed, lossPercent=100)
        with pytest.raises(TimeoutError):
            await session.ping(GATEWAY, 0.05)
        await impair(testbed)
        assert (await measure(testbed, ue))["latencyMs"] < 20


async def test_drops_of_the_enforcement_are_counted(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session, upf = ue.session(1), testbed.nfs["upf"]
        assert session is not None
        assert isinstance(upf, Upf)
        (at_upf,) = upf.sessions
        at_upf.qers[1].buckets[0].change(8)  # type: ignore[index]
        with session.interface.udp() as socket:
            for _ in range(10):
                socket.send(bytes(1000), (GATEWAY, 7))
            await socket.receive()
        flow = await measure(testbed, ue)
        assert flow["totalDroppedPackets"] == 8, "of 3,000 octets at once, two such packets pass"
        assert flow["totalUplinkOctets"] == 2 * 1028


async def test_flows_of_an_intent_are_found_and_taken_back(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        flow = {"pduSessionId": 1, "intentId": "line", "remoteAddress": "10.45.0.9"}
        rate = {"downlinkThroughput": 5, "uplinkThroughput": 5}
        added = await use(testbed, "add-qos-flow", ue, **flow, **rate)
        (session,) = (await use(testbed, "list-sessions", ue))["sessions"]
        assert session["dnn"] == "internet"
        assert [f.get("intentId") for f in session["qosFlows"]] == [None, "line"]
        assert session["qosFlows"][1]["guaranteedDownlinkKbps"] == 5000
        held = ue.session(1)
        assert held is not None
        with held.interface.udp() as socket:
            socket.send(b"to the other end", ("10.45.0.9", 7))
            socket.send(b"elsewhere", (GATEWAY, 7))
            await socket.receive()
        assert held.interface.flows_out == {1: 1, added["qfi"]: 1}
        gone = await use(testbed, "release-qos-flow", ue, intentId="line")
        assert gone["qfis"] == [added["qfi"]]
        again = await use(testbed, "add-qos-flow", ue, **flow, **rate)
        assert again["qfi"] == added["qfi"]
        fresh = await measure(testbed, ue, again["qfi"])
        assert fresh["totalUplinkOctets"] == 0, "it is another flow"
        await use(testbed, "release-qos-flow", ue, intentId="line")
        with pytest.raises(SbiProblem) as missing:
            await use(testbed, "release-qos-flow", ue, intentId="line")
        assert missing.value.status == 404
        with pytest.raises(SbiProblem) as infeasible:
            await use(testbed, "add-qos-flow", ue, **flow, **rate, latency=1)
        assert infeasible.value.cause == "INFEASIBLE"


async def test_the_network_releases_a_session(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        released = await use(testbed, "release-session", ue, pduSessionId=1)
        assert released == {"dnn": "internet"}
        assert ue.session(1) is None or not ue.sessions
        assert (await use(testbed, "list-sessions", ue))["sessions"] == []
