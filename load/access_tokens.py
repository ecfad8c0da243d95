"""OAuth 2.0 access tokens of the NRF, as an NF service consumer gets them (TS 29.510 clause 5.4).

An NRF that has no token end point answers 404; requests then go without a token.
"""

from __future__ import annotations

import json
import time
import uuid
from urllib.parse import urlencode

from gevent.lock import RLock

from load.http2_connection import Http2Connection, Http2Response

_TOKEN_PATH = "/oauth2/token"
_MARGIN = 10.0
"""Seconds before its end from which a token is not used any more."""

Service = tuple[str, str, str]
"""Type of the consumer, type of the producer, service: ("AMF", "AGW", "nagw-registration")."""


class TokenError(OSError):
    """The NRF gives no token."""


class AccessTokens:
    """The tokens of this process, for all its users; a token is used until shortly before its end.

    Each consumer type is registered with the NRF as an NF of its own, without services.
    """

    def __init__(self, nrf: str) -> None:
        self._nrf = nrf
        self._lock = RLock()
        self._connection: Http2Connection | None = None
        self._instances: dict[str, str] = {}
        self._tokens: dict[Service, tuple[float, str]] = {}
        self._without = False

    def headers(self, service: Service) -> dict[str, str]:
        """What a request of ``service`` needs; raises OSError when the NRF gives no token."""
        with self._lock:
            if self._without:
                return {}
            until, token = self._tokens.get(service, (0.0, ""))
            if until < time.monotonic():
                token = self._new(service)
        return {"authorization": f"Bearer {token}"} if token else {}

    def _new(self, service: Service) -> str:
        answer = self._ask(service)
        if answer.status == 404 and not _is_oauth_error(answer):
            self._without = True
            return ""
        if answer.status != 200:
            self._register(service[0])
            answer = self._ask(service)
        if answer.status != 200:
            raise TokenError(f"no token for {service}: {answer.status} {answer.content!r}")
        granted = answer.json()
        token = str(granted["access_token"])
        until = time.monotonic() + float(granted.get("expires_in", 60)) - _MARGIN
        self._tokens[service] = until, token
        return token

    def _ask(self, service: Service) -> Http2Response:
        consumer, producer, scope = service
        form = {
            "grant_type": "client_credentials",
            "nfInstanceId": self._instance(consumer),
            "nfType": consumer,
            "targetNfType": producer,
            "scope": scope,
        }
        content_type = "application/x-www-form-urlencoded"
        return self._request("POST", _TOKEN_PATH, urlencode(form).encode(), content_type)

    def _register(self, consumer: str) -> None:
        instance = self._instance(consumer)
        profile = {
            "nfInstanceId": instance,
            "nfType": consumer,
            "nfStatus": "REGISTERED",
            "ipv4Addresses": ["127.0.0.1"],
            "plmnList": [{"mcc": "999", "mnc": "70"}],
        }
        path = f"/nnrf-nfm/v1/nf-instances/{instance}"
        answer = self._request("PUT", path, json.dumps(profile).encode(), "application/json")
        if answer.status not in (200, 201):
            raise TokenError(f"the NRF does not register {consumer}: {answer.status}")

    def _instance(self, consumer: str) -> str:
        return self._instances.setdefault(consumer, str(uuid.uuid4()))

    def _request(self, method: str, path: str, body: bytes, content_type: str) -> Http2Response:
        if self._connection is None or not self._connection.usable:
            self._connection = Http2Connection(self._nrf)
        return self._connection.request(method, path, {"content-type": content_type}, body)


def _is_oauth_error(answer: Http2Response) -> bool:
    """AccessTokenErr (TS 29.510 clause 6.3.5.2.4) has ``error``; a 404 for the path has not."""
    try:
        return "error" in answer.json()
    except (ValueError, TypeError):
        return False
