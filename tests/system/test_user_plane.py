"""User plane on a kernel: TUN devices at UE and UPF, GTP-U and PFCP over UDP, `ping` between them.

The UE's device is in a network namespace of its own: one kernel would keep the packets between two
of its own addresses to itself. ``test_uml.py`` runs these in user-mode-linux.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from nfs.testbed import Testbed, TestbedConfig
from nfs.transports import tun
from nfs.upf.app import Upf
from ue_sim import UserEquipment, attach
from ue_sim.ue.sessions import Session
from ue_sim.ue.tun import SessionTun


def _missing() -> str:
    programs = [p for p in ("ip", "ping", "unshare", "nsenter") if not shutil.which(p)]
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132).close()
    except OSError:
        programs.append("SCTP")
    if (reason := tun.available()) is not None:
        programs.append(reason)
    return ", ".join(programs)


pytestmark = [
    pytest.mark.sctp,
    pytest.mark.skipif(bool(_missing()), reason=f"needs {_missing()}"),
]

GATEWAY = "10.45.0.1"
CONFIG = TestbedConfig(
    amf={"n2": "sctp://127.0.0.1:0"},
    upf={"n4": "udp://127.0.0.7", "n3": "udp://127.0.0.7", "n6": "tun"},
    smf={"n4": "udp://127.0.0.4", "upfs": [{"n4": "udp://127.0.0.7"}]},
)


async def run(*command: str) -> str:
    """What it prints; the event loop goes on forwarding packets meanwhile."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def ping(*inside: str, destination: str, device: str | None = None) -> str:
    """What ping prints when two packets are back, however long they took."""
    through = ("-I", device) if device else ()
    how = "-c", "2", "-i", "0.2", "-w", "30"
    output = await run(*inside, "ping", *through, *how, destination)
    assert "2 received" in output
    return output


@asynccontextmanager
async def phone(session: Session) -> AsyncIterator[tuple[str, ...]]:
    """The session's TUN device in a namespace of its own; what to put before a command there."""
    device = SessionTun(session.interface, session.mtu)
    holder = await asyncio.create_subprocess_exec("unshare", "--net", "sleep", "600")
    inside = ("nsenter", "--net", "--target", str(holder.pid))
    try:
        await asyncio.sleep(0)
        await _in_another_namespace(holder.pid)
        await run("ip", "link", "set", device.name, "netns", str(holder.pid))
        await run(*inside, "ip", "address", "add", f"{session.address}/32", "dev", device.name)
        await run(*inside, "ip", "link", "set", device.name, "up")
        await run(*inside, "ip", "route", "add", "default", "dev", device.name)
        yield inside
    finally:
        holder.kill()
        await holder.wait()
        device.close()


async def _in_another_namespace(process: int) -> None:
    async with asyncio.timeout(30):
        while await run("readlink", f"/proc/{process}/ns/net") == await run(
            "readlink", "/proc/self/ns/net"
        ):
            await asyncio.sleep(0.05)


@pytest.fixture
async def ue() -> AsyncIterator[UserEquipment]:
    async with Testbed(CONFIG, sockets=False) as testbed, attach(testbed.n2) as attached:
        upf = testbed.nfs["upf"]
        assert isinstance(upf, Upf)
        assert upf.n6_kind == "tun agentnf-upf"
        yield attached


async def test_ping_from_a_tun_device_to_a_tun_device(ue: UserEquipment) -> None:
    session = ue.session(1)
    assert session is not None
    async with phone(session) as inside:
        await ping(*inside, destination=GATEWAY, device="uesimtun0")
        await ue.go_idle()
        output = await ping(*inside, destination=GATEWAY)
        assert "icmp_seq=1 " in output, "the first one makes the UE come back"


async def test_a_packet_from_the_kernel_pages_an_idle_ue(ue: UserEquipment) -> None:
    session = ue.session(1)
    assert session is not None
    assert session.address is not None
    async with phone(session):
        await ue.go_idle()
        output = await ping(destination=session.address)
        assert "icmp_seq=1 " in output, "it waits at the UPF until the UE is back"
        assert ue.modem.connected
