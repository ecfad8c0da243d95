"""analytics.query: what the AMFs, the SMF and the UPF have really counted (TS 23.288)."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from nfs.amf.load_history import LoadSample
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment, attach

AT_HOME, AT_WORK = 1, 2


async def phone(number: int, gnb: Gnb) -> UserEquipment:
    ue = UserEquipment(UeConfig(f"imsi-9997000000000{number:02}"), gnb)
    await ue.register()
    await ue.establish_session()
    await ue.register_agent()
    return ue


async def test_usage_is_what_the_upf_has_carried() -> None:
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        before = await ue.say("how much data have I used")
        assert (before.kind, before.status) == ("analytics.query", "FULFILLED")
        assert before.output["uplinkOctets"] == 0
        session = ue.session(1)
        assert session is not None
        for _ in range(3):
            await session.interface.ping("10.45.0.1")
        after = await ue.say("how much data have I used")
        (used,) = after.output["sessions"]
        assert used["dnn"] == "internet"
        assert used["uplinkOctets"] == used["downlinkOctets"] >= 3 * 28
        assert after.output["value"] == (used["uplinkOctets"] + used["downlinkOctets"]) / 1e6
        async with attach(testbed.n2, UeConfig("imsi-999700000000002")) as other:
            assert (await other.say("how much data have I used")).output["value"] == 0


async def test_load_coverage_and_congestion_by_place() -> None:
    config = TestbedConfig(amf={"tacs": [AT_HOME, AT_WORK], "max_connections": 5})
    async with Testbed(config, sockets=False) as testbed:
        home, work = Gnb(GnbConfig(tac=AT_HOME)), Gnb(GnbConfig(tac=AT_WORK, gnb_id=2))
        for gnb in (home, work):
            await gnb.start(testbed.n2)
        first, *_ = [await phone(n, work if n > 1 else home) for n in (1, 2, 3)]

        async def asked(text: str) -> dict[str, Any]:
            result = await first.say(text)
            assert result.kind == "analytics.query", result
            return result.output

        assert (await asked("What is the load at the office now?"))["connected"] == 2
        assert (await asked("What is the load at home now?"))["connected"] == 1
        everywhere = await asked("What is the load of the network now?")
        assert (everywhere["registered"], everywhere["sessions"]) == (3, 3)
        covered = await asked("how good is the coverage at the office")
        assert [gnb["gnbId"] for gnb in covered["gnbs"]] == ["2"]
        assert not (await asked("how good is the coverage at the airport"))["covered"]
        congested = await asked("is the network congested downtown")
        assert (congested["value"], congested["usedPercent"]) == ("medium", 60.0)
        await phone(4, work)
        assert (await asked("is the network congested downtown"))["value"] == "high"
        nowhere = await first.say("is the network congested in Atlantis")
        assert nowhere.cause == "TARGET_UNKNOWN"


async def test_a_forecast_needs_a_history() -> None:
    async with Testbed(sockets=False) as testbed, attach(testbed.n2) as ue:
        amf: Any = testbed.nfs["amf"]
        early = await ue.say("predict the load in the city in five minutes")
        assert early.cause == "INFEASIBLE"
        assert "Too little history" in early.result_text
        # Ten minutes in which one phone came every ten seconds.
        now = time.time()
        amf.load.samples.clear()
        for number in range(60):
            phones = Counter({(AT_HOME, "000000010"): number})
            amf.load.samples.append(LoadSample(now - 600 + 10 * number, phones, phones))
        result = await ue.say("predict the load in the city in five minutes")
        assert (result.status, result.output["method"]) == ("FULFILLED", "damped trend")
        assert 62 < result.output["value"] < 59 + 30
        assert result.output["samples"] == 60
        assert (await ue.say("predict the load in the city in two hours")).cause == "INFEASIBLE"
