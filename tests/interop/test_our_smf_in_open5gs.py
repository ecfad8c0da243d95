"""Our SMF in place of Open5GS': its AMF calls it, and it drives the UPF of Open5GS."""

from __future__ import annotations

import pytest
from peers import agentnf, open5gs, our_ue, ueransim
from peers.capture import capturing
from peers.lab import Lab, Peer, supi

pytestmark = [pytest.mark.interop, open5gs.needed, ueransim.needed, pytest.mark.timeout(300)]

_THEIRS = tuple(name for name in open5gs.CORE if name != "smf")


def _start_core(lab: Lab) -> dict[str, Peer]:
    core = open5gs.start_core(lab, _THEIRS)
    agentnf.start_nfs(lab, ("smf",), base=agentnf.IN_OPEN5GS)
    core["upf"].says("PFCP associated")
    return core


def test_packets_flow_through_their_upf(lab: Lab) -> None:
    with capturing(lab) as capture:
        core = _start_core(lab)
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.SESSION)
        ue.says("TUN interface")
        ueransim.ping(lab, open5gs.GATEWAY)
        ueransim.order(lab, supi(0), "ps-release 1")
        core["upf"].says(r"\[Removed\] Number of UPF-[Ss]essions is now 0")
        ue.says(ueransim.SESSION, times=2)  # UERANSIM wants it back at once
        ueransim.order(lab, supi(0), "deregister normal")
        ue.says(ueransim.DEREGISTERED)
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


async def test_an_idle_ue_is_paged_and_moves(lab: Lab) -> None:
    await our_ue.idle_paged_and_moving(lab, _start_core)


async def test_a_ue_is_handed_over_by_n2_and_by_xn(lab: Lab) -> None:
    """Our SMF and their UPF follow their AMF and our gNBs."""
    await our_ue.handed_over(lab, _start_core)
