"""Prometheus metrics of one NF, at ``/metrics``.

Names are those of TS 28.552 as Open5GS writes them (``fivegs_amffunction_rm_reginitreq``) where
there are such, and ``agw_``, ``amc_``, ``iaf_`` for the testbed's own NFs. Every NF has a registry
of its own: several may share a process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nfs.common.sbi.access import service_of
from nfs.common.sbi.problem import SbiProblem

PATH = "/metrics"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Metrics:
    """What every NF counts: requests it served, by service, method and status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self.counter(
            "sbi_requests", "SBI requests served", "service", "method", "status"
        )
        self.seconds = self.histogram("sbi_request_seconds", "Time to the answer", "service")

    def counter(self, name: str, documentation: str, *labels: str) -> Counter:
        return Counter(name, documentation, labels, registry=self.registry)

    def histogram(self, name: str, documentation: str, *labels: str) -> Histogram:
        return Histogram(name, documentation, labels, registry=self.registry)

    def gauge(self, name: str, documentation: str, value: Callable[[], float]) -> None:
        """``value`` is called when the metrics are read."""
        Gauge(name, documentation, registry=self.registry).set_function(value)

    def serve(self, app: FastAPI) -> None:
        @app.get(PATH, include_in_schema=False)
        async def metrics() -> Response:
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)


@contextmanager
def counted(counter: Counter) -> Iterator[None]:
    """Count how a request to a service ends: ``OK``, or the cause that it is refused with."""
    try:
        yield
    except SbiProblem as problem:
        counter.labels(problem.cause).inc()
        raise
    counter.labels("OK").inc()


class RequestMetrics:
    """Counts around the whole application, refusals included."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, services: frozenset[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._services = services
        self._children: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        service = service_of(scope["path"])
        if service not in self._services:  # a caller's word is no label
            service = "other"
        status = "500"
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            return await self._app(scope, receive, noting)
        finally:
            counter, seconds = self._child(service, scope["method"], status)
            counter.inc()
            seconds.observe(time.perf_counter() - began)

    def _child(self, service: str, method: str, status: str) -> tuple[Counter, Histogram]:
        """Looking up labels costs more than counting."""
        if method not in METHODS:
            method = "other"
        key = service, method, status
        if key not in self._children:
            counter = self._metrics.requests.labels(*key)
            self._children[key] = counter, self._metrics.seconds.labels(service)
        return self._children[key]
