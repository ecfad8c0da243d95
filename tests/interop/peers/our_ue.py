"""What a UE of ours goes through at a core of another make."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from peers import agentnf
from peers.capture import capturing
from peers.lab import Lab
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment

GATEWAY = "10.45.0.1"
"""Behind the UPF of each core: it answers echo requests of UEs."""
PAGING = 24
HANDOVER = (11, 12, 13, 25)
"""Notification, preparation, resource allocation, path switch (TS 38.413 clause 9.4.7)."""

StartCore = Callable[[Lab], object]


@contextmanager
def _captured(lab: Lab, start_core: StartCore, *procedures: int) -> Iterator[None]:
    """At a core that is started first; each of these NGAP procedures must be seen, well-formed."""
    with capturing(lab) as capture:
        start_core(lab)
        yield
    for procedure in procedures:
        assert capture.packets(f"ngap.procedureCode == {procedure}", "frame.number"), procedure
    capture.check("ngap", "nas-5gs", "http2", "mime_multipart", "pfcp", "gtp")


async def life(gnb: Gnb, config: UeConfig) -> str:
    """It registers, has a session, gets answers to echo requests and deregisters; its address."""
    ue = UserEquipment(config, gnb)
    await ue.register()
    session = await ue.establish_session()
    for _ in range(3):
        await session.ping(GATEWAY)
    await ue.deregister()
    return str(session.to_json()["address"])


async def idle_paged_and_moving(lab: Lab, start_core: StartCore) -> None:
    """It registers, has a session, goes idle, sends again, is paged for packets, moves to another
    gNB and switches off."""
    with _captured(lab, start_core, PAGING):
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


async def handed_over(lab: Lab, start_core: StartCore) -> None:
    """Connected all the time, it goes to another gNB by N2 and comes back by Xn; packets flow at
    each, and what its agent or a session asks for is answered there."""
    with _captured(lab, start_core, *HANDOVER):
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
