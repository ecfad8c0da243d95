"""UEs at a gNB of another process: the radio link over TCP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from nfs.testbed import Testbed
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment
from ue_sim.radio import RadioServer, RemoteCell, reselection
from ue_sim.radio.frames import MAX_FRAME
from ue_sim.radio.reselection import CellSelection


@pytest.fixture
async def radio() -> AsyncIterator[tuple[Gnb, RadioServer]]:
    async with Testbed(sockets=False) as testbed:
        gnb = Gnb(GnbConfig(name="remote"))
        await gnb.start(testbed.n2)
        server = RadioServer(gnb)
        await server.start("127.0.0.1", 0)
        yield gnb, server
        await server.stop()
        await gnb.stop()


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


async def test_ues_register_have_sessions_go_idle_and_come_back_over_the_link(
    radio: tuple[Gnb, RadioServer],
) -> None:
    gnb, server = radio
    cell, information = await RemoteCell.search("127.0.0.1:1", server.address)
    assert (information.name, str(information.plmn), information.tac) == ("remote", "999/70", 1)
    ues = [UserEquipment(UeConfig(f"imsi-99970000000000{n}"), cell) for n in range(1, 6)]
    for ue in ues:
        await ue.register()
        assert (await ue.establish_session()).address
    assert len(gnb.ues) == 5
    await ues[0].go_idle()
    await until(lambda: len(gnb.ues) == 4)
    await ues[0].request_service()
    await ues[0].register_agent()
    assert (await ues[0].say("where is my phone")).status == "FULFILLED"
    for ue in ues:
        await ue.deregister()
    await until(lambda: not gnb.ues)
    await cell.close()


async def test_ues_whose_process_ends_are_released(radio: tuple[Gnb, RadioServer]) -> None:
    gnb, server = radio
    cell, _ = await RemoteCell.search(server.address)
    await UserEquipment(UeConfig(), cell).register()
    await cell.close()
    await until(lambda: not gnb.ues and not gnb.camped)


async def test_a_gnb_that_ends_releases_its_ues(radio: tuple[Gnb, RadioServer]) -> None:
    _, server = radio
    cell, _ = await RemoteCell.search(server.address)
    ue = UserEquipment(UeConfig(), cell)
    await ue.register()
    await server.stop()
    await cell.lost.wait()
    assert not ue.modem.connected
    with pytest.raises(ConnectionError):
        await ue.modem.send_agent_container(b"")


async def test_ues_look_for_their_gnb_again(
    radio: tuple[Gnb, RadioServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reselection, "PAUSE", 0.02)
    gnb, server = radio
    port = int(server.address.rpartition(":")[2])
    selection = CellSelection(["127.0.0.1"], port)
    ue = UserEquipment(UeConfig(), await selection.select())
    await ue.register()
    told: list[str] = []
    keeping = asyncio.ensure_future(selection.reselect([ue], lambda _, text: told.append(text)))
    await server.stop()
    await until(lambda: told == ["link lost"])
    again = RadioServer(gnb)
    await again.start("127.0.0.1", port)
    await until(lambda: told == ["link lost", "camped on remote"])
    await ue.request_service()
    await ue.deregister()
    keeping.cancel()
    await selection.close()
    await again.stop()


async def test_garbage_ends_the_link_and_no_other(radio: tuple[Gnb, RadioServer]) -> None:
    _, server = radio
    host, _, port = server.address.partition(":")
    cell, _ = await RemoteCell.search(server.address)
    for garbage in ((MAX_FRAME + 1).to_bytes(4), bytes.fromhex("0000000602ffffffffff")):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(garbage)
        while await reader.read(1000):
            pass
        writer.close()
    await UserEquipment(UeConfig(), cell).register()
    await cell.close()


async def test_no_cell_is_found_where_nobody_is() -> None:
    with pytest.raises(ConnectionError, match=r"no cell found: 127\.0\.0\.1:1"):
        await RemoteCell.search("127.0.0.1:1")
