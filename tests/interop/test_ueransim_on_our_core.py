"""UERANSIM's gNB and UEs on our AMF and core."""

from __future__ import annotations

import pytest
from peers import agentnf, ueransim
from peers.capture import capturing
from peers.lab import Lab

pytestmark = [pytest.mark.interop, ueransim.needed, pytest.mark.timeout(300)]


def test_a_ue_registers_gets_a_session_and_deregisters(lab: Lab) -> None:
    with capturing(lab) as capture:
        agentnf.start_nfs(lab)
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.REGISTERED)
        ue.says(ueransim.SESSION)
        ueransim.order(lab, ueransim.FIRST_SUPI, "deregister normal")
        ue.says(ueransim.DEREGISTERED)
    capture.check("ngap", "nas-5gs", "http2")


def test_twenty_ues(lab: Lab) -> None:
    with capturing(lab) as capture:
        agentnf.start_nfs(lab)
        ueransim.start_gnb(lab)
        ues = ueransim.start_ues(lab, 20)
        ues.says(ueransim.SESSION, times=20, seconds=60)
        assert len(ues.said(ueransim.REGISTERED)) == 20
    capture.check("ngap", "nas-5gs", "http2")
