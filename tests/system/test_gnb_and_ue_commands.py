"""`agentnf gnb` and `agentnf ue attach`: separate processes, configured as UERANSIM's are."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment
from ue_sim.gnb import reconnection
from ue_sim.gnb.ng_setup import set_up

pytestmark = pytest.mark.slow

PINGED = "10.45.0.1"
"""The UPF answers for the data network, without a TUN device."""
ECHO = 7
DATA = Path(__file__).parents[1] / "data" / "ueransim"
UPF = f"udp://127.{os.getpid() >> 16 & 63 | 64}.{os.getpid() >> 8 & 255}.{os.getpid() & 255}:2152"
"""An address that no other test of this machine has."""
REACHABLE = TestbedConfig(amf={"n2": "tcp://127.0.0.1:0"}, upf={"n3": UPF})
TCP = TestbedConfig(amf={"n2": "tcp://127.0.0.1:0"})


class Command:
    """An `agentnf` process that stays until it is interrupted."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def running(cls, *arguments: object) -> AsyncIterator[Command]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from nfs.cli import main; main()"),
            *map(str, arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def says(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        said: dict[str, Any] = json.loads(line)
        return said

    async def ends(self) -> tuple[int, str]:
        _, errors = await self._process.communicate()
        return self._process.returncode or 0, errors.decode()

    async def interrupted(self) -> tuple[int, str]:
        self._process.send_signal(signal.SIGINT)
        return await self.ends()


@pytest.mark.skipif(sys.platform != "linux", reason="needs more loop-back addresses than one")
async def test_ues_of_one_process_attach_through_the_gnb_of_another() -> None:
    gnb_command = "gnb", "--json", "--config", DATA / "gnb.yaml", "--radio-port", 0
    async with (
        Testbed(REACHABLE, sockets=False) as testbed,
        Command.running(*gnb_command, "--n2", testbed.n2) as gnb,
    ):
        up = await gnb.says()
        assert up.get("amfs") == ["agentnf-amf"], up
        attach = "ue", "attach", "--json", "-n", 3, "--config", DATA / "ue.yaml", "--no-tun"
        async with Command.running(*attach, "--gnb", up["radio"], "--ping", PINGED) as ues:
            attached = (await ues.says())["ues"]
            assert [ue["supi"][-1] for ue in attached] == ["1", "2", "3"]
            for ue in attached:
                assert ue["state"] == "5GMM-REGISTERED"
                assert ue["sessions"][0]["address"]
                assert ue["sessions"][0]["pingMs"] > 0
            code, lines = await ues.interrupted()
        assert code == 0
        assert lines.count("5GMM-DEREGISTERED\n") == 3
        assert (await gnb.interrupted())[0] == 0


async def test_a_ue_with_an_own_gnb_is_refused_and_says_why(tmp_path: Path) -> None:
    stranger = tmp_path / "ue.yaml"
    text = (DATA / "ue.yaml").read_text()
    stranger.write_text(text.replace("imsi-999700000000001", "imsi-999700000099999"))
    async with Testbed(TCP, sockets=False) as testbed:
        arguments = "ue", "attach", "--json", "--config", stranger, "--n2", testbed.n2
        async with Command.running(*arguments) as ue:
            assert (await ue.says())["ues"][0]["cause"] == "ILLEGAL_UE"
            assert (await ue.ends())[0] == 1


async def test_nobody_there_and_wrong_files_have_their_exit_codes(tmp_path: Path) -> None:
    wrong = tmp_path / "gnb.yaml"
    wrong.write_text("mcc: 999\n")
    n2 = "--n2", "tcp://127.0.0.1:1"
    async with (
        Command.running("gnb", "--json", "--config", DATA / "gnb.yaml", *n2) as alone,
        Command.running("gnb", "--json", "--config", wrong) as refused,
        Command.running("gnb", "--json", "--config", DATA / "gnb.yaml", "--n2", "amf") as nowhere,
    ):
        assert (await alone.says())["cause"] == "UNREACHABLE"
        assert "mnc is missing" in (await refused.says())["error"]
        assert "not an N2 end point" in (await nowhere.says())["error"]
        assert ((await alone.ends())[0], (await refused.ends())[0]) == (1, 2)


async def test_an_association_that_is_lost_is_set_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnection, "FIRST_PAUSE", 0.02)
    told: asyncio.Queue[str] = asyncio.Queue()
    gnb = Gnb(GnbConfig())
    async with Testbed(TCP, sockets=False) as testbed:
        n2 = testbed.n2
        amf = await set_up(gnb, n2)
        keeper = asyncio.ensure_future(reconnection.stay_connected(gnb, n2, amf, told.put_nowait))
        ue = UserEquipment(UeConfig(), gnb)
        await ue.register()
    assert await told.get() == "association lost"
    assert not ue.modem.connected
    assert "next attempt in 0.02 s" in await told.get()
    assert "next attempt in 0.04 s" in await told.get()
    async with Testbed(TestbedConfig(amf={"n2": n2}), sockets=False):
        while (line := await told.get()) != "NG Setup done with AMF agentnf-amf":
            assert "next attempt" in line
        await ue.register()
        await ue.deregister()
        keeper.cancel()
    await gnb.stop()


@pytest.mark.sctp
@pytest.mark.skipif("INSIDE_UML" not in os.environ, reason="makes TUN devices")
async def test_programs_use_the_session_of_a_ue_by_its_tun_device() -> None:
    config = TestbedConfig(amf={"n2": "sctp://127.0.0.5:0"}, upf={"n3": UPF})
    gnb_command = "gnb", "--json", "--config", DATA / "gnb.yaml", "--radio-port", 0
    async with (
        Testbed(config, sockets=False) as testbed,
        Command.running(*gnb_command, "--n2", testbed.n2) as gnb,
    ):
        up = await gnb.says()
        attach = "ue", "attach", "--json", "--config", DATA / "ue.yaml", "--gnb", up.get("radio")
        async with Command.running(*attach) as ues:
            session = (await ues.says())["ues"][0]["sessions"][0]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as program:
                device = session["tun"].encode()
                program.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
                program.setblocking(False)
                program.sendto(b"an echo", (PINGED, ECHO))
                async with asyncio.timeout(30):
                    echo = await asyncio.get_running_loop().sock_recv(program, 100)
            assert echo == b"an echo"
            assert (await ues.interrupted())[0] == 0
        assert not Path("/sys/class/net", session["tun"]).exists()
