"""Intents that end, fail half-way or are withdrawn, in the whole testbed: nothing of them stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from nfs.common.nf import NetworkFunction, NfConfig
from nfs.common.sbi.problem import SbiProblem
from nfs.iaf.app import Iaf
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import UserEquipment, attach


@pytest.fixture
async def testbed() -> AsyncIterator[Testbed]:
    config = TestbedConfig(iaf={"assurance_period": 0.05})
    async with Testbed(config, sockets=False) as running:
        yield running


async def until(reached: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not reached():
            await asyncio.sleep(0.02)


class Oam(NetworkFunction):
    nf_type = "OAM"


async def operator_at(testbed: Testbed) -> Oam:
    operator = Oam(NfConfig(port=0), testbed.platform, title="operator")
    await operator.start()
    return operator


def flows(ue: UserEquipment) -> list[int]:
    return [flow["fiveQi"] for flow in ue.sessions[0]["qosFlows"]]


async def test_when_its_time_is_over_it_is_undone_and_the_phone_hears_of_it() -> None:
    """L25; with an AMF that carries intents out itself."""
    config = TestbedConfig(amf={"agent_enabled": True, "assurance_period": 0.05})
    async with Testbed(config, sockets=False) as testbed, attach(testbed.n2) as ue:
        done = await ue.say("keep my cloud game under 20 ms for one second")
        assert (done.status, flows(ue)) == ("FULFILLED", [9, 80])
        await until(lambda: flows(ue) == [9])
        await until(lambda: ue.agent.reports)
        (report,) = ue.agent.reports
        assert (report.intent_id, report.status) == (done.intent_id, "EXPIRED")
        assert ue.agent.tell(report) == "The time of your request is over."
        url = f"{testbed.nfs['amf'].api_root}/namf-intent/v1/intents"
        operator = await operator_at(testbed)
        (intent,) = (await operator.sbi.request("GET", url)).json()["intents"]
        assert (intent["intentId"], intent["status"]) == (done.intent_id, "EXPIRED")
        assert (await operator.sbi.request("GET", f"{url}/{done.intent_id}")).json() == intent
        with pytest.raises(SbiProblem, match="404 INTENT_NOT_FOUND"):
            await operator.sbi.request("DELETE", f"{url}/{done.intent_id}")
        await operator.stop()


async def test_an_amf_without_agent_has_no_intents(testbed: Testbed) -> None:
    """L2."""
    amf, operator = testbed.nfs["amf"], await operator_at(testbed)
    with pytest.raises(SbiProblem, match="404 AGENT_NOT_ENABLED"):
        await operator.sbi.request("GET", f"{amf.api_root}/namf-intent/v1/intents")
    with pytest.raises(SbiProblem, match="INVALID_SCOPE"):
        await testbed.nfs["iaf"].sbi.request("GET", f"{amf.api_root}/namf-intent/v1/intents")
    await operator.stop()


async def test_a_task_that_fails_half_way_leaves_no_session(testbed: Testbed) -> None:
    """L8: the session that was established for the flow ends with it."""
    async with attach(testbed.n2) as ue:
        before = [session["dnn"] for session in ue.sessions]
        said = await ue.say("connect me to the agents network and give my game 1 ms latency")
        assert (said.status, said.cause) == ("REJECTED", "INFEASIBLE")
        assert [session["dnn"] for session in ue.sessions] == before
        used = [r.name for r in testbed.platform.trace]
        assert sum("release-session" in name for name in used) >= 1


async def test_an_operator_withdraws_what_is_in_effect(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        done = await ue.say("I need my cloud game below 20 ms for the next half hour")
        iaf = testbed.nfs["iaf"]
        assert isinstance(iaf, Iaf)
        assert done.intent_id is not None
        iaf.intents.cancel(done.intent_id)
        await until(lambda: flows(ue) == [9])
        await until(lambda: ue.agent.reports)
        assert [report.status for report in ue.agent.reports] == ["CANCELLED"]


async def test_an_intent_ends_with_the_connection_that_it_was_for(testbed: Testbed) -> None:
    iaf = testbed.nfs["iaf"]
    assert isinstance(iaf, Iaf)
    async with attach(testbed.n2) as ue:
        done = await ue.say("I need my cloud game below 20 ms for the next half hour")
        await ue.release_session(1)
        await until(lambda: ue.agent.reports)
        (report,) = ue.agent.reports
        assert (report.intent_id, report.status) == (done.intent_id, "CANCELLED")
        assert ue.agent.tell(report).startswith("Your request has ended with the connection")
        assert iaf.intents.of(ue.supi)[0].undo_calls == []
