"""Which capabilities are behind which peers: routes as in a path-vector protocol (G8, G11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nfs.common.models.agw_sync import Advertisement
from nfs.semantics.vocabulary import matches

Destination = tuple[str, str]
"""Origin and capability."""


@dataclass(frozen=True, slots=True)
class Route:
    """What one peer said of a destination. ``signed``: the advertisement as its origin signed it,
    to be passed on with the origin's ``credential``; ``path``: the peer first, the origin last."""

    advertisement: Advertisement
    signed: str
    credential: str
    path: tuple[str, ...]
    session: int

    @property
    def peer(self) -> str:
        return self.path[0]

    @property
    def destination(self) -> Destination:
        return self.advertisement.origin, self.advertisement.capability_id

    @property
    def freshness(self) -> tuple[int, int]:
        return self.advertisement.epoch, self.advertisement.version


class Reachability:
    """Routes by destination and peer. ``own``: this gateway; a path it is in already is a loop."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._routes: dict[Destination, dict[str, Route]] = {}
        self._by_capability: dict[str, set[Destination]] = {}
        self._newest: dict[Destination, tuple[int, int]] = {}
        self.generation = 0
        """Counts changes."""

    def accepts(self, route: Route) -> bool:
        """No loop, and nothing older than what is known of the destination (G4, G11)."""
        path = route.path
        if self._own in path or len(set(path)) < len(path):
            return False
        if path[-1] != route.advertisement.origin:
            return False
        return route.freshness >= self._newest.get(route.destination, (0, 0))

    def put(self, route: Route) -> None:
        destination = route.destination
        self._routes.setdefault(destination, {})[route.peer] = route
        self._by_capability.setdefault(destination[1], set()).add(destination)
        self._newest[destination] = max(route.freshness, self._newest.get(destination, (0, 0)))
        self.generation += 1

    def withdraw(self, peer: str, destination: Destination) -> None:
        """That it was known is remembered: what is older than it does not come back."""
        routes = self._routes.get(destination, {})
        if routes.pop(peer, None) is None:
            return
        if not routes:
            del self._routes[destination]
            self._by_capability[destination[1]].discard(destination)
        self.generation += 1

    def _of(self, destination: Destination) -> Iterable[Route]:
        return self._routes[destination].values()

    def of_peer(self, peer: str) -> list[Route]:
        return [routes[peer] for routes in self._routes.values() if peer in routes]

    def count(self, peer: str) -> int:
        return sum(peer in routes for routes in self._routes.values())

    def best(self) -> Iterator[Route]:
        """The route to every destination: the newest, of those the shortest."""
        return (min(routes.values(), key=_rank) for routes in self._routes.values())

    def towards(self, capability: str, now: float) -> list[Route]:
        """All routes to a capability, or to one below it, that have not expired, the best first."""
        offered = (d for c, d in self._by_capability.items() if matches(capability, c))
        found = [r for destinations in offered for d in destinations for r in self._of(d)]
        return sorted((r for r in found if r.advertisement.expires_at > now), key=_distance)


def _rank(route: Route) -> tuple[tuple[int, int], int, str]:
    epoch, version = route.freshness
    return (-epoch, -version), len(route.path), route.peer


def _distance(route: Route) -> tuple[int, str, str]:
    return len(route.path), route.peer, route.advertisement.origin
