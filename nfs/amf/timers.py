"""NAS timers of the AMF: TS 24.501 table 10.2.2 (seconds, transmissions in all)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timer:
    name: str
    seconds: float
    transmissions: int = 5

    def within(self, configured: Mapping[str, float]) -> float:
        """Its seconds, unless the operator has configured others under its name."""
        return configured.get(self.name, self.seconds)


T3513 = Timer("T3513", 2, 4)
"""Paging; value and number are the network's choice (note 4)."""
T3522 = Timer("T3522", 6)
T3550 = Timer("T3550", 6)
T3555 = Timer("T3555", 6)
T3560 = Timer("T3560", 6)
T3565 = Timer("T3565", 6)
T3570 = Timer("T3570", 6)

MOBILE_REACHABLE = "mobile reachable"
IMPLICIT_DEREGISTRATION = "implicit deregistration"
LONGER_THAN_T3512 = 240.0
"""Seconds by which the mobile reachable timer exceeds T3512 (TS 24.501 clause 5.3.7)."""
