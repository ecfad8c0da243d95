"""AGW, AMC and IAF join Open5GS' core through its NRF; our AMF carries intents out there."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from peers import agentnf, open5gs
from peers.capture import capturing
from peers.lab import Lab

from ue_sim import attach

pytestmark = [pytest.mark.interop, open5gs.needed, pytest.mark.timeout(300)]

_THEIRS = tuple(name for name in open5gs.CORE if name != "amf")
_OURS = ("amc", "agw", "iaf", "translation", "amf")


def _start(lab: Lab, theirs: Iterable[str], ours: Iterable[str]) -> None:
    open5gs.start_core(lab, theirs)
    started = agentnf.start_nfs(lab, ours, base=agentnf.IN_OPEN5GS)
    for name in started.keys() - {"amc", "agw"}:
        started[name].says("agent registered", seconds=60)


async def test_intents_are_fulfilled(lab: Lab) -> None:
    with capturing(lab) as capture:
        _start(lab, _THEIRS, _OURS)
        async with attach(agentnf.N2) as ue:
            translated = await ue.say("translate 'where is the station' into German")
            located = await ue.say("where is my phone")
        assert translated.result_text == "Wo ist der Bahnhof?"
        assert located.status == "FULFILLED"
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")
    joined = capture.packets('json.value.string == "AF" && json.value.string == "http"', "ip.src")
    assert len(joined) >= len(_OURS) - 1


async def test_a_quality_of_service_is_assured(lab: Lab) -> None:
    """Our SMF has the agent for it, and makes the flow at Open5GS' UPF."""
    with capturing(lab) as capture:
        _start(lab, [name for name in _THEIRS if name != "smf"], ("amc", "agw", "smf", "amf"))
        async with attach(agentnf.N2) as ue:
            assured = await ue.say("I need my cloud game below 20 ms")
        assert (assured.status, assured.output["fiveQi"]) == ("FULFILLED", 80)
    capture.check("ngap", "nas-5gs", "http2", "pfcp")
