"""The testbed as a process: what it acknowledged survives SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

AGENTNF = Path(sys.executable).with_name("agentnf")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"AGENTNF_HOME": str(tmp_path)}


def _up(home: dict[str, str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [AGENTNF, "up", "--json"],
        env=home,
        text=True,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert "endpoints" in line, "the testbed did not come up"
    return process


def _run(home: dict[str, str], *arguments: str) -> Any:
    done = subprocess.run(
        [AGENTNF, *arguments, "--json"],
        env=home,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def _port_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_phone_keeps_its_agent_when_the_core_is_killed(home: dict[str, str]) -> None:
    if _port_taken(7710):
        pytest.skip("a testbed is up on this machine's ports")
    codes = []
    for _ in range(2):
        process = _up(home)
        try:
            said = _run(home, "ue", "say", "I need my cloud game below 20 ms for an hour")
            assert said["status"] == "FULFILLED", said
            agents = _run(home, "agents", "list")["agents"]
            codes.append([a["aic"] for a in agents if ".UE." in a["aic"]])
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
    assert codes[0] == codes[1]
    assert len(codes[0]) == 1
