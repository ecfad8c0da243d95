"""Our AMF in place of Open5GS': with its NRF, AUSF, UDM, PCF, SMF and UPF, for UERANSIM."""

from __future__ import annotations

from typing import Any

import pytest
from peers import agentnf, open5gs, our_ue, ueransim
from peers.capture import capturing
from peers.lab import Lab, Peer, supi

pytestmark = [
    pytest.mark.interop,
    open5gs.needed,
    ueransim.needed,
    pytest.mark.timeout(300),
]

_THEIRS = tuple(name for name in open5gs.CORE if name != "amf")


def _start_core(lab: Lab, *more: str, **changes: Any) -> dict[str, Peer]:
    core = open5gs.start_core(lab, (*_THEIRS, *more))
    changes["agent_enabled"] = False
    agentnf.start_nfs(lab, ("amf",), {"amf": changes}, agentnf.IN_OPEN5GS)
    return core


def test_a_ue_registers_sends_packets_and_deregisters(lab: Lab) -> None:
    with capturing(lab) as capture:
        core = _start_core(lab)
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.REGISTERED)
        ue.says(ueransim.SESSION)
        ue.says(ueransim.TUN)
        ueransim.ping(lab, open5gs.GATEWAY)
        ueransim.order(lab, supi(0), "ps-release 1")
        core["smf"].says("Removed Session")
        ueransim.order(lab, supi(0), "deregister normal")
        ue.says(ueransim.DEREGISTERED)
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


async def test_an_idle_ue_is_paged_and_moves(lab: Lab) -> None:
    await our_ue.idle_paged_and_moving(lab, _start_core)


async def test_a_ue_is_handed_over_by_n2_and_by_xn(lab: Lab) -> None:
    """Their SMF and UPF follow our AMF and gNBs."""
    await our_ue.handed_over(lab, _start_core)


def test_twenty_ues(lab: Lab) -> None:
    with capturing(lab) as capture:
        _start_core(lab)
        ueransim.start_gnb(lab)
        ues = ueransim.start_ues(lab, 20)
        ues.says(ueransim.SESSION, times=20, seconds=60)
        assert len(ues.said(ueransim.REGISTERED)) == 20
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")


def test_through_the_scp(lab: Lab) -> None:
    with capturing(lab) as capture:
        _start_core(lab, "scp", scp=open5gs.SCP)
        ueransim.start_gnb(lab)
        ue = ueransim.start_ues(lab)
        ue.says(ueransim.SESSION)
        ueransim.order(lab, supi(0), "deregister normal")
        ue.says(ueransim.DEREGISTERED)
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp")
    asked = capture.packets("ip.dst == 127.0.0.200 && http2.headers.path", "http2.headers.path")
    assert any("nausf-auth" in paths for (paths,) in asked)
