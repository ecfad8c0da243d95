"""Conversations with the whole core: the same through an AMF with an agent and through the IAF."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

import pytest
from process_testbed import AGENTNF, ProcessTestbed

from nfs.testbed import Testbed, TestbedConfig
from ue_sim import UeConfig, UserEquipment, attach
from ue_sim.ue.mm_state import MmState
from ue_sim.ue.registration import update_registration


def flows(ue: UserEquipment) -> list[int]:
    return [flow["fiveQi"] for flow in ue.sessions[0]["qosFlows"]]


@pytest.mark.parametrize(
    ("amf_agent", "stage1"), [(False, True), pytest.param(True, False, marks=pytest.mark.slow)]
)
async def test_a_conversation(amf_agent: bool, stage1: bool) -> None:
    config = TestbedConfig(amf={"agent_enabled": amf_agent})
    async with (
        Testbed(config, sockets=False) as testbed,
        attach(testbed.n2, UeConfig(stage1=stage1)) as ue,
    ):
        refused = await ue.say("I need my cloud game below 1 ms for half an hour")
        assert (refused.status, refused.cause) == ("REJECTED", "INFEASIBLE")
        assert refused.result_text == "The best I can offer is 5 ms latency. Shall I do that?"
        agreed = await ue.say("yes please")
        assert agreed.status == "FULFILLED"
        assert agreed.output["durationSeconds"] == 1800
        assert flows(ue) == [9, 87]

        corrected = await ue.say("make it an hour instead")
        assert (corrected.status, corrected.kind) == ("FULFILLED", "qos.assure")
        assert corrected.output["durationSeconds"] == 3600
        assert flows(ue) == [9, 87]

        stands = await ue.say("how is my request")
        assert (stands.status, stands.output["requestStatus"]) == ("FULFILLED", "FULFILLED")
        cancelled = await ue.say("stop that")
        assert (cancelled.status, cancelled.kind) == ("FULFILLED", "intent.cancel")
        assert flows(ue) == [9]

        asked = await ue.say("where is it")
        assert asked.status == "NEEDS_INPUT"
        assert (await ue.say("my phone")).kind == "location.get"


async def test_a_correction_that_cannot_be_met_leaves_what_there_was() -> None:
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        await ue.say("keep my cloud game below 20 ms for half an hour")
        before = ue.sessions[0]["qosFlows"]
        assert (await ue.say("make it 1 ms")).cause == "INFEASIBLE"
        assert ue.sessions[0]["qosFlows"] == before, "it is the same flow"
        assert flows(ue) == [9, 80]
        assert not ue.agent.reports


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_command_line_talks(tmp_path: Path) -> None:
    with ProcessTestbed(tmp_path) as testbed:
        command = [AGENTNF, "ue", "say", "--n2", testbed.n2]

        def say(*more: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*command, *more], check=False, text=True, input=typed, capture_output=True
            )

        several = say("--json", "where is it", "my phone")
        assert several.returncode == 0
        assert [said["status"] for said in json.loads(several.stdout)] == [
            "NEEDS_INPUT",
            "FULFILLED",
        ]
        talk = say(typed="where is it\n\nmy phone\n")
        assert talk.returncode == 0
        assert "Which device or person do you mean?" in talk.stdout
        assert "20 %  asking the AMF for the location" in talk.stdout
        assert "is in cell" in talk.stdout


async def test_what_is_said_during_a_registration_is_sent_after_it() -> None:
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        update = asyncio.create_task(update_registration(ue.modem))
        while ue.modem.state is not MmState.REGISTERED_INITIATED:
            await asyncio.sleep(0)
        assert (await ue.say("where am I")).status == "FULFILLED"
        await update
