"""Nagw_Sync: CDSP between gateways (testbed; MACP 5.2, requirements G1 to G11)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from nfs.common.models.agw import Identifier
from nfs.common.models.base import SbiModel

MAX_ROUTES = 200
"""Routes, and withdrawals, of one update."""
MAX_PATH = 16
"""Gateways from one that hears of a capability to the one that has it."""

Signed = Annotated[str, Field(min_length=1, max_length=8192)]
"""Compact JWS."""


class CountClass(StrEnum):
    """How many agents offer a capability: a digest tells no numbers (G1)."""

    ONE = "ONE"
    FEW = "FEW"
    MANY = "MANY"


class HealthState(StrEnum):
    """Of an agent (H16); of a capability, that of its best agent."""

    UP = "UP"
    UNKNOWN = "UNKNOWN"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"


class Advertisement(SbiModel):
    """One entry of a gateway's digest: what kind of capability is behind it, not how or where.

    Of two for one origin and capability, the one with the higher (epoch, version) holds (G11).
    ``expires_at``: Unix seconds.
    """

    origin: Identifier
    epoch: Annotated[int, Field(ge=0)]
    version: Annotated[int, Field(ge=1)]
    capability_id: Identifier
    count_class: CountClass
    health_class: HealthState
    expires_at: int


class SyncRoute(SbiModel):
    """An advertisement as its origin signed it, and the way to it: the sender first, the origin
    last."""

    advertisement: Signed
    path: Annotated[list[Identifier], Field(min_length=1, max_length=MAX_PATH)]


class Withdrawal(SbiModel):
    """The sender reaches a capability of a gateway no more."""

    origin: Identifier
    capability_id: Identifier


class SyncUpdate(SbiModel):
    """What the sender says to one peer. ``session`` begins with sequence 0 and a snapshot, which
    ends with ``complete``; then changes follow, and nothing as a sign of life.

    ``hold_seconds``: silence after which the peer forgets all of it.
    """

    sender: Identifier
    receiver: Identifier
    session: Annotated[int, Field(ge=0)]
    sequence: Annotated[int, Field(ge=0)]
    complete: bool
    hold_seconds: Annotated[float, Field(gt=0, le=3600)]
    routes: list[SyncRoute] = Field(default_factory=list, max_length=MAX_ROUTES)
    withdrawn: list[Withdrawal] = Field(default_factory=list, max_length=MAX_ROUTES)
    issued_at: int


class SyncMessage(SbiModel):
    """``update``: a SyncUpdate signed by ``sender``. ``credentials``: those of the sender and of
    all origins, by gateway identifier."""

    sender: Identifier
    update: Annotated[str, Field(min_length=1, max_length=1_000_000)]
    credentials: Annotated[dict[Identifier, Signed], Field(max_length=MAX_ROUTES + 1)]


class SyncAck(SbiModel):
    """The update is in the store of the receiver."""

    session: int
    sequence: int


class PeerState(StrEnum):
    """What is known from a peer (G10)."""

    DOWN = "DOWN"
    SYNCING = "SYNCING"
    IN_SYNC = "IN_SYNC"
    STALE = "STALE"


class PeerStatus(SbiModel):
    gateway_id: str
    state: PeerState
    routes: int
    advertised: int
    """Routes that the peer has acknowledged."""


class PeerList(SbiModel):
    peers: list[PeerStatus]


class DigestEntry(SbiModel):
    """What a gateway knows to be reachable, and how."""

    capability_id: str
    origin: str
    path: list[str]
    count_class: CountClass
    health_class: HealthState
    epoch: int
    version: int


class Digest(SbiModel):
    gateway_id: str
    entries: list[DigestEntry]
