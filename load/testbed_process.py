"""`agentnf up` as a process of its own, for load that is to be measured from outside of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from gevent import socket

READY_SECONDS = 60.0

END_POINTS = {
    "nrf": "http://127.0.0.1:7710",
    "iaf": "http://127.0.0.1:7715",
    "agw": "http://127.0.0.1:7716",
    "amc": "http://127.0.0.1:7717",
    "n2": "tcp://127.0.0.1:38412",
}
"""Of `agentnf up` without a configuration."""

_NFS = ("nrf", "udm", "ausf", "amc", "agw", "upf", "smf", "iaf", "ers", "amf")
_AGENTS = (
    *("translation", "summarisation", "ocr", "anomaly"),
    *("foundry", "mill", "press", "paintshop"),
)


def answers(end_points: dict[str, str] = END_POINTS) -> bool:
    """Whether something listens at the NRF's end point."""
    parts = urlsplit(end_points["nrf"])
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def running_testbed(*, own_ports: bool = False) -> Iterator[dict[str, str]]:
    """End points of a fresh testbed, which ends with the block; ``own_ports``: beside another one.

    Raises RuntimeError, with what it said, if it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="agentnf-load-") as folder:
        command = [sys.executable, "-c", "from nfs.cli import main; main()", "up"]
        command += ["--json", "--fresh", "--state", f"{folder}/state"]
        if own_ports:
            file = Path(folder, "ports.yaml")
            file.write_text(yaml.safe_dump(_free_ports()))
            command += ["--config", str(file)]
        log = Path(folder, "log")
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                env=os.environ | {"AGENTNF_HOME": folder},
            )
        try:
            yield _end_points(process, log)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_points(process: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    deadline = time.monotonic() + READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            if line.startswith('{"endpoints"'):
                said = json.loads(line)
                return {str(k): str(v) for k, v in said["endpoints"].items()} | {"n2": said["n2"]}
        time.sleep(0.1)
    raise RuntimeError(f"the testbed does not start:\n{log.read_text()}")


def _free_ports() -> dict[str, dict[str, object]]:
    """A configuration in which each NF has a port that nobody has now."""
    sockets = [socket.socket() for _ in (*_NFS, *_AGENTS, "n2")]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    names = zip((*_NFS, *_AGENTS), ports, strict=False)
    config: dict[str, dict[str, object]] = {name: {"port": port} for name, port in names}
    config["amf"]["n2"] = f"tcp://127.0.0.1:{ports[-1]}"
    config["upf"] |= {"n6": "user"}
    return config | {"common": {"nrf": f"http://127.0.0.1:{config['nrf']['port']}"}}
