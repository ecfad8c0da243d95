"""Back-off: how long the UE leaves a congested DNN or slice alone (TS 24.501 clauses 6.2.7, 6.2.8).

T3396 is for a DNN, T3584 for a DNN in a slice, T3585 for a slice.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from nfs.protocols.nas import DEACTIVATED, SmCause
from ue_sim.ue.errors import ProcedureRejected

_Key = tuple[str, str | None, str | None]

_FOR_DNN = {
    SmCause.OPERATOR_DETERMINED_BARRING,
    SmCause.INSUFFICIENT_RESOURCES,
    SmCause.MISSING_OR_UNKNOWN_DNN,
    SmCause.SERVICE_OPTION_NOT_SUPPORTED,
    SmCause.REQUESTED_SERVICE_OPTION_NOT_SUBSCRIBED,
    SmCause.MISSING_OR_UNKNOWN_DNN_IN_A_SLICE,
}


class BackOff(ProcedureRejected):
    """The UE may not ask yet; ``timer`` runs for ``seconds`` more."""

    def __init__(self, procedure: str, timer: str, seconds: float) -> None:
        until = "until switch-off" if seconds == DEACTIVATED else f"for {seconds:.0f} s more"
        super().__init__(procedure, "BACK_OFF", f"{timer} runs {until}")
        self.timer = timer
        self.seconds = seconds


class BackOffTimers:
    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._ends: dict[_Key, float] = {}

    def refused(
        self, cause: SmCause, dnn: str | None, s_nssai: str | None, seconds: float | None
    ) -> None:
        """Start the timer of ``cause``; zero stops it, None leaves it to us: no wait."""
        if seconds is None:
            return
        if cause in _FOR_DNN:
            key: _Key = ("T3396", dnn, None)
        elif cause is SmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE_AND_DNN:
            key = ("T3584", dnn, s_nssai)
        elif cause is SmCause.INSUFFICIENT_RESOURCES_FOR_SPECIFIC_SLICE:
            key = ("T3585", None, s_nssai)
        else:
            return
        if seconds:
            self._ends[key] = self._now() + seconds
        else:
            self._ends.pop(key, None)

    def check(self, procedure: str, dnn: str | None, s_nssai: str | None) -> None:
        """Raises BackOff while a timer keeps the UE from asking."""
        keys: tuple[_Key, ...] = (
            ("T3396", dnn, None),
            ("T3584", dnn, s_nssai),
            ("T3585", None, s_nssai),
        )
        for key in keys:
            left = self._ends.get(key, 0.0) - self._now()
            if left > 0:
                raise BackOff(procedure, key[0], left)
            self._ends.pop(key, None)

    def network_asks(self, dnn: str | None) -> None:
        """A command of the network for a session of the DNN ends T3396 (clause 6.3.2.3)."""
        self._ends.pop(("T3396", dnn, None), None)

    def clear(self) -> None:
        """Switched off, or another USIM."""
        self._ends.clear()
