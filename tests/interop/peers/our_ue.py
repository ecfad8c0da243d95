"""What a UE of ours goes through at a core of another make."""

from __future__ import annotations

import asyncio

from peers import agentnf
from peers.lab import Lab
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment

GATEWAY = "10.45.0.1"
"""Behind the UPF of each core: it answers echo requests of UEs."""


async def life(gnb: Gnb, config: UeConfig) -> str:
    """It registers, has a session, gets answers to echo requests and deregisters; its address."""
    ue = UserEquipment(config, gnb)
    await ue.register()
    session = await ue.establish_session()
    for _ in range(3):
        await session.ping(GATEWAY)
    await ue.deregister()
    return str(session.to_json()["address"])


async def idle_paged_and_moving(lab: Lab) -> None:
    """It registers, has a session, goes idle, sends again, is paged for packets, moves to another
    gNB and switches off."""
    gnb, other = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
    for each in (gnb, other):
        await each.start(agentnf.N2)
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    session = await ue.establish_session()
    await session.ping(GATEWAY)
    await ue.go_idle()
    assert await ue.request_service(frozenset({1})) == frozenset()
    await session.ping(GATEWAY)
    await ue.go_idle()
    ping = lab.start("ping", "ping", "-c", "3", session.to_json()["address"])
    async with asyncio.timeout(20):
        while not ping.ended:
            await asyncio.sleep(0.05)
    assert ping.said(" 0% packet loss"), "packets wait for a UE that is paged"
    await ue.go_idle()
    await ue.move_to(other)
    await ue.request_service(frozenset({1}))
    await session.ping(GATEWAY)
    await ue.deregister(switch_off=True)
    for each in (gnb, other):
        await each.stop()


async def handed_over() -> None:
    """Connected all the time, it goes to another gNB by N2 and comes back by Xn; packets flow at
    each, and what its agent or a session asks for is answered there."""
    gnb, other = Gnb(GnbConfig(gnb_id=1)), Gnb(GnbConfig(gnb_id=2))
    for each in (gnb, other):
        await each.start(agentnf.N2)
    ue = UserEquipment(UeConfig(), gnb)
    await ue.register()
    session = await ue.establish_session()
    await session.ping(GATEWAY)
    await ue.hand_over(other)
    async with asyncio.timeout(20):
        while gnb.ues:
            await asyncio.sleep(0.05)
    await session.ping(GATEWAY)
    await ue.hand_over(gnb, xn=True)
    await session.ping(GATEWAY)
    await ue.establish_session()
    await ue.deregister()
    for each in (gnb, other):
        await each.stop()
