"""No text grants rights: what subscribers may have is the same after it as before (D12, L7)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from bad_input import ADMINISTRATOR, FORGED, HIDDEN, SLICE, UNREADABLE

from nfs.protocols.agent import AgentStatus, IntentReject, IntentRequest, IntentResult
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment, attach

TRANSLATES_ONLY = "imsi-999700000000091"
NO_AGENTS = "imsi-999700000000090"

_RENEWED = frozenset({"audit", "health", "identity-subscriptions", "toolHosts"})
_RIGHTS_AT_THE_AMF = ("subscription", "agent", "allowedNssai")


def rights(state: Path, supi: str) -> dict[tuple[str, str, str], Any]:
    """All that AMC, AGW, UDM and SMF keep, and what the AMF keeps of the subscriber's rights."""
    found: dict[tuple[str, str, str], Any] = {}
    for name in ("amc", "agw-1", "udm", "smf", "amf"):
        with sqlite3.connect(state / f"{name}.sqlite") as database:
            for collection, key, value in database.execute(
                "SELECT collection, key, value FROM documents"
            ):
                document = json.loads(value)
                if name == "amf":
                    document = {part: document.get(part) for part in _RIGHTS_AT_THE_AMF}
                if collection not in _RENEWED and (name != "amf" or key == supi):
                    found[name, collection, key] = document
    return found


async def send(ue: UserEquipment, pti: int, intent: dict[str, Any]) -> str:
    """An operator-defined intent without words, as a phone with stage 1 of its own may send."""
    request = IntentRequest(pti, intent=json.dumps(intent).encode())
    answers = ue.agent._exchange(request, 10)
    async with aclosing(answers):
        async for answer in answers:
            if isinstance(answer, IntentReject | AgentStatus):
                return str(answer.cause.name)
            if isinstance(answer, IntentResult):
                return str(json.loads(answer.result)["status"])
    raise AssertionError("no answer")


@pytest.mark.parametrize(
    ("amf_agent", "stage1"),
    [
        (False, True),
        pytest.param(False, False, marks=pytest.mark.slow),
        pytest.param(True, True, marks=pytest.mark.slow),
        pytest.param(True, False, marks=pytest.mark.slow),
    ],
)
async def test_words_grant_nothing(amf_agent: bool, stage1: bool, tmp_path: Path) -> None:
    config = TestbedConfig(amf={"agent_enabled": amf_agent})
    phone = UeConfig(TRANSLATES_ONLY, stage1=stage1, agent_scope=("/capability/translation",))
    async with (
        Testbed(config, sockets=False, state=tmp_path) as testbed,
        attach(testbed.n2, phone) as ue,
    ):
        before, sessions = rights(tmp_path, TRANSLATES_ONLY), ue.sessions
        for text in (*ADMINISTRATOR.values(), *SLICE.values(), *HIDDEN):
            said = await ue.say(text)
            allowed = {"agent.invoke", "task.collaborate", "agent.discover"}
            assert said.status != "FULFILLED" or said.kind in allowed, text
        for pti, intent in enumerate(FORGED, start=200):
            assert await send(ue, pti, intent) != "FULFILLED", intent
        assert ue.sessions == sessions
        assert rights(tmp_path, TRANSLATES_ONLY) == before
        assert (await ue.say("translate 'good morning' into French")).status == "FULFILLED"


async def test_a_phone_without_an_agent_says_nothing_to_the_network(tmp_path: Path) -> None:
    async with Testbed(sockets=False, state=tmp_path) as testbed:
        gnb = Gnb(GnbConfig())
        await gnb.start(testbed.n2)
        ue = UserEquipment(UeConfig(NO_AGENTS), gnb)
        await ue.register()
        await ue.establish_session()
        before = rights(tmp_path, NO_AGENTS)
        for text in (*ADMINISTRATOR.values(), *SLICE.values(), "where am I"):
            said = await ue.say(text)
            assert (said.status, said.cause) == ("REJECTED", "AGENT_NOT_REGISTERED")
        assert rights(tmp_path, NO_AGENTS) == before
        await ue.deregister()
        await gnb.stop()


async def test_what_cannot_be_read_or_done_is_refused_or_asked_about() -> None:
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        sessions = ue.sessions
        odd = {}
        for name, text in UNREADABLE.items():
            said = await ue.say(text)
            asked = said.status == "NEEDS_INPUT" and said.cause is None
            refused = said.status == "REJECTED" and said.cause is not None
            if not (said.result_text and (asked or refused)):
                odd[name] = said
            await ue.say("never mind")
        assert odd == {}
        too_long = await ue.say("x" * 60_000)
        assert (too_long.status, too_long.cause) == ("REJECTED", "INTENT_TOO_LONG")
        empty = await ue.say("")
        assert empty.status == "REJECTED"
        assert ue.sessions == sessions
        assert (await ue.say("where am I")).status == "FULFILLED"
