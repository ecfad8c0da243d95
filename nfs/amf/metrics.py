"""What an AMF counts (TS 28.552 clause 5.2, names as Open5GS writes them)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nfs.amf.errors import ProcedureEnded, Rejected
from nfs.protocols.nas import RegistrationType

if TYPE_CHECKING:
    from nfs.amf.app import Amf

_KINDS = {
    RegistrationType.INITIAL: "reginit",
    RegistrationType.MOBILITY_UPDATING: "regmob",
    RegistrationType.PERIODIC_UPDATING: "regperiod",
    RegistrationType.EMERGENCY: "regemerg",
}


class AmfMetrics:
    def __init__(self, amf: Amf) -> None:
        metrics = amf.metrics
        prefix = "fivegs_amffunction_"
        self._requests = {
            kind: metrics.counter(f"{prefix}rm_{kind}req", f"Registration requests, {kind[3:]}")
            for kind in _KINDS.values()
        }
        self._successes = {
            kind: metrics.counter(f"{prefix}rm_{kind}succ", f"Successful registrations, {kind[3:]}")
            for kind in _KINDS.values()
        }
        self._failures = {
            kind: metrics.counter(f"{prefix}rm_{kind}fail", f"Rejected, {kind[3:]}", "cause")
            for kind in _KINDS.values()
        }
        self._seconds = metrics.histogram(f"{prefix}rm_regtime", "Registration time, seconds")
        self.authentications = metrics.counter(f"{prefix}amf_authreq", "Authentication requests")
        self.rejections = metrics.counter(f"{prefix}amf_authreject", "Authentication rejects")
        self.auth_failures = metrics.counter(
            f"{prefix}amf_authfail", "Authentication failures of UEs", "cause"
        )
        metrics.gauge(
            f"{prefix}rm_registeredsubnbr", "Registered UEs", lambda: amf.registry.registered
        )
        metrics.gauge("ran_ue", "UE-associated N2 connections", lambda: len(amf.n2.ues))
        metrics.gauge("gnb", "gNBs that are set up", lambda: len(amf.n2.gnbs))

    @contextmanager
    def registration(self, kind: RegistrationType) -> Iterator[None]:
        """Around one registration: how it ends, and how long it takes when it succeeds."""
        name = _KINDS.get(kind, "reginit")
        self._requests[name].inc()
        began = time.perf_counter()
        try:
            yield
        except Rejected as rejected:
            self._failures[name].labels(str(int(rejected.cause))).inc()
            raise
        except ProcedureEnded as ended:
            self._failures[name].labels(type(ended).__name__).inc()
            raise
        self._successes[name].inc()
        self._seconds.observe(time.perf_counter() - began)
