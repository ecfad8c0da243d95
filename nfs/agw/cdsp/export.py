"""What a peer is told: policy, and what has changed since it was told last (G3, G6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from nfs.agw.cdsp.reachability import Destination, Route
from nfs.common.models.agw_sync import MAX_PATH, MAX_ROUTES, SyncRoute, Withdrawal


@dataclass(frozen=True, slots=True)
class ExportPolicy:
    """``capabilities``: patterns of what the peer may know (``/capability/*``); ``relay``: whether
    it is also told what other gateways have."""

    capabilities: tuple[str, ...] = ("*",)
    relay: bool = True

    def allows(self, capability: str) -> bool:
        return any(fnmatchcase(capability, pattern) for pattern in self.capabilities)


@dataclass(frozen=True, slots=True)
class Exported:
    """One route as a peer is told it. Another one is an update."""

    route: SyncRoute
    credential: str


def exports(
    own: str, peer: str, policy: ExportPolicy, local: Iterable[Route], relayed: Iterable[Route]
) -> dict[Destination, Exported]:
    """What ``peer`` is to know. It is not told what it is itself on the way to."""
    told = list(local)
    if policy.relay:
        told += [r for r in relayed if peer not in r.path and len(r.path) < MAX_PATH]
    return {
        route.destination: Exported(
            SyncRoute(advertisement=route.signed, path=_path(own, route)), route.credential
        )
        for route in told
        if policy.allows(route.advertisement.capability_id)
    }


def _path(own: str, route: Route) -> list[str]:
    return [own] if route.advertisement.origin == own else [own, *route.path]


@dataclass(frozen=True, slots=True)
class Part:
    """One message's worth of changes."""

    told: dict[Destination, Exported] = field(default_factory=dict)
    withdrawn: tuple[Destination, ...] = ()
    last: bool = True

    @property
    def routes(self) -> list[SyncRoute]:
        return [exported.route for exported in self.told.values()]

    @property
    def withdrawals(self) -> list[Withdrawal]:
        return [Withdrawal(origin=o, capability_id=c) for o, c in self.withdrawn]


def next_part(
    acknowledged: Mapping[Destination, Exported], wanted: Mapping[Destination, Exported]
) -> Part:
    """The next changes from what the peer has to what it is to have, at most MAX_ROUTES each."""
    told = [d for d, exported in wanted.items() if acknowledged.get(d) != exported]
    withdrawn = [d for d in acknowledged if d not in wanted]
    return Part(
        {d: wanted[d] for d in told[:MAX_ROUTES]},
        tuple(withdrawn[:MAX_ROUTES]),
        last=max(len(told), len(withdrawn)) <= MAX_ROUTES,
    )


class Outbound:
    """What one peer has acknowledged, and what it is told next: one message at a time, again until
    it is acknowledged (G4)."""

    def __init__(self, session: int) -> None:
        self.session = session
        self.sequence = 0
        self._acknowledged: dict[Destination, Exported] = {}
        self._snapshot = True
        self._sent: Part | None = None

    @property
    def advertised(self) -> int:
        return len(self._acknowledged)

    @property
    def in_sync(self) -> bool:
        return not self._snapshot

    def due(self, wanted: Mapping[Destination, Exported]) -> Part:
        """What is sent under the present sequence number, the same until it is acknowledged."""
        if self._sent is None:
            self._sent = next_part(self._acknowledged, wanted)
        return self._sent

    def has_news(self, wanted: Mapping[Destination, Exported]) -> bool:
        return self._snapshot or self._acknowledged != wanted

    def acknowledged(self) -> None:
        sent = self._sent
        assert sent is not None  # noqa: S101 - only what was sent is acknowledged
        self._acknowledged |= sent.told
        for destination in sent.withdrawn:
            self._acknowledged.pop(destination, None)
        self._snapshot = self._snapshot and not sent.last
        self._sent = None
        self.sequence += 1
