"""What the peers say, taken and kept: every route is checked by its origin's signature (G6, G11).

Kept in the store, one document for each route and each peer's session, so that all instances of
this gateway know the same.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

import structlog
from pydantic import ValidationError

from nfs.agw.cdsp.inbound import Inbound
from nfs.agw.cdsp.reachability import Destination, Reachability, Route
from nfs.agw.gateway_identity import GatewayVerifier, signature_invalid
from nfs.common.models.agw_sync import Advertisement, SyncAck, SyncMessage, SyncRoute, SyncUpdate
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.rate_limit import RateLimit
from nfs.common.store import Document, Store, follow

ROUTES = "cdsp-routes"
SESSIONS = "cdsp-sessions"
MAX_AGE = 60
"""Seconds that a message may be under way, the clocks' difference included."""
MAX_ROUTES_OF_PEER = 10_000
UPDATES_PER_SECOND = 50

log = structlog.get_logger("agw")


class Neighbours:
    def __init__(
        self, store: Store, own: str, peers: Collection[str], verifier: GatewayVerifier
    ) -> None:
        self.reachability = Reachability(own)
        self._store = store
        self._own = own
        self._peers = peers
        self._verifier = verifier
        self._rate = RateLimit(UPDATES_PER_SECOND, 4 * UPDATES_PER_SECOND)
        self._sessions: dict[str, Inbound] = {}
        for peer, kept in store.scan(SESSIONS):
            self._take_session(peer, kept)
        for key, kept in store.scan(ROUTES):
            self._take_route(key, kept)

    def session(self, peer: str) -> Inbound:
        return self._sessions.get(peer, Inbound())

    async def receive(self, message: SyncMessage) -> SyncAck:
        """Take an update; acknowledged is what is in the store.

        Raises SbiProblem: 400 INVALID_UPDATE, 401 CREDENTIAL_INVALID, 403 SIGNATURE_INVALID,
        UNKNOWN_PEER or TOO_MANY_ROUTES, 409 RESYNC_REQUIRED, 429.
        """
        update = await self._read(message)
        self._rate.take(update.sender)
        known = self.session(update.sender)
        session = known.after(update, time.time())
        if not known.is_repeated(update):
            routes = [await self._route(update, route, message) for route in update.routes]
            self._apply(update, routes)
            if session.complete and not (known.complete and known.session == session.session):
                self._forget_former(update.sender, session.session)
                log.info("peer in sync", peer=update.sender)
        self._keep_session(update.sender, session)
        return SyncAck(session=update.session, sequence=update.sequence)

    def expire(self) -> None:
        """Forget what those peers said that are silent for longer than their hold time (G10)."""
        now = time.time()
        for peer, session in list(self._sessions.items()):
            stale = session.session >= 0 and session.until < now
            routes = self.reachability.of_peer(peer) if stale else []
            for route in routes:
                self._remove(peer, route.destination)
            if routes:
                log.warning("peer is silent: its routes are withdrawn", peer=peer)

    async def follow_routes(self) -> None:
        """Take over what other instances of this gateway were told, for ever."""
        await follow(self._store, ROUTES, self._known_routes, self._take_route)

    async def follow_sessions(self) -> None:
        await follow(self._store, SESSIONS, lambda: self._sessions, self._take_session)

    async def _read(self, message: SyncMessage) -> SyncUpdate:
        sender = message.sender
        if sender not in self._peers:
            detail = "this gateway does not synchronise with the sender"
            raise SbiProblem(403, "UNKNOWN_PEER", detail)
        credential = message.credentials.get(sender, "")
        payload = await self._verifier.signed_by(sender, message.update, credential)
        try:
            update = SyncUpdate.model_validate(payload)
        except ValidationError as error:
            raise SbiProblem(400, "INVALID_UPDATE", f"{error.error_count()} errors") from None
        if (update.sender, update.receiver) != (sender, self._own):
            raise signature_invalid("the update is not from its signer, or not for this gateway")
        if abs(time.time() - update.issued_at) > MAX_AGE:
            raise SbiProblem(400, "INVALID_UPDATE", "the update is old: is the peer's clock right?")
        return update

    async def _route(self, update: SyncUpdate, told: SyncRoute, message: SyncMessage) -> Route:
        """Raises SbiProblem: 403 SIGNATURE_INVALID, 400 INVALID_UPDATE."""
        path = tuple(told.path)
        if path[0] != update.sender:
            raise SbiProblem(400, "INVALID_UPDATE", "a path begins with the gateway that tells it")
        credential = message.credentials.get(path[-1], "")
        payload = await self._verifier.signed_by(path[-1], told.advertisement, credential)
        try:
            advertisement = Advertisement.model_validate(payload)
        except ValidationError as error:
            raise SbiProblem(400, "INVALID_UPDATE", f"{error.error_count()} errors") from None
        if advertisement.origin != path[-1]:
            raise signature_invalid("an advertisement is signed by its origin")
        return Route(advertisement, told.advertisement, credential, path, update.session)

    def _apply(self, update: SyncUpdate, routes: list[Route]) -> None:
        peer = update.sender
        if self.reachability.count(peer) + len(routes) > MAX_ROUTES_OF_PEER:
            raise SbiProblem(403, "TOO_MANY_ROUTES", f"at most {MAX_ROUTES_OF_PEER} routes")
        for route in routes:
            if self.reachability.accepts(route):
                self._store.put(ROUTES, _key(peer, route.destination), _to_json(route))
                self.reachability.put(route)
        for gone in update.withdrawn:
            self._remove(peer, (gone.origin, gone.capability_id))

    def _forget_former(self, peer: str, session: int) -> None:
        """The snapshot is whole: what was told in former sessions only is gone."""
        for route in self.reachability.of_peer(peer):
            if route.session != session:
                self._remove(peer, route.destination)

    def _remove(self, peer: str, destination: Destination) -> None:
        self._store.delete(ROUTES, _key(peer, destination))
        self.reachability.withdraw(peer, destination)

    def _keep_session(self, peer: str, session: Inbound) -> None:
        self._store.put(SESSIONS, peer, session.to_json())
        self._sessions[peer] = session

    def _known_routes(self) -> list[str]:
        routes = (r for peer in self._peers for r in self.reachability.of_peer(peer))
        return [_key(route.peer, route.destination) for route in routes]

    def _take_session(self, peer: str, kept: Document | None) -> None:
        if kept is None:
            self._sessions.pop(peer, None)
        else:
            self._sessions[peer] = Inbound.model_validate(kept.value)

    def _take_route(self, key: str, kept: Document | None) -> None:
        peer, origin, capability = key.split("|", 2)
        if kept is None or peer not in self._peers:
            self.reachability.withdraw(peer, (origin, capability))
        else:
            self.reachability.put(_from_json(kept.value))


def _key(peer: str, destination: Destination) -> str:
    return "|".join((peer, *destination))


def _to_json(route: Route) -> dict[str, Any]:
    return {
        "advertisement": route.advertisement.to_json(),
        "signed": route.signed,
        "credential": route.credential,
        "path": list(route.path),
        "session": route.session,
    }


def _from_json(kept: dict[str, Any]) -> Route:
    return Route(
        Advertisement.model_validate(kept["advertisement"]),
        kept["signed"],
        kept["credential"],
        tuple(kept["path"]),
        kept["session"],
    )
