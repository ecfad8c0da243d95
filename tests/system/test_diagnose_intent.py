"""network.diagnose finds what is really wrong, and helps where it can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from nfs.testbed import Testbed, TestbedConfig
from nfs.workflow.diagnosis import table
from ue_sim import UserEquipment, attach

GATEWAY = "10.45.0.1"
SUBSCRIBER = {
    "supi": "imsi-999700000000001",
    "k": "465B5CE8B199B49FAA5F0A2EE238A6BC",
    "opc": "E8ED289DEBA952E4283B54E88E6183CA",
    "ambr": "1 Mbps",
    "agents": {
        "scope": ["/capability/qos-assurance"],
        "devices": {"camera": "imsi-999700000000002"},
    },
}


@pytest.fixture
async def testbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Testbed]:
    monkeypatch.setitem(table(), "measuredSeconds", 0.2)
    subscribers = tmp_path / "subscribers.yaml"
    subscribers.write_text(yaml.safe_dump({"subscribers": [SUBSCRIBER]}))
    upf = {"path_probe_seconds": 0.02}
    config = TestbedConfig(upf=upf, udm={"subscribers": subscribers})
    async with Testbed(config, sockets=False) as running:
        yield running


async def ask(testbed: Testbed, nf: str, method: str, path: str, body: Any = None) -> None:
    at = testbed.nfs[nf].api_root
    await testbed.nfs["iaf"].sbi.request(method, at + path, json=body)


async def said(ue: UserEquipment, text: str) -> tuple[list[str], str]:
    """Names of the findings, and what the user hears."""
    result = await ue.say(text)
    assert (result.status, result.kind) == ("FULFILLED", "network.diagnose"), result
    return [finding["finding"] for finding in result.output["findings"]], result.result_text


async def test_what_is_wrong_is_found(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        assert await said(ue, "why is my connection so slow") == ([], "No fault was found.")
        await ask(testbed, "upf", "PUT", "/nupf-oam/v1/n3-impairment", {"delayMs": 60})
        found, text = await said(ue, "why is the latency so high?")
        assert found == ["PATH_SLOW"]
        assert "way to the cell, which takes 6" in text
        await ask(testbed, "upf", "PUT", "/nupf-oam/v1/n3-impairment", {})
        await ask(testbed, "amf", "PUT", "/namf-oam/v1/n2/overload", {})
        found, _ = await said(ue, "Mein Internet ist so langsam, woran liegt das?")
        assert found == ["AMF_OVERLOADED"]
        await ask(testbed, "amf", "DELETE", "/namf-oam/v1/n2/overload")
        found, text = await said(ue, "there is no service on my camera, diagnose it")
        assert found == ["NOT_REGISTERED"]
        assert text.endswith("switch the device on, or take it elsewhere.")


async def test_a_rate_that_is_too_low_is_helped(testbed: Testbed) -> None:
    async with attach(testbed.n2) as ue:
        session = ue.session(1)
        assert session is not None
        with session.interface.udp() as socket:
            for _ in range(30):
                socket.send(bytes(1000), (GATEWAY, 7))
            await socket.receive()
        result = await ue.say("why is my connection so slow")
        (finding,) = result.output["findings"]
        assert finding["finding"] == "RATE_ENFORCED"
        assert 15 < finding["packets"] < 25, "of 30, those beyond a tenth of a second at 1 Mbit/s"
        assert result.output["remedy"] == "FLOW_ADDED"
        assert result.output["flow"]["guaranteedUplinkKbps"] == 1000
        assert "guaranteed rate" in result.result_text
        await session.ping(GATEWAY)
        assert session.interface.flows_out[2] == 1
