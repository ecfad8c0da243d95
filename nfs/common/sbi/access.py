"""Who may use a service: access tokens of the NRF, checked by every producer (TS 33.501 13.4.1).

A producer serves a request only with a token that the NRF signed, for this NF, with the service in
its scope. TS 29.500 clause 6.7.3 takes the answers from RFC 6750: 401 for a token that is missing
or does not hold, 403 for one that holds but not for this service.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from nfs.common.health import LIVE, READY
from nfs.common.sbi.problem import SbiProblem, problem_response

OPEN_PATHS = frozenset({LIVE, READY, "/metrics", "/openapi.json", "/docs"})
"""What tells nothing of a subscriber and is asked by those who are no NF."""
KEYS_VALID = 300.0
"""Seconds for which the NRF's keys are kept."""
KEYS_RETRY = 5.0
"""Seconds before a token with an unknown key makes the keys be fetched again."""
LEEWAY = 5
MAX_TOKEN = 4096
REMEMBERED = 1024
"""Tokens whose signature need not be verified again; consumers use one for many requests."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The NRF that signs: its NF instance identifier and its public keys."""

    name: str
    keys: KeySet


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who asks: NF instance identifier, and the services its token is good for."""

    instance_id: str
    services: frozenset[str]
    expires_at: float


current: ContextVar[Consumer | None] = ContextVar("consumer", default=None)
"""Whose request is being served."""

FetchIssuer = Callable[[], Awaitable[Issuer]]


class AccessTokenVerifier:
    """Checks the tokens shown to one NF; whatever cannot be checked does not hold.

    ``audiences``: the NF's type and its instance identifier.
    """

    def __init__(self, audiences: Iterable[str], fetch_issuer: FetchIssuer) -> None:
        self._audiences = frozenset(audiences)
        self._fetch_issuer = fetch_issuer
        self._issuer: Issuer | None = None
        self._fetched = 0.0
        self._remembered: OrderedDict[str, Consumer] = OrderedDict()

    async def consumer(self, authorization: str | None) -> Consumer:
        """Raises SbiProblem: 401; 503 while the NRF's keys cannot be had."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("TOKEN_MISSING", "an access token of the NRF is needed", error=None)
        if len(token) > MAX_TOKEN:
            raise unauthorized("TOKEN_INVALID", f"a token has at most {MAX_TOKEN} characters")
        known = self._remembered.get(token)
        if known is None:
            known = self._read(await self._decode(token))
            self._remembered[token] = known
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        if known.expires_at < time.time():
            del self._remembered[token]
            raise unauthorized("TOKEN_INVALID", "the access token has expired")
        return known

    async def _decode(self, token: str) -> jwt.Token:
        issuer = await self._known_issuer(KEYS_VALID)
        try:
            return jwt.decode(token, issuer.keys, algorithms=["ES256"])
        except (JoseError, ValueError) as error:
            # The NRF may have a new key: look once more, but let nobody make us ask all the time.
            renewed = await self._known_issuer(KEYS_RETRY)
            if renewed is issuer:
                raise unauthorized("TOKEN_INVALID", f"the access token: {error}") from None
        try:
            return jwt.decode(token, renewed.keys, algorithms=["ES256"])
        except (JoseError, ValueError) as error:
            raise unauthorized("TOKEN_INVALID", f"the access token: {error}") from None

    def _read(self, token: jwt.Token) -> Consumer:
        """The AccessTokenClaims of TS 29.510 clause 6.3.5.2.4."""
        assert self._issuer is not None  # noqa: S101 - its key verified the token
        claims: dict[str, Any] = token.claims
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self._issuer.name:
            raise unauthorized("TOKEN_INVALID", "the access token is not of this NRF")
        if not any(own in audiences for own in self._audiences):
            raise unauthorized("TOKEN_INVALID", f"the access token is for {audience}, not for us")
        subject, scope, expiry = claims.get("sub"), claims.get("scope"), claims.get("exp")
        if not (
            isinstance(subject, str) and isinstance(scope, str) and isinstance(expiry, int | float)
        ):
            raise unauthorized("TOKEN_INVALID", "the access token lacks sub, scope or exp")
        return Consumer(subject, frozenset(scope.split()), expiry + LEEWAY)

    async def _known_issuer(self, valid: float) -> Issuer:
        if self._issuer is None or time.monotonic() - self._fetched > valid:
            self._issuer = await self._fetch_issuer()
            self._fetched = time.monotonic()
        return self._issuer


class AccessControl:
    """Lets no request pass that has no token for the service it asks for.

    ``own_check``: paths that are not of the SBI and check a credential of their own (an agent's
    tasks); ``open_requests``: methods and path prefixes that an NF needs before it has a token.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        verifier: AccessTokenVerifier,
        services: frozenset[str],
        own_check: set[str],
        open_requests: tuple[tuple[str, str], ...],
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._services = services
        self._own_check = own_check
        self._open_requests = open_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        consumer = None
        if scope["type"] == "http" and not self._is_free(scope["method"], scope["path"]):
            try:
                consumer = await self._check(scope)
            except SbiProblem as problem:
                return await problem_response(problem)(scope, receive, send)
        token = current.set(consumer)
        try:
            return await self._app(scope, receive, send)
        finally:
            current.reset(token)

    def _is_free(self, method: str, path: str) -> bool:
        return (
            path in OPEN_PATHS
            or path in self._own_check
            or any(
                method == allowed and path.startswith(prefix)
                for allowed, prefix in self._open_requests
            )
        )

    async def _check(self, scope: Scope) -> Consumer:
        consumer = await self._verifier.consumer(Headers(scope=scope).get("authorization"))
        service = service_of(scope["path"])
        if service in self._services and service not in consumer.services:
            raise SbiProblem(
                403,
                "INSUFFICIENT_SCOPE",
                f"the access token is for {' '.join(sorted(consumer.services))}, not {service}",
                headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
            )
        scope.setdefault("state", {})["consumer"] = consumer
        return consumer


def consumer_of(request: Request) -> Consumer | None:
    """Who asks, by its access token; None where access tokens are off."""
    consumer: Consumer | None = getattr(request.state, "consumer", None)
    return consumer


def service_of(path: str) -> str:
    """``/nausf-auth/v1/...`` is of the service nausf-auth."""
    return path.lstrip("/").partition("/")[0]


def unauthorized(cause: str, detail: str, *, error: str | None = "invalid_token") -> SbiProblem:
    challenge = "Bearer" if error is None else f'Bearer error="{error}"'
    return SbiProblem(401, cause, detail, headers={"WWW-Authenticate": challenge})
