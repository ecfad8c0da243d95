"""CDSP as a gateway runs it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

import structlog

from nfs.agw.cdsp.export import ExportPolicy
from nfs.agw.cdsp.local_digest import LocalDigest, abstract
from nfs.agw.cdsp.neighbours import Neighbours
from nfs.agw.cdsp.reachability import Route
from nfs.agw.cdsp.speaker import Speaker
from nfs.agw.directory import Directory
from nfs.agw.gateway_identity import GatewayIdentity, GatewayVerifier
from nfs.agw.health.table import HealthTable
from nfs.common.audit import AuditTrail
from nfs.common.models.agw_sync import (
    Digest,
    DigestEntry,
    PeerList,
    PeerStatus,
    SyncAck,
    SyncMessage,
)
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Leases, Store, StoreUnavailable

LOOK = 0.25
"""Seconds between looks at the own agents."""

log = structlog.get_logger("agw")


class Cdsp:
    """All instances of a gateway hear; one of them, the first of those that live, tells."""

    def __init__(
        self,
        nf: NetworkFunction,
        store: Store,
        identity: GatewayIdentity,
        verifier: GatewayVerifier,
        peers: Mapping[str, ExportPolicy],
        *,
        audit: AuditTrail,
    ) -> None:
        self._nf = nf
        self._audit = audit
        self._own = identity.gateway_id
        self._peers = peers
        self._leases = Leases(store, nf.api_root)
        self._renew_at = 0.0
        self._digest = LocalDigest(store, identity)
        self._neighbours = Neighbours(store, self._own, peers, verifier)
        self._speaker = Speaker(nf, identity, self._neighbours, self._digest, peers)
        self._telling: list[asyncio.Task[None]] = []

    def start(self, directory: Directory, health: HealthTable) -> None:
        if not self._peers:
            return
        self._nf.spawn(self._run(directory, health))
        if self._nf.shared_state:
            self._nf.spawn(self._neighbours.follow_routes())
            self._nf.spawn(self._neighbours.follow_sessions())

    def stop(self) -> None:
        if self._peers and self._nf.shared_state:
            self._leases.end()

    async def receive(self, message: SyncMessage) -> SyncAck:
        """See Neighbours.receive."""
        before = self._neighbours.reachability.generation
        with self._audit.refusals("digest.update", target=f"gateway:{message.sender}"):
            acknowledgement = await self._neighbours.receive(message)
        if self._neighbours.reachability.generation != before:
            self._speaker.wake()
        return acknowledgement

    def towards(self, capability: str) -> list[Route]:
        """Routes to a capability, the best first; none by a peer that is silent."""
        now = time.time()
        silent = {p for p in self._peers if self._neighbours.session(p).until < now}
        routes = self._neighbours.reachability.towards(capability, now)
        return [route for route in routes if route.peer not in silent]

    def exports(self, capability: str, peer: str) -> bool:
        """Whether ``peer`` may know of it."""
        policy = self._peers.get(peer)
        return policy is not None and policy.allows(capability)

    @property
    def peers(self) -> PeerList:
        now = time.time()
        return PeerList(
            peers=[
                PeerStatus(
                    gateway_id=peer,
                    state=self._neighbours.session(peer).state(now),
                    routes=self._neighbours.reachability.count(peer),
                    advertised=self._speaker.advertised(peer),
                )
                for peer in self._peers
            ]
        )

    @property
    def digest(self) -> Digest:
        """Everything that is reachable, by the best route."""
        routes = [*self._digest.routes(), *self._neighbours.reachability.best()]
        return Digest(gateway_id=self._own, entries=[_entry(self._own, r) for r in routes])

    async def _run(self, directory: Directory, health: HealthTable) -> None:
        while True:
            try:
                if self._leads():
                    await self._speaker.refresh(abstract(directory, health))
                    self._neighbours.expire()
            except (SbiProblem, StoreUnavailable) as problem:
                log.info("digest not refreshed", gateway=self._own, reason=str(problem))
            await asyncio.sleep(LOOK)

    def _leads(self) -> bool:
        """Whether this instance is the one that tells; it begins or ceases to."""
        leads = self._is_first()
        if leads and not self._telling:
            self._telling = [self._nf.spawn(self._speaker.tell(peer)) for peer in self._peers]
        elif not leads:
            for task in self._telling:
                task.cancel()
            self._telling = []
        return leads

    def _is_first(self) -> bool:
        if not self._nf.shared_state:
            return True
        if time.monotonic() >= self._renew_at:
            self._leases.renew()
            self._renew_at = time.monotonic() + self._leases.renewal_seconds
        return self._nf.api_root == min(self._leases.alive(), default=self._nf.api_root)


def _entry(own: str, route: Route) -> DigestEntry:
    said = route.advertisement
    path = [own] if said.origin == own else [own, *route.path]
    return DigestEntry(
        capability_id=said.capability_id,
        origin=said.origin,
        path=path,
        count_class=said.count_class,
        health_class=said.health_class,
        epoch=said.epoch,
        version=said.version,
    )
