"""Metrics of the UPF, with the names that Open5GS has for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nfs.upf.app import Upf


def add_metrics(upf: Upf) -> None:
    """What the core counts is read when the metrics are."""
    counters, n4 = upf.user_plane.counters, upf.n4
    values: dict[str, tuple[str, Callable[[], float]]] = {
        "fivegs_upffunction_sm_n4sessionestabreq": (
            "PFCP sessions asked for",
            lambda: n4.established["asked"],
        ),
        "fivegs_upffunction_sm_n4sessionestabfail": (
            "PFCP sessions refused",
            lambda: n4.established["refused"],
        ),
        "fivegs_upffunction_upf_sessionnbr": ("PFCP sessions", lambda: len(upf.sessions)),
        "fivegs_upffunction_upf_qosflows": (
            "QoS flows",
            lambda: sum(len(session.qers) for session in upf.sessions),
        ),
        "fivegs_upffunction_guaranteed_uplink_kbps": (
            "Guaranteed rates",
            lambda: n4.guaranteed[0],
        ),
        "fivegs_upffunction_guaranteed_downlink_kbps": (
            "Guaranteed rates",
            lambda: n4.guaranteed[1],
        ),
        "fivegs_ep_n3_gtp_indatapktn3upf": ("Packets from gNBs", lambda: counters.n3_in[0]),
        "fivegs_ep_n3_gtp_outdatapktn3upf": ("Packets to gNBs", lambda: counters.n3_out[0]),
        "fivegs_ep_n3_gtp_indatavolumen3upf": ("Octets from gNBs", lambda: counters.n3_in[1]),
        "fivegs_ep_n3_gtp_outdatavolumen3upf": ("Octets to gNBs", lambda: counters.n3_out[1]),
        "fivegs_upffunction_dropped_packets": (
            "Packets dropped",
            lambda: sum(counters.dropped.values()),
        ),
    }
    for name, (documentation, value) in values.items():
        upf.metrics.gauge(name, documentation, value)
