"""The gateways that may ask here for others, and how often (O5, H11)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Collection

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.access import Consumer
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.rate_limit import RateLimit

VALID = 30.0
"""Seconds for which the NRF is not asked again."""
REMEMBERED = 1024


REQUESTS_PER_SECOND = 1000


class Peers:
    def __init__(self, nf: NetworkFunction, peers: Collection[str]) -> None:
        self._nf = nf
        self._peers = peers
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._rate = RateLimit(REQUESTS_PER_SECOND, 2 * REQUESTS_PER_SECOND)

    async def check(self, consumer: Consumer | None) -> str | None:
        """Its gateway identifier; None where access tokens are off and nobody can tell.

        Raises SbiProblem: 403 UNKNOWN_PEER, 429.
        """
        gateway = await self._gateway_of(consumer)
        if gateway is None:
            return None
        if gateway not in self._peers:
            detail = "this gateway works with its peers only"
            raise SbiProblem(403, "UNKNOWN_PEER", detail)
        self._rate.take(gateway)
        return gateway

    async def _gateway_of(self, consumer: Consumer | None) -> str | None:
        """What the NRF has in its profile; empty for one that is no gateway."""
        if consumer is None:
            return None
        known = self._known.get(consumer.instance_id)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        info = await self._nf.nrf.custom_info(consumer.instance_id)
        gateway = str(info.get("gatewayId") or "")
        self._known[consumer.instance_id] = gateway, time.monotonic() + VALID
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return gateway
