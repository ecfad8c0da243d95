"""What this machine offers to the testbed, and which transport follows from it."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Capability:
    name: str
    available: bool
    detail: str
    remedy: str = ""


def probe() -> list[Capability]:
    sctp = _kernel_sctp()
    tun = Path("/dev/net/tun").exists()
    return [
        Capability("python", True, platform.python_version()),
        Capability(
            "kernel-sctp",
            sctp is None,
            "SCTP sockets work" if sctp is None else f"no SCTP socket: {sctp}",
            "" if sctp is None else "modprobe sctp; without: tcp://, `make sctp-shim` for others",
        ),
        _module("pysctp", "sctp", "apt install libsctp-dev; pip install agentnf[sctp]"),
        _module("ocr", "rapidocr_onnxruntime", "pip install agentnf[agents]"),
        Capability("tun", tun, "/dev/net/tun" if tun else "no /dev/net/tun"),
        _program("tshark", "apt install tshark: reads what `agentnf trace export` writes"),
        _program("redis-server", "apt install redis-server"),
    ]


def choose_n2(capabilities: list[Capability]) -> tuple[str, str]:
    """``sctp`` or ``tcp``, and why."""
    found = {c.name: c for c in capabilities}
    missing = [found[n] for n in ("kernel-sctp", "pysctp") if not found[n].available]
    if not missing:
        return "sctp", "the kernel has SCTP and pysctp is installed"
    return "tcp", "; ".join(f"{c.detail} ({c.remedy})" for c in missing)


def _kernel_sctp() -> str | None:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132).close()
    except OSError as error:
        return str(error)
    return None


def _module(name: str, module: str, remedy: str) -> Capability:
    available = importlib.util.find_spec(module) is not None
    return Capability(
        name, available, f"{module} is {'' if available else 'not '}installed", remedy
    )


def _program(name: str, remedy: str) -> Capability:
    path = shutil.which(name)
    return Capability(name, path is not None, path or f"{name} is not installed", remedy)
