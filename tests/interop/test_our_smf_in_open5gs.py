"""Our SMF in place of Open5GS': its AMF calls it."""

from __future__ import annotations

import pytest
from peers import agentnf, open5gs, ueransim
from peers.capture import capturing
from peers.lab import Lab, supi

pytestmark = [pytest.mark.interop, open5gs.needed, ueransim.needed, pytest.mark.timeout(300)]

_THEIRS = tuple(name for name in open5gs.CORE if name not in {"smf", "upf"})


def test_a_session_is_established_and_released(lab: Lab) -> None:
    with capturing(lab) as capture:
        core = open5gs.start_core(lab, _THEIRS)
        agentnf.start_nfs(lab, ("smf",), base=agentnf.IN_OPEN5GS)
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.SESSION)
        ueransim.order(lab, supi(0), "ps-release 1")
        core["amf"].says(r"\[Removed\] Number of AMF-Sessions is now 0")
        ueransim.order(lab, supi(0), "deregister normal")
        ue.says(ueransim.DEREGISTERED)
    capture.check("ngap", "nas-5gs", "http2")
