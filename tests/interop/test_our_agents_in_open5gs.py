"""AGW, AMC and IAF join Open5GS' core through its NRF; our AMF carries intents out there."""

from __future__ import annotations

import pytest
from peers import agentnf, open5gs
from peers.capture import capturing
from peers.lab import Lab

from ue_sim import attach

pytestmark = [pytest.mark.interop, open5gs.needed, pytest.mark.timeout(300)]

_THEIRS = tuple(name for name in open5gs.CORE if name != "amf")
_OURS = ("amc", "agw", "iaf", "translation", "amf")


async def test_intents_are_fulfilled(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab, _THEIRS)
        ours = agentnf.start_nfs(lab, _OURS, base=agentnf.IN_OPEN5GS)
        for name in ("iaf", "translation", "amf"):
            ours[name].says("agent registered", seconds=60)
        async with attach(agentnf.N2) as ue:
            translated = await ue.say("translate 'where is the station' into German")
            located = await ue.say("where is my phone")
        assert translated.result_text == "Wo ist der Bahnhof?"
        assert located.status == "FULFILLED"
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")
    joined = capture.packets('json.value.string == "AF" && json.value.string == "http"', "ip.src")
    assert len(joined) >= len(_OURS) - 1
