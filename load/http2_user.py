"""A Locust user that speaks HTTP/2, as the service-based interface does (TS 29.500 clause 5.2)."""

from __future__ import annotations

import json as jsonlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gevent.lock import RLock
from locust import User

from load.http2_connection import TIMEOUT, Http2Connection, Http2Response, NotProcessed


class RefusedRequest(Exception):
    """An answer that is not 2xx: status, and the cause of its ProblemDetails if it has one."""

    def __init__(self, response: Http2Response) -> None:
        try:
            cause = response.json().get("cause") or ""
        except (ValueError, AttributeError):
            cause = ""
        super().__init__(f"{response.status} {cause}".rstrip())
        self.status = response.status


class Http2Client:
    """Requests of one user over one connection; each is a Locust request event.

    The connection is made with the first request and kept; when the server has closed it or goes
    away, the next request makes a new one. Greenlets may send requests at the same time.
    """

    def __init__(
        self, user: User, host: str, *, timeout: float = TIMEOUT, cafile: Path | None = None
    ) -> None:
        self.host = host.rstrip("/")
        self._user = user
        self._timeout = timeout
        self._cafile = cafile
        self._connecting = RLock()
        self._connection: Http2Connection | None = None

    def get(self, path: str, **options: Any) -> Http2Response | None:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Http2Response | None:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> Http2Response | None:
        return self.request("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Http2Response | None:
        return self.request("DELETE", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        name: str | None = None,
        json: Any = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Http2Response | None:
        """The answer, whatever its status; None when there was none. Both are in the event."""
        sent = {"accept": "application/json, application/problem+json"} | dict(headers or {})
        if json is not None:
            body = jsonlib.dumps(json, separators=(",", ":")).encode()
            sent.setdefault("content-type", "application/json")
        began, clock = time.time(), time.perf_counter()
        response: Http2Response | None = None
        failure: Exception | None = None
        try:
            response = self._exchange(method, path, sent, body)
            if not 200 <= response.status < 300:
                failure = RefusedRequest(response)
        except OSError as error:
            failure = error
        self._user.environment.events.request.fire(
            request_type=method,
            name=name or path.partition("?")[0],
            response_time=(time.perf_counter() - clock) * 1000,
            response_length=len(response.content) if response else 0,
            response=response,
            context=self._user.context(),
            exception=failure,
            start_time=began,
            url=self.host + path,
        )
        return response

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Http2Response:
        try:
            return self._connected().request(method, path, headers, body)
        except NotProcessed:
            return self._connected().request(method, path, headers, body)

    def _connected(self) -> Http2Connection:
        with self._connecting:
            if self._connection is None or not self._connection.usable:
                self._connection = Http2Connection(
                    self.host, timeout=self._timeout, cafile=self._cafile
                )
            return self._connection


class Http2User(User):
    """Subclass it as Locust's HttpUser: ``host``, tasks, and ``self.client`` in them."""

    abstract = True
    timeout = TIMEOUT
    cafile: Path | None = None
    """Certificates to trust when ``host`` is https; None trusts what the system does."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        if not self.host:
            raise ValueError(f"{type(self).__name__} needs a host")
        self.client = Http2Client(self, self.host, timeout=self.timeout, cafile=self.cafile)

    def on_stop(self) -> None:
        self.client.close()
