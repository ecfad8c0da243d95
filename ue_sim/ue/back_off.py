"""T3346: what a UE does not begin while its network is congested (TS 24.501 clause 5.3.9)."""

from __future__ import annotations

import asyncio

from ue_sim.ue.errors import BackOff


class T3346:
    def __init__(self) -> None:
        self._until = 0.0

    def start(self, procedure: str, seconds: float) -> BackOff:
        """The network has refused ``procedure`` for so long: what to raise."""
        self._until = asyncio.get_running_loop().time() + seconds
        return BackOff(procedure, seconds)

    def check(self, procedure: str) -> None:
        """Raises BackOff while it runs."""
        left = self._until - asyncio.get_running_loop().time()
        if left > 0:
            raise BackOff(procedure, left)

    def stop(self) -> None:
        """The network pages the UE: it is not congested any more."""
        self._until = 0.0
