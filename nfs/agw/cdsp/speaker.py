"""CDSP's side that tells: one task for each peer, at one instance of the gateway (G3, G4, G10)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping

import structlog

from nfs.agw.cdsp.export import Exported, ExportPolicy, Outbound, exports
from nfs.agw.cdsp.local_digest import Abstract, LocalDigest
from nfs.agw.cdsp.neighbours import Neighbours
from nfs.agw.cdsp.reachability import Destination
from nfs.agw.gateway_identity import GatewayIdentity
from nfs.common.models.agw_sync import SyncMessage, SyncUpdate
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import StoreUnavailable

KEEPALIVE = 3.0
"""Seconds of quiet after which a peer is told nothing new."""
HOLD = 3 * KEEPALIVE
RETRY = 1.0
TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500

log = structlog.get_logger("agw")


class Speaker:
    def __init__(
        self,
        nf: NetworkFunction,
        identity: GatewayIdentity,
        neighbours: Neighbours,
        digest: LocalDigest,
        peers: Mapping[str, ExportPolicy],
    ) -> None:
        self._nf = nf
        self._identity = identity
        self._neighbours = neighbours
        self._digest = digest
        self._peers = peers
        self._outbound: dict[str, Outbound] = {}
        self._news = {peer: asyncio.Event() for peer in peers}

    def advertised(self, peer: str) -> int:
        """So many routes has the peer acknowledged."""
        outbound = self._outbound.get(peer)
        return outbound.advertised if outbound else 0

    def wake(self) -> None:
        """There may be something to tell."""
        for news in self._news.values():
            news.set()

    async def tell(self, peer: str) -> None:
        """One session after another with ``peer``, for ever."""
        while True:
            outbound = Outbound(session=time.time_ns() // 1000)
            self._outbound[peer] = outbound
            try:
                await self._session(peer, outbound)
            except (SbiProblem, StoreUnavailable) as problem:
                log.info("session with a peer ends", peer=peer, reason=str(problem))
            del self._outbound[peer]
            await asyncio.sleep(RETRY)

    async def refresh(self, entries: dict[str, Abstract]) -> None:
        """Advertise what the own agents offer now."""
        if await self._digest.refresh(entries):
            self.wake()

    async def _session(self, peer: str, outbound: Outbound) -> None:
        news = self._news[peer]
        while True:
            news.clear()
            await self._send(peer, outbound, self._wanted(peer))
            if not outbound.has_news(self._wanted(peer)):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(KEEPALIVE):
                        await news.wait()

    def _wanted(self, peer: str) -> dict[Destination, Exported]:
        relayed = self._neighbours.reachability.best()
        local = self._digest.routes()
        return exports(self._identity.gateway_id, peer, self._peers[peer], local, relayed)

    async def _send(
        self, peer: str, outbound: Outbound, wanted: Mapping[Destination, Exported]
    ) -> None:
        """One message, until it is acknowledged. Raises SbiProblem when the session is over."""
        part = outbound.due(wanted)
        until = time.monotonic() + HOLD
        while True:
            update = SyncUpdate(
                sender=self._identity.gateway_id,
                receiver=peer,
                session=outbound.session,
                sequence=outbound.sequence,
                complete=part.last,
                hold_seconds=HOLD,
                routes=part.routes,
                withdrawn=part.withdrawals,
                issued_at=int(time.time()),
            )
            origins = {e.route.path[-1]: e.credential for e in part.told.values()}
            try:
                await self._post(peer, update, origins)
            except SbiProblem as problem:
                passing = problem.status >= SERVER_ERROR or problem.status == TOO_MANY_REQUESTS
                if not passing or time.monotonic() > until:
                    raise
                await asyncio.sleep(RETRY)
            else:
                outbound.acknowledged()
                return

    async def _post(self, peer: str, update: SyncUpdate, origins: dict[str, str]) -> None:
        message = SyncMessage(
            sender=self._identity.gateway_id,
            update=self._identity.sign(update.to_json()),
            credentials=origins | {self._identity.gateway_id: await self._identity.credential()},
        )
        await self._nf.call(
            "AGW",
            "nagw-sync",
            "POST",
            "/nagw-sync/v1/updates",
            json=message.to_json(),
            custom_info={"gatewayId": peer},
        )
