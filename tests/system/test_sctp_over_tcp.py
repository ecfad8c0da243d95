"""The preload library: programs with SCTP sockets talk to our framed TCP."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from nfs.testbed import Testbed, TestbedConfig
from nfs.transports import connect, listen
from nfs.transports.framing import encode_frame

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("sctp_program.py")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("gcc") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("gcc is missing")
        pytest.skip("gcc is missing")
    built = tmp_path_factory.mktemp("shim") / "sctp_over_tcp.so"
    source = ROOT / "deploy" / "sctp-over-tcp"
    subprocess.run(["make", "-s", "-C", source, f"LIBRARY={built}", "CC=gcc"], check=True)
    return built


async def _start(library: Path, *command: object) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *map(str, command),
        env=os.environ | {"LD_PRELOAD": str(library)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _said(program: asyncio.subprocess.Process) -> list[str]:
    output, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    return output.decode().splitlines()


async def test_a_client_is_told_of_its_association_and_exchanges_messages(library: Path) -> None:
    listener = await listen("tcp://127.0.0.1:0")
    program = await _start(library, PROGRAM, "client", listener.endpoint.rpartition(":")[2])
    association = await listener.accept()
    assert association is not None
    request = await association.receive()
    assert request is not None
    assert (request.payload, request.stream, request.ppid) == (b"a request", 3, 60)
    await association.send(b"an answer", 0)
    await association.send(b"in parts", 7)
    await association.close()
    assert await _said(program) == [
        *("ASSOC_CHANGE 0", "streams (16, 16)"),
        *("an answer 0 60 whole", "in p 7 60 part", "arts 7 60 whole"),
        *("SHUTDOWN_EVENT", "ASSOC_CHANGE 3", "END"),
    ]
    await listener.close()


async def test_a_server_waits_for_the_rest_of_a_frame_without_blocking(library: Path) -> None:
    program = await _start(library, PROGRAM, "server")
    assert program.stdout is not None
    port = int(await program.stdout.readline())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    frame = encode_frame(b"first", 1)
    writer.write(frame[:7])
    assert await program.stdout.readline() == b"partial\n"
    writer.write(frame[7:15])
    writer.write(frame[15:] + encode_frame(b"", 1) + encode_frame(b"last", 1))
    assert await program.stdout.readline() == b"first 1 60 whole\n"
    assert await program.stdout.readline() == b"last 1 60 whole\n"
    answer = await reader.readexactly(12 + 300_000)
    assert struct.unpack("!III", answer[:12]) == (300_000, 60, 2)
    writer.close()
    assert await _said(program) == ["SHUTDOWN_EVENT", "ASSOC_CHANGE 3", "END"]


async def test_a_peer_without_frames_is_the_end_of_the_association(library: Path) -> None:
    program = await _start(library, PROGRAM, "server")
    assert program.stdout is not None
    port = int(await program.stdout.readline())
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: gnb\r\n\r\n")
    assert await _said(program) == ["ASSOC_CHANGE 1", "END"]
    writer.close()


# With pysctp, which is there where the tests of SCTP run.
with_pysctp = pytest.mark.skipif(find_spec("sctp") is None, reason="pysctp is not installed")


@pytest.mark.sctp
@with_pysctp
async def test_phones_over_sctp_sockets_at_an_amf_with_framed_tcp(library: Path) -> None:
    config = TestbedConfig(amf={"n2": "tcp://127.0.0.1:0"})
    async with Testbed(config, sockets=False) as testbed:
        n2 = testbed.n2.replace("tcp://", "sctp://")
        main = "from nfs.cli import main; main()"
        storm = "ue", "storm", "-n", "5", "--json", "--n2", n2
        program = await _start(library, "-c", main, *storm)
        result = json.loads((await _said(program))[0])
    assert (result["registered"], result["deregistered"]) == (5, 5)


@pytest.mark.sctp
@with_pysctp
async def test_a_listener_with_sctp_sockets_serves_framed_tcp(library: Path) -> None:
    code = """
import asyncio
from nfs.transports import listen
async def main():
    listener = await listen("sctp://127.0.0.1:0")
    print(listener.endpoint, flush=True)
    association = await listener.accept()
    while message := await association.receive():
        await association.send(message.payload[::-1], message.stream)
asyncio.run(main())
"""
    program = await _start(library, "-c", code)
    assert program.stdout is not None
    endpoint = (await program.stdout.readline()).decode().strip()
    association = await connect(endpoint.replace("sctp://", "tcp://"))
    for payload in (b"abc", bytes(range(256)) * 1000):
        await association.send(payload, 5)
        echo = await association.receive()
        assert echo is not None
        assert (echo.payload, echo.stream) == (payload[::-1], 5)
    await association.close()
    await _said(program)
