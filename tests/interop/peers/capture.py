"""What goes over N1, N2, N3, N4 and the SBI, and whether Wireshark can read it."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peers.lab import Lab, eventually

_READ = ("-d", "tcp.port==7777,http2")
_UNREADABLE = "_ws.malformed || _ws.unreassembled || _ws.expert.severity == error"


class Capture:
    """``ciphered``: NAS is, so what is inside is not read."""

    def __init__(self, file: Path, *, ciphered: bool = False) -> None:
        self.file = file
        self._null_cipher = ("-o", f"nas-5gs.null_decipher:{'FALSE' if ciphered else 'TRUE'}")

    def packets(self, display_filter: str, *fields: str) -> list[list[str]]:
        """The fields of each packet that the filter shows."""
        shown = [part for field in fields for part in ("-e", field)]
        read = ["tshark", "-r", self.file, *_READ, *self._null_cipher]
        command = [*read, "-Y", display_filter, "-T", "fields", *shown]
        run = subprocess.run(command, text=True, capture_output=True, check=True)
        return [line.split("\t") for line in run.stdout.splitlines()]

    def check(self, *protocols: str) -> None:
        """Every protocol was seen, and no packet of any is malformed."""
        unreadable = self.packets(
            _UNREADABLE, "frame.number", "frame.protocols", "_ws.col.Info", "_ws.expert.message"
        )
        assert not unreadable, unreadable
        for protocol in protocols:
            assert self.packets(protocol, "frame.number"), f"no {protocol} in {self.file}"


@contextmanager
def capturing(lab: Lab, *, ciphered: bool = False) -> Iterator[Capture]:
    """All packets on the loopback interface; read them after the block."""
    file = lab.folder / "capture.pcapng"
    dumpcap = lab.start("dumpcap", "dumpcap", "-q", "-i", "lo", "-B", "16", "-w", file)
    eventually("dumpcap captures", file.exists)
    try:
        yield Capture(file, ciphered=ciphered)
    finally:
        _drain(file)
        dumpcap.stop(signal.SIGINT)


def _drain(file: Path) -> None:
    """What dumpcap has not read yet when it is stopped is lost: wait for a last packet."""
    last = secrets.token_hex(16).encode()
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        sender.sendto(last, ("127.0.0.1", 9))
    eventually("all is captured", lambda: last in file.read_bytes())
