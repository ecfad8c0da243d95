"""BitRate of TS 29.571 clause 5.5.2: ``1000000 Kbps`` as text."""

from __future__ import annotations

import re

_BIT_RATE = re.compile(r"(\d+(?:\.\d+)?) (bps|Kbps|Mbps|Gbps|Tbps)")
_UNIT = {"bps": 1, "Kbps": 10**3, "Mbps": 10**6, "Gbps": 10**9, "Tbps": 10**12}


def bits_per_second(text: str) -> int:
    """Raises ValueError for anything that is not a BitRate."""
    match = _BIT_RATE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a bit rate such as '1 Gbps': {text!r}")
    return int(float(match[1]) * _UNIT[match[2]])


def bit_rate(bits_per_second: int) -> str:
    """The BitRate in the largest unit that it is a whole number of."""
    unit = next(u for u in reversed(_UNIT) if bits_per_second % _UNIT[u] == 0)
    return f"{bits_per_second // _UNIT[unit]} {unit}"
