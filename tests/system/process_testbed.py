"""`agentnf up` as a process of its own, on ports that nobody else uses."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

import yaml

from nfs.testbed.kinds import AGENTS, NFS

AGENTNF = Path(sys.executable).with_name("agentnf")
NAMES = (*NFS, *AGENTS)


def free_ports(count: int) -> list[int]:
    """None that a client of somebody else may be given meanwhile."""
    free: list[int] = []
    for port in random.sample(range(10_000, 32_000), 10 * count):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            free.append(port)
    return free[:count]


def free_loopback_hosts(count: int) -> list[str]:
    """Addresses for protocols whose port is fixed."""
    numbers = random.sample(range(1 << 22, 1 << 23), count)
    return [str(IPv4Address("127.0.0.0") + number) for number in numbers]


class ProcessTestbed:
    """``home`` keeps its state: start it again there, and it is the same testbed.

    ``also``: NFs of a topology, or further ones, as in a configuration but without ports.
    """

    def __init__(
        self,
        home: Path,
        topology: str | None = None,
        also: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        self._topology = ["--topology", topology] if topology else []
        ports = dict(zip((*NAMES, "n2"), free_ports(len(NAMES) + 1), strict=True))
        self.n2 = f"tcp://127.0.0.1:{ports['n2']}"
        self.urls = {name: f"http://127.0.0.1:{ports[name]}" for name in NAMES}
        self._environment = os.environ | {"AGENTNF_HOME": str(home)}
        self.config = home / "testbed.yaml"
        config: dict[str, Any] = {name: {"port": ports[name]} for name in NAMES}
        config["common"] = {"nrf": self.urls["nrf"]}
        config["amf"]["n2"] = self.n2
        upf, smf = free_loopback_hosts(2)
        config["upf"] |= {"n4": f"udp://{upf}", "n3": f"udp://{upf}", "n6": "user"}
        config["smf"]["n4"] = f"udp://{smf}"
        if also:
            more = free_ports(len(also))
            config["also"] = {
                name: {"port": port} | also[name] for name, port in zip(also, more, strict=True)
            }
        self.config.write_text(yaml.safe_dump(config))
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [AGENTNF, "up", "--json", "--config", self.config, *self._topology]
        self._process = subprocess.Popen(
            command, env=self._environment, text=True, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert "endpoints" in self._process.stdout.readline(), "the testbed did not come up"
        return self

    def __exit__(self, *_: object) -> None:
        """By SIGKILL: nothing is said to anybody."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def ue(self, command: str, *arguments: str) -> Any:
        places = ["--n2", self.n2, "--amf", self.urls["amf"], "--nrf", self.urls["nrf"]]
        return self._run("ue", command, *arguments, *places)

    def agents(self, command: str, *arguments: str) -> Any:
        places = ["--agw", self.urls["agw"], "--nrf", self.urls["nrf"]]
        return self._run("agents", command, *arguments, *places)

    def _run(self, *arguments: str) -> Any:
        done = subprocess.run(
            [AGENTNF, *arguments, "--json"],
            env=self._environment,
            text=True,
            capture_output=True,
            check=False,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)
