"""The client side of an NF: requests to other NFs, in this process or over HTTP/2."""

from __future__ import annotations

import asyncio
import json as jsonlib
import re
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from starlette.types import ASGIApp, Message

from nfs.common import correlation
from nfs.common.pki import Files
from nfs.common.sbi import overload
from nfs.common.sbi.access import service_of
from nfs.common.sbi.http2 import Http2Transport
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.sbi.response import SbiResponse, refusal
from nfs.common.sbi.tokens import TokenSource
from nfs.common.telemetry import request_span
from nfs.common.trace import Interface, Trace

TIMEOUT = 10.0
"""Seconds a consumer waits for an answer (3gpp-Sbi-Max-Rsp-Time)."""

UNAUTHORIZED = 401
IDEMPOTENT = frozenset({"GET", "PUT", "DELETE", "HEAD", "OPTIONS"})
"""Methods that may be repeated (RFC 9110 clause 9.2.2)."""

TARGET = "3gpp-sbi-target-apiroot"
"""For whom a request is that goes to an SCP (TS 29.500 clause 6.10.2.5)."""

_SERVICE = re.compile(r"n[a-z0-9]+-[a-z0-9-]+$")
"""Names of SBI services: nnrf-disc, nagw-routing."""

LocalNetwork = dict[str, ASGIApp]
"""Applications of this process by authority (``127.0.0.1:7710``)."""


class SbiClient:
    """Sends requests of one NF and raises SbiProblem for every answer that is not 2xx."""

    def __init__(
        self,
        nf_type: str,
        trace: Trace,
        local: LocalNetwork | None = None,
        tls: Files | None = None,
    ) -> None:
        self.nf_type = nf_type
        self._trace = trace
        self._local = local if local is not None else {}
        self._tls = tls
        self._http: httpx.AsyncClient | None = None
        self.tokens: TokenSource | None = None
        """Where access tokens come from; None where the network does without (a foreign lab)."""
        self.user_agent = nf_type
        """Begins with the NF type that the NRF knows (TS 29.500 table 5.2.2.2-1)."""
        self.scp: str | None = None
        """API root of the SCP that requests go through, but those to ``direct`` API roots."""
        self.direct: frozenset[str] = frozenset()

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        peer: str | None = None,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - a property of the request, as in TS 29.500
        authorize: bool = True,
    ) -> SbiResponse:
        """Send one request. ``peer`` names the producer in the trace (default: from the path).

        A request for a service carries an access token for it; ``authorize=False`` is for those
        that need none or go to a place that somebody else named.
        """
        if params:
            url = f"{url}?{urlencode(params)}"
        sent = {
            "accept": "application/json, application/problem+json",
            "user-agent": self.user_agent,
        }
        if (chain := correlation.current.get()) != "":
            sent[correlation.HEADER] = chain
        if (priority := overload.current.get()) is not None:
            sent[overload.HEADER] = str(priority)
        if json is not None:
            content = jsonlib.dumps(json, separators=(",", ":")).encode()
            sent["content-type"] = "application/json"
        sent.update({k.lower(): v for k, v in (headers or {}).items()})
        try:
            parts = urlsplit(url)
        except ValueError as error:  # somebody else may have named it
            raise SbiUnreachable(f"no URL that can be reached: {error}") from None
        peer = peer or _producer(parts.path)
        service = service_of(parts.path)
        if self.tokens is None or not authorize or not _SERVICE.match(service):
            return await self._send(method, url, sent, content, peer=peer, timeout=timeout)
        for attempt in (1, 2):
            token = await self.tokens.token(_producer(parts.path), service)
            sent["authorization"] = f"Bearer {token}"
            try:
                return await self._send(method, url, sent, content, peer=peer, timeout=timeout)
            except SbiProblem as problem:
                # The NRF may have lost the key that signed it. A refused request did nothing.
                if problem.status != UNAUTHORIZED or attempt == 2:
                    raise
                self.tokens.forget(token)
        raise AssertionError

    async def _send(
        self,
        method: str,
        url: str,
        sent: Mapping[str, str],
        content: bytes | None,
        *,
        peer: str,
        timeout: float,  # noqa: ASYNC109
    ) -> SbiResponse:
        parts = urlsplit(url)
        api_root = f"{parts.scheme}://{parts.netloc}"
        if self.scp is not None and api_root not in self.direct:
            url = self.scp + url.removeprefix(api_root)
            sent = {**sent, TARGET: api_root}
            parts = urlsplit(url)
        name = f"{method} {parts.path}"
        self._trace.record(Interface.SBI, self.nf_type, peer, name, content or b"")
        app = self._local.get(parts.netloc)
        try:
            with request_span(self.nf_type, method, peer, parts.path) as carried:
                async with asyncio.timeout(timeout):
                    headers = {**sent, **carried}
                    if app is not None:
                        response = await _call_local(app, method, parts, headers, content or b"")
                    else:
                        response = await self._call_http(method, url, headers, content)
        except TimeoutError:
            detail = f"{peer} at {parts.netloc}: no answer in {timeout:g} s"
            raise SbiUnreachable(detail, maybe_received=True) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            detail = f"{peer} at {parts.netloc}: {error or type(error).__name__}"
            raise SbiUnreachable(detail) from None
        except httpx.HTTPError as error:
            detail = f"{peer} at {parts.netloc}: {error or type(error).__name__}"
            raise SbiUnreachable(detail, maybe_received=True) from None
        except (httpx.InvalidURL, UnicodeError, OverflowError) as error:
            raise SbiUnreachable(f"{peer}: no URL that can be reached: {error}") from None
        self._trace.record(
            Interface.SBI, peer, self.nf_type, f"{response.status} {name}", response.content
        )
        if response.status >= 400:
            raise refusal(response, peer)
        return response

    async def _call_http(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> SbiResponse:
        if self._http is None:
            tls = _tls_context(self._tls) if self._tls else None
            self._http = httpx.AsyncClient(transport=Http2Transport(tls), timeout=TIMEOUT)
        try:
            answer = await self._http.request(method, url, headers=headers, content=content)
        except httpx.ReadError:
            if method not in IDEMPOTENT:
                raise
            answer = await self._http.request(method, url, headers=headers, content=content)
        return SbiResponse(answer.status_code, answer.headers, answer.content)

    async def renew_credentials(self) -> None:
        """The own certificate is another: new connections show it."""
        await self.close()

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None


def _tls_context(files: Files) -> ssl.SSLContext:
    """TLS 1.3 with the own certificate; the peer's is to be of the same authority."""
    context = ssl.create_default_context(cafile=str(files.ca))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(files.certificate, files.key)
    return context


def _producer(path: str) -> str:
    """``/nausf-auth/v1/...`` is served by the AUSF."""
    service = path.lstrip("/").partition("-")[0]
    return service[1:].upper() if service.startswith("n") else service or "peer"


async def _call_local(
    app: ASGIApp, method: str, parts: Any, headers: Mapping[str, str], content: bytes
) -> SbiResponse:
    """Call an application of this process. It runs in a task of its own, as behind a socket:
    what it has begun goes on when the consumer stops waiting."""
    status, answered, chunks = 500, dict[str, str](), list[bytes]()
    body = [{"type": "http.request", "body": content, "more_body": False}]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "2",
        "method": method,
        "scheme": parts.scheme,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [
            (b"host", parts.netloc.encode()),
            (b"content-length", str(len(content)).encode()),
            *((k.encode(), v.encode("latin-1")) for k, v in headers.items()),
        ],
        "client": ("127.0.0.1", 0),
        "server": (parts.hostname, parts.port),
        "state": {},
    }

    async def receive() -> Message:
        if body:
            return body.pop()
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            answered.update(
                (k.decode().lower(), v.decode("latin-1")) for k, v in message["headers"]
            )
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    task = asyncio.ensure_future(_run(app, scope, receive, send))
    await asyncio.shield(task)
    return SbiResponse(status, answered, b"".join(chunks))


async def _run(app: ASGIApp, scope: Any, receive: Any, send: Any) -> None:
    try:
        await app(scope, receive, send)
    except Exception as error:
        # Starlette answers 500 and then raises again for the server to log; it is logged there.
        if isinstance(error, asyncio.CancelledError):
            raise
