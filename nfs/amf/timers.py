"""NAS timers of the AMF: TS 24.501 table 10.2.2 (seconds, transmissions in all)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timer:
    name: str
    seconds: float
    transmissions: int = 5


T3550 = Timer("T3550", 6)
T3560 = Timer("T3560", 6)
T3570 = Timer("T3570", 6)
