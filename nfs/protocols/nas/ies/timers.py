"""GPRS timers 2 and 3 (TS 24.008 clauses 10.5.7.4 and 10.5.7.4a), in seconds."""

from __future__ import annotations

import math
from typing import Final

from nfs.protocols.nas.framing import Codec
from nfs.protocols.nas.ies.primitives import need

DEACTIVATED: Final = math.inf
"""The timer is not to run: it never expires."""

_DEACTIVATED = 7
_MAX_VALUE = 31
_TIMER_2 = ((0, 2), (1, 60), (2, 360))
_TIMER_3 = ((3, 2), (4, 30), (5, 60), (0, 600), (1, 3600), (2, 36000), (6, 1152000))
"""Unit code and seconds, from the finest."""


def _timer(units: tuple[tuple[int, int], ...], other: int) -> Codec:
    """Units that the table does not have count as ``other`` seconds."""

    def decode(octets: bytes) -> float:
        unit, value = need(octets, 1)[0] >> 5, octets[0] & _MAX_VALUE
        return DEACTIVATED if unit == _DEACTIVATED else dict(units).get(unit, other) * value

    def encode(seconds: float) -> bytes:
        """The exact value if there is one, else the next lower that there is."""
        if seconds == DEACTIVATED:
            return bytes((_DEACTIVATED << 5,))
        values = [(min(int(seconds) // unit, _MAX_VALUE), unit, code) for code, unit in units]
        value, _, code = max(values, key=lambda v: v[0] * v[1])
        return bytes((code << 5 | value,))

    return Codec(decode, encode)


TIMER_2 = _timer(_TIMER_2, other=60)
TIMER_3 = _timer(_TIMER_3, other=600)
