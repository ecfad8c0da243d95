"""Open5GS' core: AGENTNF_OPEN5GS is the folder of ``bin/open5gs-amfd`` and the others,
AGENTNF_OPEN5GS_LIBS their library path, AGENTNF_MONGO a command that serves its database."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from typing import Any

import pytest

from peers.lab import Lab, Peer, eventually

_PREFIX = os.environ.get("AGENTNF_OPEN5GS", "")
_MONGO = os.environ.get("AGENTNF_MONGO", "")

needed = pytest.mark.skipif(
    not (_PREFIX and _MONGO), reason="AGENTNF_OPEN5GS and AGENTNF_MONGO are not set"
)

NRF = "http://127.0.0.10:7777"
SCP = "http://127.0.0.200:7777"
GATEWAY = "10.45.0.1"
"""Behind the UPF: it answers echo requests of UEs."""
CORE = ("nrf", "ausf", "udm", "udr", "pcf", "bsf", "nssf", "smf", "upf", "amf")

_HOSTS = {
    "nrf": "127.0.0.10",
    "scp": "127.0.0.200",
    "ausf": "127.0.0.11",
    "udm": "127.0.0.12",
    "pcf": "127.0.0.13",
    "nssf": "127.0.0.14",
    "bsf": "127.0.0.15",
    "udr": "127.0.0.20",
    "smf": "127.0.0.4",
    "amf": "127.0.0.5",
    "upf": "127.0.0.7",
}
_PLMN = {"mcc": 999, "mnc": 70}
_MAX_UES = 256
GATEWAY6 = "2001:db8:cafe::1"
_SESSION = [
    {"subnet": "10.45.0.0/16", "gateway": GATEWAY},
    {"subnet": "2001:db8:cafe::/48", "gateway": GATEWAY6},
]


def _specific(name: str) -> dict[str, Any]:
    """What one NF's section has beside its SBI."""
    at = {"server": [{"address": _HOSTS[name]}]}
    match name:
        case "nrf":
            return {"serving": [{"plmn_id": _PLMN}]}
        case "nssf":
            nsi = [{"uri": NRF, "s_nssai": {"sst": 1}}]
            return {"sbi": {"client": {"nrf": [{"uri": NRF}], "nsi": nsi}}}
        case "smf":
            return {
                "pfcp": at | {"client": {"upf": [{"address": _HOSTS["upf"]}]}},
                "gtpc": at,
                "gtpu": at,
                "session": _SESSION,
                "dns": ["8.8.8.8", "8.8.4.4"],
                "mtu": 1400,
            }
        case "upf":
            return {"pfcp": at, "gtpu": at, "session": _SESSION}
        case "amf":
            return {
                "ngap": at,
                "guami": [{"plmn_id": _PLMN, "amf_id": {"region": 2, "set": 1}}],
                "tai": [{"plmn_id": _PLMN, "tac": 1}],
                "plmn_support": [{"plmn_id": _PLMN, "s_nssai": [{"sst": 1}]}],
                "security": {
                    "integrity_order": ["NIA2", "NIA1", "NIA0"],
                    "ciphering_order": ["NEA0", "NEA1", "NEA2"],
                },
                "network_name": {"full": "Open5GS", "short": "Next"},
                "amf_name": "open5gs-amf0",
                "time": {"t3512": {"value": 540}},
            }
    return {}


def _config(name: str, changes: dict[str, Any]) -> dict[str, Any]:
    section = _specific(name) | changes
    if name != "upf":
        client = {} if name == "nrf" else {"client": {"nrf": [{"uri": NRF}]}}
        server = {"server": [{"address": _HOSTS[name], "port": 7777}]}
        section["sbi"] = server | client | section.get("sbi", {})
    config = {"global": {"max": {"ue": _MAX_UES}}, name: section}
    if name in {"udr", "pcf"}:
        config["db_uri"] = "mongodb://127.0.0.1/open5gs"
    return config


def start_core(
    lab: Lab, names: Iterable[str] = CORE, sections: dict[str, dict[str, Any]] | None = None
) -> dict[str, Peer]:
    """NFs by name, all registered at the NRF, the UPF associated with the SMF.

    ``sections`` replaces keys of the NFs' own.
    """
    names = tuple(names)
    if "udr" in names:
        database = lab.start("mongo", *shlex.split(_MONGO))
        eventually("the database listens", lambda: _listens(lab, 27017) or database.ended)
    if "upf" in names:
        lab.run("ip", "tuntap", "add", "name", "ogstun", "mode", "tun")
        lab.run("ip", "address", "add", f"{GATEWAY}/16", "dev", "ogstun")
        lab.run("ip", "address", "add", f"{GATEWAY6}/48", "dev", "ogstun")
        lab.run("ip", "link", "set", "ogstun", "up")
    libraries = os.environ.get("AGENTNF_OPEN5GS_LIBS", "")
    environment = os.environ | {"LD_LIBRARY_PATH": libraries}
    nfs: dict[str, Peer] = {}
    for name in names:
        config = lab.write(f"{name}.yaml", _config(name, (sections or {}).get(name, {})))
        command = (f"{_PREFIX}/bin/open5gs-{name}d", "-c", config)
        nfs[name] = lab.start(f"open5gs-{name}", *command, environment=environment)
        if name == "nrf":
            nfs[name].says("initialize...done")
    for name, nf in nfs.items():
        ready = "initialize...done" if name in {"nrf", "upf"} else r"NF registered"
        nf.says(ready, seconds=60)
    if {"smf", "upf"} <= nfs.keys():
        nfs["smf"].says("PFCP associated")
    return nfs


def _listens(lab: Lab, port: int) -> bool:
    return f":{port} " in lab.run("ss", "-ltn")
