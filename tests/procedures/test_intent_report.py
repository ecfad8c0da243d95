"""INTENT REPORT: what the intent function says of an intent reaches the agent on the UE."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from one_ue import OneUe, one_ue, until

from nfs.cli.ue.follow import follow
from nfs.common.sbi.problem import SbiProblem
from nfs.common.serving_amf import call_serving_amf
from nfs.protocols.agent import IntentReport, encode
from nfs.semantics.intent import OperatorResult

CROSSED: dict[str, Any] = {
    "intentId": "i-1",
    "kind": "location.geofence",
    "status": "FULFILLED",
    "output": {"event": "ENTER", "target": "my bike", "area": "the yard"},
}


async def report(run: OneUe, **more: Any) -> None:
    iaf, supi = run.testbed.nfs["iaf"], run.ue.supi
    path = f"/namf-callback/v1/ue-contexts/{supi}/intent-reports"
    await call_serving_amf(iaf, supi, "namf-callback", "POST", path, json=CROSSED | more)


async def test_to_a_connected_ue_and_to_one_that_is_idle() -> None:
    async with one_ue(agents=True) as run:
        await run.ue.register()
        await run.ue.register_agent()
        told: list[str] = []
        run.ue.agent.on_report = lambda result: told.append(run.ue.agent.tell(result))
        await report(run)
        await until(lambda: told == ["My bike has entered the yard."])
        assert run.count("Paging") == 0
        await run.idle()
        await report(run, status="EXPIRED", output={})
        await until(lambda: told[1:] == ["The time of your request is over."])
        assert run.count("Paging") == 1
        assert [r.status for r in run.ue.agent.reports] == ["FULFILLED", "EXPIRED"]


async def test_who_follows_hears_of_this_intent_until_it_has_ended() -> None:
    async with one_ue(agents=True) as run:
        await run.ue.register()
        await run.ue.register_agent()
        said = await run.ue.say("where am I")
        told: list[str] = []
        await report(run, intentId=said.intent_id)
        following = asyncio.ensure_future(follow(run.ue, said, told.append))
        await report(run, intentId="of another")
        await until(lambda: len(told) == 1)
        assert not following.done()
        await report(run, intentId=said.intent_id, status="EXPIRED", output={})
        heard = await asyncio.wait_for(following, 30)
        assert [h["text"] for h in heard] == told
        assert [h["status"] for h in heard] == ["FULFILLED", "EXPIRED"]


async def test_nobody_to_report_to() -> None:
    async with one_ue(agents=True) as run:
        with pytest.raises(SbiProblem) as unknown:
            await report(run)
        assert (unknown.value.status, unknown.value.cause) == (404, "CONTEXT_NOT_FOUND")
        await run.ue.register()
        with pytest.raises(SbiProblem) as no_agent:
            await report(run)
        assert (no_agent.value.status, no_agent.value.cause) == (404, "AGENT_NOT_REGISTERED")
        with pytest.raises(SbiProblem) as bad:
            await report(run, status="NO SUCH STATUS")
        assert bad.value.status == 400


async def test_a_report_that_cannot_be_read_is_dropped() -> None:
    async with one_ue(agents=True) as run:
        await run.ue.register()
        await run.ue.register_agent()
        for octets in (b"", b"{}", b"\xff", b'{"intentId": 1}'):
            run.ue.modem.on_agent_container(encode(IntentReport(0, octets)))
        await report(run)
        await until(lambda: len(run.ue.agent.reports) == 1)
        assert run.ue.agent.reports[0] == OperatorResult.model_validate(CROSSED)
