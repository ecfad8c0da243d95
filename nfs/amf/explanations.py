"""What the AMF tells people, next to the cause that it tells the UE."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import structlog

CAPACITY = 256

log = structlog.get_logger("amf")


@dataclass(frozen=True, slots=True)
class Explanation:
    """``subscriber`` is the SUPI, or the SUCI or GUTI when no SUPI is known."""

    time: float
    subscriber: str
    procedure: str
    cause: str
    why: str
    remedy: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Explanations:
    """The newest refusals, each logged in one line as it happens."""

    def __init__(self) -> None:
        self._newest: deque[Explanation] = deque(maxlen=CAPACITY)

    def add(self, subscriber: str, procedure: str, cause: str, why: str, remedy: str) -> None:
        self._newest.append(Explanation(time.time(), subscriber, procedure, cause, why, remedy))
        log.warning(
            "refused", subscriber=subscriber, procedure=procedure, cause=cause, why=why, do=remedy
        )

    def of(self, subscriber: str | None) -> list[Explanation]:
        """Newest first; of one subscriber, or of all."""
        return [e for e in reversed(self._newest) if subscriber in (None, e.subscriber)]
