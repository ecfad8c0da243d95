"""OpenTelemetry: one trace from a UE's intent to the tool that is called for it.

Without the SDK nothing is recorded. With it (``pip install agentnf[otel]``) and
OTEL_EXPORTER_OTLP_ENDPOINT set, the ``agentnf`` command exports what the NFs do.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context, propagate, trace
from opentelemetry.trace import Span, SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nfs.common.sbi.access import service_of

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
tracer = trace.get_tracer("agentnf")


def set_up(service: str) -> None:
    """Export spans over OTLP when the environment says where to."""
    if not os.environ.get(ENDPOINT) or importlib.util.find_spec("opentelemetry.sdk") is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@contextmanager
def request_span(nf_type: str, method: str, peer: str, path: str) -> Iterator[dict[str, str]]:
    """Around a request that is sent; gives the headers that carry the trace on."""
    attributes = {"nf.type": nf_type, "nf.peer": peer, "url.path": path}
    name = f"{method} {service_of(path)}"
    with tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes=attributes):
        headers: dict[str, str] = {}
        propagate.inject(headers)
        yield headers


@contextmanager
def procedure_span(name: str, attributes: Mapping[str, str]) -> Iterator[Span]:
    """A procedure that a message of a UE or a gNB began: the root of its trace."""
    kind = SpanKind.SERVER
    with tracer.start_as_current_span(
        name, context.Context(), kind=kind, attributes=dict(attributes)
    ) as span:
        yield span


class ServerSpans:
    """Goes on with the trace of whoever sent a request."""

    def __init__(self, app: ASGIApp, *, nf_type: str) -> None:
        self._app = app
        self._nf_type = nf_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        recorded = not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
        if scope["type"] != "http" or not recorded:
            return await self._app(scope, receive, send)
        carrier = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        service = service_of(scope["path"])
        with tracer.start_as_current_span(
            f"{self._nf_type} {service}",
            propagate.extract(carrier, context.Context()),
            kind=SpanKind.SERVER,
            attributes={"nf.type": self._nf_type, "url.path": scope["path"]},
        ) as span:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            return await self._app(scope, receive, noting)
