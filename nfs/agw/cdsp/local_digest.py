"""The digest of a gateway's own agents: kinds of capabilities, not who or where (G1, G2)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from nfs.agw.cdsp.reachability import Route
from nfs.agw.directory import Agent, Directory
from nfs.agw.gateway_identity import GatewayIdentity
from nfs.agw.health.table import HealthTable
from nfs.common.models.agw_sync import Advertisement, CountClass, HealthState
from nfs.common.store import NEW, Conflict, Store

DIGEST = "digest"
LIFETIME = 3600
"""Seconds for which an advertisement holds; a new version is made before half of it is over."""
FEW = 10
"""So many agents are MANY. No more are looked at."""
_BEST_FIRST = (HealthState.UP, HealthState.UNKNOWN, HealthState.DEGRADED, HealthState.DOWN)


@dataclass(frozen=True, slots=True)
class Abstract:
    """One capability in the abstract."""

    count_class: CountClass
    health_class: HealthState


def abstract(directory: Directory, health: HealthTable) -> dict[str, Abstract]:
    """Every capability that somebody here offers and can be asked for. One whose agents are all
    down is not there."""
    found = {}
    for capability in directory.capabilities():
        some = list(islice(_invocable(directory.offering(capability)), FEW))
        states = {health.state(agent.aic) for agent in some}
        best = next((state for state in _BEST_FIRST if state in states), HealthState.DOWN)
        if best is not HealthState.DOWN:
            found[capability] = Abstract(_count_class(len(some)), best)
    return found


def _invocable(agents: Iterable[Agent]) -> Iterable[Agent]:
    return (agent for agent in agents if agent.end_point is not None)


def _count_class(count: int) -> CountClass:
    if count == 1:
        return CountClass.ONE
    return CountClass.FEW if count < FEW else CountClass.MANY


class LocalDigest:
    """The own advertisements, signed. Their versions are in the store, so that none is older after
    a restart; a gateway that has lost its store begins a new epoch."""

    def __init__(self, store: Store, identity: GatewayIdentity) -> None:
        self._store = store
        self._identity = identity
        self._routes: dict[str, Route] = {}

    def routes(self) -> list[Route]:
        return list(self._routes.values())

    async def refresh(self, entries: dict[str, Abstract]) -> bool:
        """Advertise what is in ``entries`` and nothing else; True when that is a change.

        Raises SbiProblem while the AMC gives no credential, StoreUnavailable.
        """
        credential = await self._identity.credential()
        gone = self._routes.keys() - entries.keys()
        for capability in gone:
            del self._routes[capability]
        changed = [c for c, entry in entries.items() if not self._holds(c, entry, credential)]
        for capability in changed:
            self._routes[capability] = self._advertise(capability, entries[capability], credential)
        return bool(gone or changed)

    def _holds(self, capability: str, entry: Abstract, credential: str) -> bool:
        route = self._routes.get(capability)
        if route is None or route.credential != credential:
            return False
        said = route.advertisement
        return (
            Abstract(said.count_class, said.health_class) == entry
            and said.expires_at - LIFETIME / 2 > time.time()
        )

    def _advertise(self, capability: str, entry: Abstract, credential: str) -> Route:
        epoch, version = self._next_version(capability)
        advertisement = Advertisement(
            origin=self._identity.gateway_id,
            epoch=epoch,
            version=version,
            capability_id=capability,
            count_class=entry.count_class,
            health_class=entry.health_class,
            expires_at=int(time.time()) + LIFETIME,
        )
        signed = self._identity.sign(advertisement.to_json())
        return Route(advertisement, signed, credential, (self._identity.gateway_id,), 0)

    def _next_version(self, capability: str) -> tuple[int, int]:
        while True:
            kept = self._store.get(DIGEST, capability)
            known = kept.value if kept else {"epoch": int(time.time()), "version": 0}
            known = known | {"version": known["version"] + 1}
            try:
                self._store.put(DIGEST, capability, known, expect=kept.version if kept else NEW)
            except Conflict:
                continue
            return known["epoch"], known["version"]
