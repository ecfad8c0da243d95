"""NAS timers of the UE: TS 24.501 table 10.2.1, seconds."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULTS: Mapping[str, float] = {
    "T3502": 720.0,  # after five failed registrations
    "T3510": 15.0,  # REGISTRATION REQUEST
    "T3511": 10.0,  # between failed registrations
    "T3512": 3240.0,  # periodic registration, until the network gives its own
    "T3517": 15.0,  # SERVICE REQUEST
    "T3521": 15.0,  # DEREGISTRATION REQUEST
    "T3540": 10.0,  # release of the connection by the network
    "T3580": 16.0,  # PDU SESSION ESTABLISHMENT REQUEST
    "T3581": 16.0,  # PDU SESSION MODIFICATION REQUEST
    "T3582": 16.0,  # PDU SESSION RELEASE REQUEST
}


def seconds(configured: Mapping[str, float], name: str) -> float:
    """A timer's value, unless another is configured under its name."""
    return configured.get(name, DEFAULTS[name])
