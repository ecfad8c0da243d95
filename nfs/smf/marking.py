"""The DSCP of a QoS flow's packets on N3 and N6, after GSMA IR.34 table 5."""

from __future__ import annotations

_EF, _CS5, _AF41, _AF31, _AF21, _AF11 = 46, 40, 34, 26, 18, 10
_BEST_EFFORT = 0
_DSCP = {
    **dict.fromkeys((1, 65, 66, 67, 69, *range(82, 91)), _EF),
    **dict.fromkeys((2, 3, 4, 71, 72, 73, 74, 76), _AF41),
    5: _CS5,
    6: _AF31,
    7: _AF31,
    80: _AF31,
    70: _AF21,
    79: _AF21,
    8: _AF11,
}
"""By 5QI. Of ordinary subscribers only what has guaranteed rates goes before interactive traffic:
what nobody has admitted must not delay it (RFC 3246 clause 3)."""


def dscp(five_qi: int) -> int:
    """A link that is busy sends the higher one first."""
    return _DSCP.get(five_qi, _BEST_EFFORT)
