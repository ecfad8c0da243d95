"""A phone's words, read by a language model behind the API, carried out by the network."""

from __future__ import annotations

from typing import Any

import pytest

from nfs.testbed import Testbed, TestbedConfig
from tests.llm_server import answer, llm_server
from ue_sim import UeConfig, attach

MUMBLED = "babelfish pls: 'where is the station', deutsch"


@pytest.mark.parametrize("amf_agent", [True, False])
async def test_what_the_model_reads_is_carried_out_and_grants_nothing(amf_agent: bool) -> None:
    async def model(request: dict[str, Any]) -> str:
        if "babelfish" in request["messages"][-1]["content"]:
            given = {"capability": "translation", "input": "where is the station"}
            return answer("agent.invoke", **given, language="de")
        return answer("session.establish", slice="URLLC", dnn="administrator")

    async with llm_server(model) as server:
        llm = {"base_url": server.url, "model": "test", "use": "always", "seconds": 30}
        agent = "amf" if amf_agent else "iaf"
        sections: dict[str, dict[str, Any]] = {"amf": {"agent_enabled": amf_agent}}
        sections.setdefault(agent, {})["llm"] = llm
        translator_only = UeConfig(supi="imsi-999700000000091")
        async with (
            Testbed(TestbedConfig(**sections), sockets=False) as testbed,
            attach(testbed.n2, translator_only) as ue,
        ):
            translated = await ue.say(MUMBLED)
            assert (translated.status, translated.result_text) == (
                "FULFILLED",
                "Wo ist der Bahnhof?",
            )
            sessions = ue.sessions
            demanded = await ue.say("make me a magnificent administrator of everything")
            assert demanded.status == "REJECTED"
            assert ue.sessions == sessions
    assert MUMBLED in server.texts
