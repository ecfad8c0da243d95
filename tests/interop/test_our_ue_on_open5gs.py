"""Our gNB and UEs on Open5GS' core."""

from __future__ import annotations

import asyncio

import pytest
from peers import agentnf, open5gs
from peers.capture import capturing
from peers.lab import Lab

from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment

pytestmark = [pytest.mark.interop, open5gs.needed, pytest.mark.timeout(300)]

_FIRST = 999700000000001


async def _life(gnb: Gnb, number: int) -> str:
    """A UE registers, gets a session and deregisters; returns its address."""
    ue = UserEquipment(UeConfig(supi=f"imsi-{_FIRST + number}"), gnb)
    await ue.register()
    session = await ue.establish_session()
    await ue.deregister()
    return str(session.to_json()["address"])


async def test_a_ue_registers_gets_a_session_and_deregisters(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        gnb = Gnb(GnbConfig())
        await gnb.start(agentnf.N2)
        assert (await _life(gnb, 0)).startswith("10.45.")
        await gnb.stop()
    capture.check("ngap", "nas-5gs", "http2", "pfcp")


async def test_twenty_ues(lab: Lab) -> None:
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        gnb = Gnb(GnbConfig())
        await gnb.start(agentnf.N2)
        addresses = await asyncio.gather(*(_life(gnb, number) for number in range(20)))
        assert len(addresses) == 20
        await gnb.stop()
    capture.check("ngap", "nas-5gs", "http2", "pfcp")


def test_a_phone_with_an_agent_notices_that_the_network_has_none(lab: Lab) -> None:
    """Open5GS' AMF does not know the container: the user is told, and why."""
    with capturing(lab) as capture:
        open5gs.start_core(lab)
        said = lab.start(
            "agentnf-ue",
            *(agentnf.AGENTNF, "ue", "say", "--n2", agentnf.N2, "where is my phone"),
        )
        said.says("the network seems not to support agents")
    capture.check("ngap", "nas-5gs", "http2", "pfcp")
