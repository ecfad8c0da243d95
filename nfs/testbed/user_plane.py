"""Addresses of N3 and N4 in one testbed, for the NFs whose configuration does not say."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import structlog

from nfs.transports.datagram import memory_host

log = structlog.get_logger("testbed")

_SMF, _UPF = 44, 47
"""The last number of 127.0.0.x, which Open5GS on the same machine does not use; a further UPF has
the next one."""


class UserPlaneAddresses:
    """``names``: of all NFs of a kind, the usual one first; ``section`` of one's configuration."""

    def __init__(
        self,
        names: Callable[[str], list[str]],
        section: Callable[[str], dict[str, Any]],
        *,
        sockets: bool,
    ) -> None:
        self._udp = sockets and _has_loopback_range()
        self._upfs = {name: self._upf(i, section(name)) for i, name in enumerate(names("upf"))}
        self._smfs = {name: self._smf(i) for i, name in enumerate(names("smf"))}

    def defaults(self, name: str) -> dict[str, Any]:
        """What an NF's section says unless it says something else."""
        if name in self._upfs:
            return self._upfs[name]
        if name in self._smfs:
            return {"n4": self._smfs[name], "upfs": [{"n4": u["n4"]} for u in self._upfs.values()]}
        return {}

    def _upf(self, number: int, own: dict[str, Any]) -> dict[str, Any]:
        if self._udp:
            host = f"127.0.0.{_UPF + number}"
            sections = {"n4": f"udp://{host}:8805", "n3": f"udp://{host}:2152"}
            sections |= {"tun": f"agentnf-upf{number}"} if number else {}
        else:
            host = memory_host()
            sections = {"n4": f"memory://{host}", "n3": f"memory://{host}", "n6": "user"}
        return sections | {key: own[key] for key in ("n4", "n3") if key in own}

    def _smf(self, number: int) -> str:
        if not self._udp:
            return f"memory://{memory_host()}"
        return f"udp://127.0.0.{_SMF}:{0 if number else 8805}"


def _has_loopback_range() -> bool:
    """Linux has all of 127.0.0.0/8; others have 127.0.0.1 only, which two NFs cannot share."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((f"127.0.0.{_UPF}", 0))
        except OSError as error:
            log.warning("the user plane stays inside this process", reason=str(error))
            return False
    return True
