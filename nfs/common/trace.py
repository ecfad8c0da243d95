"""The record of every message of a run: N1 to N4 and SBI, with the octets that were sent."""

from __future__ import annotations

import base64
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TextIO

from nfs.common import correlation

CAPACITY = 50_000
"""Records kept in memory; a longer run keeps its newest, the file keeps all."""


class Interface(StrEnum):
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    SBI = "SBI"
    AGENT = "AGENT"


@dataclass(frozen=True, slots=True)
class Record:
    """One message: ``time`` in Unix seconds; ``octets`` as sent (N1: the plain NAS message)."""

    time: float
    interface: Interface
    source: str
    target: str
    name: str
    correlation: str
    octets: bytes

    def to_json(self) -> dict[str, Any]:
        return {
            "time": self.time,
            "interface": self.interface.value,
            "from": self.source,
            "to": self.target,
            "name": self.name,
            "correlation": self.correlation,
            "octets": base64.b64encode(self.octets).decode(),
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Self:
        return cls(
            record["time"],
            Interface(record["interface"]),
            record["from"],
            record["to"],
            record["name"],
            record["correlation"],
            base64.b64decode(record["octets"]),
        )


class Trace:
    """Collects records; each goes to the listeners and, when there is one, to a JSON-lines file."""

    def __init__(self, path: Path | None = None) -> None:
        self._records: deque[Record] = deque(maxlen=CAPACITY)
        self._listeners: list[Callable[[Record], None]] = []
        self._file: TextIO | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", encoding="utf-8", buffering=1)

    def record(
        self, interface: Interface, source: str, target: str, name: str, octets: bytes = b""
    ) -> None:
        record = Record(
            time.time(), interface, source, target, name, correlation.current.get(), octets
        )
        self._records.append(record)
        if self._file is not None:
            self._file.write(json.dumps(record.to_json()) + "\n")
        for listener in self._listeners:
            listener(record)

    def subscribe(self, listener: Callable[[Record], None]) -> Callable[[], None]:
        """Call ``listener`` with each new record until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def __iter__(self) -> Iterator[Record]:
        return iter(tuple(self._records))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read(path: Path) -> Iterator[Record]:
    """The records of a trace file, in order.

    A last line cut short by a crash is left out.
    """
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                return
            yield Record.from_json(json.loads(line))
