"""Our gNB and UE as tools at Open5GS' core, by the files of deploy/open5gs."""

from __future__ import annotations

import json

import pytest
from peers import agentnf, open5gs
from peers.capture import capturing
from peers.lab import Lab

pytestmark = [pytest.mark.interop, open5gs.needed, pytest.mark.timeout(300)]

_FILES = agentnf.IN_OPEN5GS.parent


def test_a_ue_attaches_through_a_gnb_process(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        gnb = lab.start("gnb", agentnf.AGENTNF, "gnb", "-c", _FILES / "gnb.yaml", "--json")
        gnb.says("open5gs-amf0", seconds=60)
        command = (agentnf.AGENTNF, "ue", "attach", "-c", _FILES / "ue.yaml", "--json")
        ue = lab.start("ue", *command)
        ue.says(r'"ues": ', seconds=90)
        (attached,) = json.loads(ue.said(r"\{.*")[-1])["ues"]
        assert attached["sessions"][0]["address"].startswith("10.45.")
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")
