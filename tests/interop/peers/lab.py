"""Processes, configuration files and a capture of one test."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

_SHOWN = 60
"""Last lines of each log that a failed test shows."""


def supi(number: int) -> str:
    """Of the subscriber after so many others: every core here has the same."""
    return f"imsi-{999700000000001 + number}"


def eventually(what: str, condition: Any, seconds: float = 60) -> Any:
    """The first true answer of ``condition``; AssertionError after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return answer


class Peer:
    """A running process, known by what it logs."""

    def __init__(self, name: str, log: Path, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.log = log
        self.process = process

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def said(self, pattern: str) -> list[str]:
        """Every match of ``pattern`` in what it logged so far."""
        text = self.log.read_text("utf-8", "replace")
        return [match.group(0) for match in re.finditer(pattern, text)]

    def says(self, pattern: str, times: int = 1, seconds: float = 60) -> None:
        """Wait until it has logged ``pattern`` so often, or ends."""

        def ended_or_said() -> bool:
            return len(self.said(pattern)) >= times or self.ended

        eventually(f"{self.name} says {pattern!r} {times} times", ended_or_said, seconds)
        said = len(self.said(pattern))
        assert said >= times, f"{self.name} ended, and said {pattern!r} {said} times"

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        if self.ended:
            return
        self.process.send_signal(by)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Lab:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._peers: list[Peer] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stack.close()

    def start(
        self, name: str, *command: str | Path, environment: dict[str, str] | None = None
    ) -> Peer:
        """Runs until the test ends; all it writes goes to its log."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self.folder,
            )
        peer = Peer(name, log, process)
        self._peers.append(peer)
        self._stack.callback(peer.stop)
        return peer

    def run(self, *command: str | Path) -> str:
        """What a command printed; AssertionError with it if the command failed."""
        done = subprocess.run(command, text=True, capture_output=True, check=False, timeout=60)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def write(self, name: str, content: dict[str, Any]) -> Path:
        """A YAML file."""
        path = self.folder / name
        path.write_text(yaml.safe_dump(content, sort_keys=False))
        return path

    def logs(self) -> str:
        parts = []
        for peer in self._peers:
            lines = peer.log.read_text("utf-8", "replace").splitlines()[-_SHOWN:]
            parts.append(f"--- {peer.name} (exit code {peer.process.poll()})\n" + "\n".join(lines))
        return "\n".join(parts)
