"""Our NFs, each a process, at the addresses that labs use: SBI on port 7777 of 127.0.0.x."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from peers.lab import Lab, Peer

AGENTNF = Path(sys.executable).with_name("agentnf")
IN_OPEN5GS = Path(__file__).parents[3] / "deploy" / "open5gs" / "agentnf.yaml"
"""Our NFs in a core of Open5GS'."""
CORE = ("nrf", "udm", "ausf", "upf", "smf", "amf")
_HOSTS = {
    "nrf": "127.0.0.10",
    "ausf": "127.0.0.11",
    "udm": "127.0.0.12",
    "upf": "127.0.0.7",
    "smf": "127.0.0.4",
    "amf": "127.0.0.5",
    "agw": "127.0.0.31",
    "amc": "127.0.0.32",
    "iaf": "127.0.0.33",
    "ers": "127.0.0.34",
}
N2 = "sctp://127.0.0.5:38412"
NRF = "http://127.0.0.10:7777"
GATEWAY = "10.45.0.1"
"""Behind our UPF: it answers echo requests of UEs."""


def _alone() -> dict[str, Any]:
    config: dict[str, Any] = {n: {"host": h, "port": 7777} for n, h in _HOSTS.items()}
    config["common"] = {"nrf": NRF}
    config["amf"]["n2"] = N2
    config["upf"]["n6"] = (
        "user"  # UEs and UPF are on one kernel, which would keep packets to itself
    )
    return config


def start_nfs(
    lab: Lab,
    names: Iterable[str] = CORE,
    sections: dict[str, dict[str, Any]] | None = None,
    base: Path | None = None,
) -> dict[str, Peer]:
    """NFs by name, all ready; ``sections`` goes over the configuration file ``base``, or over that
    of a core of ours."""
    config = yaml.safe_load(base.read_text("utf-8")) if base else _alone()
    for name, section in (sections or {}).items():
        config[name] = config.get(name, {}) | section
    file = lab.write("testbed.yaml", config)
    environment = os.environ | {"AGENTNF_HOME": str(lab.folder)}
    nfs: dict[str, Peer] = {}
    for name in names:
        command = (AGENTNF, "nf", name, "--config", file)
        nfs[name] = lab.start(name, *command, environment=environment)
        if name == "nrf":
            nfs[name].says("nrf http", seconds=60)
    for name, nf in nfs.items():
        nf.says(f"{name} http", seconds=60)
    return nfs


def home_network_key(lab: Lab, scheme: int) -> dict[str, Any]:
    """What `agentnf pki hnet` says that UDM and UE are to be configured with."""
    file = lab.folder / f"hnet-{scheme}.pem"
    made = lab.run(
        *(AGENTNF, "pki", "hnet", file, "--scheme", str(scheme), "--id", str(scheme)),
    )
    lines: dict[str, Any] = yaml.safe_load(made)
    return lines
