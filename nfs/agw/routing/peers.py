"""The gateways that may ask here for others, and how often (O5, H11)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Collection

from nfs.common.audit import AuditTrail
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.access import Consumer
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.rate_limit import RateLimit

VALID = 30.0
"""Seconds for which the NRF is not asked again."""
REMEMBERED = 1024


REQUESTS_PER_SECOND = 1000


class Peers:
    def __init__(self, nf: NetworkFunction, peers: Collection[str], audit: AuditTrail) -> None:
        self._audit = audit
        self._nf = nf
        self._peers = peers
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._rate = RateLimit(REQUESTS_PER_SECOND, 2 * REQUESTS_PER_SECOND)

    async def check(self, consumer: Consumer | None) -> str | None:
        """Its gateway identifier; None where access tokens are off and nobody can tell.

        Raises SbiProblem: 403 UNKNOWN_PEER, 429.
        """
        if consumer is None:
            return None
        self._rate.take(consumer.instance_id)
        gateway = await self._gateway_of(consumer)
        with self._audit.refusals("gateway.request", target=f"gateway:{gateway}"):
            if gateway not in self._peers:
                detail = "this gateway works with its peers only"
                raise SbiProblem(403, "UNKNOWN_PEER", detail)
        return gateway

    async def _gateway_of(self, consumer: Consumer) -> str:
        """What the NRF has in its profile; empty for one that is no gateway."""
        known = self._known.get(consumer.instance_id)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        info = await self._nf.nrf.custom_info(consumer.instance_id)
        gateway = str(info.get("gatewayId") or "")
        self._known[consumer.instance_id] = gateway, time.monotonic() + VALID
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return gateway
