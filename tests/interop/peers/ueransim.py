"""UERANSIM: AGENTNF_UERANSIM is the folder of nr-gnb, nr-ue and nr-cli."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from peers.lab import Lab, Peer, supi

_FOLDER = os.environ.get("AGENTNF_UERANSIM", "")

needed = pytest.mark.skipif(not _FOLDER, reason="AGENTNF_UERANSIM is not set")

REGISTERED = r"Initial Registration is successful"
SESSION = r"PDU Session establishment is successful"
TUN = r"TUN interface"
DEREGISTERED = r"De-registration is successful"

K = "465B5CE8B199B49FAA5F0A2EE238A6BC"
OPC = "E8ED289DEBA952E4283B54E88E6183CA"


def start_gnb(lab: Lab, amf: str = "127.0.0.5") -> Peer:
    """A gNB that has set up NG with the AMF."""
    config = {
        "mcc": "999",
        "mnc": "70",
        "nci": "0x000000010",
        "idLength": 32,
        "tac": 1,
        "linkIp": "127.0.0.1",
        "ngapIp": "127.0.0.1",
        "gtpIp": "127.0.0.1",
        "amfConfigs": [{"address": amf, "port": 38412}],
        "slices": [{"sst": 1}],
        "ignoreStreamIds": True,
    }
    # nr-cli finds the others through files there, and the host's /tmp is shared.
    table = Path("/tmp/UERANSIM.proc-table")
    table.mkdir(exist_ok=True)
    if not table.is_mount():
        lab.run("mount", "-t", "tmpfs", "table", table)
    gnb = lab.start("nr-gnb", f"{_FOLDER}/nr-gnb", "-c", lab.write("gnb.yaml", config))
    gnb.says("NG Setup procedure is successful")
    return gnb


def start_ues(lab: Lab, count: int = 1, **changes: object) -> Peer:
    """UEs with subsequent SUPIs; ``changes`` replaces what the configuration file says.

    Each session's TUN is in a network namespace of its own, see ``ping``.
    """
    config = {
        "supi": supi(0),
        "mcc": "999",
        "mnc": "70",
        "key": K,
        "op": OPC,
        "opType": "OPC",
        "amf": "8000",
        "imei": "356938035643803",
        "imeiSv": "4370816125816151",
        "useNamespace": True,
        "gnbSearchList": ["127.0.0.1"],
        "uacAic": {"mps": False, "mcs": False},
        "uacAcc": {"normalClass": 0} | {f"class{n}": False for n in range(11, 16)},
        "sessions": [{"type": "IPv4", "apn": "internet", "slice": {"sst": 1}}],
        "configured-nssai": [{"sst": 1}],
        "default-nssai": [{"sst": 1}],
        "integrity": {"IA1": True, "IA2": True, "IA3": True},
        "ciphering": {"EA1": True, "EA2": True, "EA3": True},
        "integrityMaxRate": {"uplink": "full", "downlink": "full"},
    } | changes
    name = f"nr-ue-{config['supi']}"
    file = lab.write(f"{name}.yaml", config)
    return lab.start(name, f"{_FOLDER}/nr-ue", "-c", file, "-n", str(count), "-t", "1")


def order(lab: Lab, node: str, command: str) -> str:
    """A command of nr-cli to a UE or gNB."""
    return lab.run(f"{_FOLDER}/nr-cli", node, "-e", command)


def ping(lab: Lab, target: str, sessions: int = 1) -> None:
    """Three echo requests over each session's TUN, all answered."""
    names = [line.split()[0] for line in lab.run("ip", "netns", "list").splitlines()]
    assert len(names) == sessions, names
    for name in names:
        lab.run(*("ip", "netns", "exec", name, "ping", "-c", "3", "-i", "0.2", target))
