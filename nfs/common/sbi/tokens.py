"""Access tokens as a consumer gets and keeps them (Nnrf_AccessToken, TS 29.510 clause 5.4)."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.common.nrf_consumer import NrfConsumer

EARLY = 30.0
"""Seconds before its end from which a token is not used any more."""


class TokenSource(Protocol):
    async def token(self, nf_type: str, service: str) -> str:
        """A token for ``service`` of any NF of ``nf_type``. Raises SbiProblem."""
        ...

    def forget(self, token: str) -> None:
        """The producer does not take it: ask for another the next time."""
        ...


class NrfTokens:
    """Asks the NRF, and keeps what it gives until it is about to expire."""

    def __init__(self, nrf: NrfConsumer, instance_id: str, nf_type: str) -> None:
        self._nrf = nrf
        self._instance_id = instance_id
        self._nf_type = nf_type
        self._kept: dict[tuple[str, str], tuple[str, float]] = {}
        self._asking: dict[tuple[str, str], asyncio.Lock] = {}

    async def token(self, nf_type: str, service: str) -> str:
        key = nf_type, service
        async with self._asking.setdefault(key, asyncio.Lock()):
            token, usable_until = self._kept.get(key, ("", 0.0))
            if usable_until < time.monotonic():
                token, seconds = await self._ask(nf_type, service)
                self._kept[key] = token, time.monotonic() + max(0.0, seconds - EARLY)
            return token

    def forget(self, token: str) -> None:
        self._kept = {key: kept for key, kept in self._kept.items() if kept[0] != token}

    async def _ask(self, nf_type: str, service: str) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "nfInstanceId": self._instance_id,
            "nfType": self._nf_type,
            "targetNfType": self._nrf.type_of(nf_type),
            "scope": service,
        }
        body = await self._nrf.access_token(form)
        try:
            return str(body["access_token"]), float(body.get("expires_in", 0))
        except (KeyError, TypeError, ValueError):
            detail = "the NRF's answer is not an AccessTokenRsp"
            raise SbiProblem(502, "INVALID_MSG_FORMAT", detail) from None
