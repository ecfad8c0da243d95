"""The server side of an NF: a FastAPI application that answers every error as ProblemDetails."""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic.alias_generators import to_pascal
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nfs.common import correlation
from nfs.common.health import add_health_routes
from nfs.common.sbi.late_route import LateRoute
from nfs.common.sbi.overload import OverloadControl
from nfs.common.sbi.problem import InvalidParam, SbiProblem, problem_response
from nfs.common.store import StoreUnavailable

HTTP_NOT_FOUND = 404
MEDIA_TYPES = frozenset(
    {
        b"application/json",
        b"application/json-patch+json",
        b"application/merge-patch+json",
        b"application/ocsp-request",
        b"application/problem+json",
        b"application/x-www-form-urlencoded",
        b"multipart/related",
    }
)
"""What TS 29.500 clause 6.1.2.4 has services read, and the forms of a token and OCSP request."""
RETRY_AFTER = 1
"""Seconds after which a consumer may try again while the state is away."""
BODY_SECONDS = 10.0
"""Seconds that the next part of a body may take to arrive."""
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
"""Methods whose body is looked at; that of any other is nobody's concern."""
MAX_BODY = 1 << 20
"""Octets of the largest body an NF reads; a larger one is answered 413 before it is parsed."""

log = structlog.get_logger("sbi")

_HTTP_CAUSES = {
    404: "RESOURCE_URI_STRUCTURE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    415: "UNSUPPORTED_MEDIA_TYPE",
}
_MISSING = {"missing"}


def create_app(nf_type: str, title: str, version: str = "1.0.0") -> FastAPI:
    """An application for one NF, with the error answers of TS 29.500 clause 5.2.7."""
    app = FastAPI(
        title=title,
        version=version,
        docs_url="/docs",
        redoc_url=None,
        generate_unique_id_function=lambda route: to_pascal(route.name),
    )
    app.router.route_class = LateRoute
    app.state.nf_type = nf_type
    app.add_exception_handler(SbiProblem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(StoreUnavailable, _store_unavailable)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(_MediaType)
    app.add_middleware(_Correlation)
    app.add_middleware(OverloadControl)
    add_health_routes(app)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, SbiProblem)  # noqa: S101 - what it is registered for
    log.info(
        "request refused",
        nf=request.app.state.nf_type,
        method=request.method,
        path=request.url.path,
        status=error.status,
        cause=error.cause,
        detail=error.detail,
    )
    return problem_response(error)


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    in_query = all(e["loc"][:1] == ("query",) for e in errors)
    missing = any(e["type"] in _MISSING for e in errors)
    part = "QUERY_PARAM" if in_query else "IE"
    cause = f"MANDATORY_{part}_{'MISSING' if missing else 'INCORRECT'}"
    if any(e["type"] == "json_invalid" for e in errors):
        cause = "INVALID_MSG_FORMAT"
    params = [InvalidParam(param="/".join(map(str, e["loc"])), reason=e["msg"]) for e in errors]
    detail = "; ".join(f"{p.param}: {p.reason}" for p in params[:5])
    return await _problem(request, SbiProblem(400, cause, detail, invalid_params=params))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    cause = _HTTP_CAUSES.get(error.status_code, "UNSPECIFIED_MSG_FAILURE")
    detail = f"{request.method} {request.url.path} is not offered by this NF"
    served = _versions(request.app)
    name, _, rest = request.url.path.lstrip("/").partition("/")
    if error.status_code == HTTP_NOT_FOUND and rest.partition("/")[0] not in served.get(name, rest):
        detail = f"{name} is served here as {' '.join(sorted(served[name]))}"
        return await _problem(request, SbiProblem(400, "INVALID_API", detail))
    return await _problem(request, SbiProblem(error.status_code, cause, detail))


def _versions(app: FastAPI) -> dict[str, set[str]]:
    """The API versions of every service of this NF: ``{"nausf-auth": {"v1"}}``."""
    served: dict[str, set[str]] = {}
    for route in app.routes:
        parts = getattr(route, "path", "").split("/")
        if len(parts) > 3 and parts[2].startswith("v"):
            served.setdefault(parts[1], set()).add(parts[2])
    return served


async def _store_unavailable(request: Request, error: Exception) -> Response:
    log.error("state cannot be read or kept", path=request.url.path, reason=str(error))
    detail = "the state of this NF is not available at the moment"
    retry = {"Retry-After": str(RETRY_AFTER)}
    return problem_response(SbiProblem(503, "STATE_UNAVAILABLE", detail, headers=retry))


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request failed", path=request.url.path, exc_info=error)
    return problem_response(SbiProblem(500, "SYSTEM_FAILURE", "see the log of this NF"))


class _MediaType:
    """Refuses a body of a media type that no service reads, before anything looks at it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in WITH_BODY:
            header = next((v for k, v in scope["headers"] if k == b"content-type"), b"")
            media_type = header.partition(b";")[0].strip().lower()
            if media_type and media_type not in MEDIA_TYPES:
                detail = f"{media_type.decode('latin-1')[:100]} is not read here"
                problem = SbiProblem(415, "UNSUPPORTED_MEDIA_TYPE", detail)
                return await problem_response(problem)(scope, receive, send)
        return await self._app(scope, receive, send)


class _Correlation:
    """Takes the correlation identifier of the request over for everything it causes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        header = correlation.HEADER.encode()
        value = next((v for k, v in scope["headers"] if k == header), b"")
        token = correlation.current.set(value.decode("latin-1")[:200])
        try:
            return await self._app(scope, receive, send)
        finally:
            correlation.current.reset(token)


class BodyLimit:
    """Refuses a body over MAX_BODY, by its announced length or as soon as it has grown so far, and
    one whose next part does not come in BODY_SECONDS.

    A body that nobody has looked at is read before the answer goes out: HTTP/2 servers reset a
    stream that is answered too early, which some clients take for an error.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in WITH_BODY:
            return await self._app(scope, receive, send)
        large = SbiProblem(413, "INVALID_MSG_FORMAT", f"a body has at most {MAX_BODY} octets")
        slow = SbiProblem(408, "TIMED_OUT_REQUEST", f"the body took over {BODY_SECONDS:g} s")
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > MAX_BODY:
            return await problem_response(large)(scope, receive, send)
        seen, arriving = 0, True
        refused: SbiProblem | None = None

        async def bounded() -> Message:
            nonlocal seen, arriving, refused
            try:
                async with asyncio.timeout(BODY_SECONDS if arriving else None):
                    message = await receive()
            except TimeoutError:
                refused = slow
                raise slow from None
            arriving = message.get("more_body", False)
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                refused = large
                raise large
            return message

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                with contextlib.suppress(SbiProblem):
                    while arriving and refused is None:
                        await bounded()
            if refused is None:  # else the framework makes a 400 of whatever was raised
                await send(message)

        await self._app(scope, bounded, answer)
        if refused is not None:
            await problem_response(refused)(scope, receive, send)
        return None
