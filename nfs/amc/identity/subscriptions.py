"""Gateways that are told of changes of identities: Namc_Identity_Subscribe and _Notify (A7, A16).

A gateway is told one event after the other. One that is away for longer than the attempts last is
left alone; it notices what it missed when it renews its subscription, and reads the event log.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from typing import Any

import structlog

from nfs.amc.config import AmcConfig
from nfs.amc.credentials.gateways import check_gateway
from nfs.amc.identity.event_log import EventLog
from nfs.common.models.amc_lifecycle import (
    GrantedSubscription,
    IdentityEvent,
    IdentitySubscription,
)
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store

SUBSCRIPTIONS = "identity-subscriptions"
MAX_SUBSCRIPTIONS = 1000
FIRST_RETRY, LAST_RETRY = 0.1, 3.2
"""Seconds; each pause is twice the one before."""
WAITING = 1000
"""Events that wait for one gateway; the oldest give way, the gateway finds them in the log."""
GONE = frozenset({404, 410})

log = structlog.get_logger("amc")


class Subscriptions:
    def __init__(
        self, nf: NetworkFunction, store: Store, events: EventLog, config: AmcConfig
    ) -> None:
        self._nf = nf
        self._store = store
        self._events = events
        self._config = config
        self._waiting: dict[str, deque[IdentityEvent]] = {}

    @property
    def busy(self) -> bool:
        """Somebody is still to be told of something."""
        return bool(self._waiting)

    def subscribe(
        self, wanted: IdentitySubscription, registered_as: dict[str, Any] | None
    ) -> GrantedSubscription:
        """Renewed when the URI is subscribed already; ``registered_as`` as for ``check_gateway``.

        Raises SbiProblem 403: POLICY, TOO_MANY_SUBSCRIPTIONS.
        """
        check_gateway(self._config, wanted.gateway_id, registered_as)
        lifetime = self._config.subscription_seconds
        subscription_id = hashlib.sha256(wanted.notification_uri.encode()).hexdigest()[:32]
        if self._store.get(SUBSCRIPTIONS, subscription_id) is None:
            self._check_room()
        granted = GrantedSubscription(
            gateway_id=wanted.gateway_id,
            notification_uri=wanted.notification_uri,
            subscription_id=subscription_id,
            expires_at=int(time.time()) + lifetime,
            log_id=self._events.log_id,
            last_seq=self._events.last,
        )
        self._store.put(SUBSCRIPTIONS, subscription_id, granted.to_json(), ttl=lifetime)
        return granted

    def unsubscribe(self, subscription_id: str) -> None:
        """Raises SbiProblem 404 SUBSCRIPTION_NOT_FOUND."""
        if not self._store.delete(SUBSCRIPTIONS, subscription_id):
            raise SbiProblem(404, "SUBSCRIPTION_NOT_FOUND", "there is no such subscription")

    def tell(self, event: IdentityEvent) -> None:
        """Notify every subscriber, beside everything else."""
        for subscription_id, kept in self._store.scan(SUBSCRIPTIONS):
            waiting = self._waiting.get(subscription_id)
            if waiting is not None:
                waiting.append(event)
                continue
            self._waiting[subscription_id] = deque([event], WAITING)
            uri = GrantedSubscription.model_validate(kept.value).notification_uri
            self._nf.spawn(self._notify(subscription_id, uri))

    async def _notify(self, subscription_id: str, uri: str) -> None:
        """Send what waits for one subscriber until nothing does."""
        waiting = self._waiting[subscription_id]
        try:
            while waiting:
                await self._send(uri, waiting[0])
                waiting.popleft()
        except SbiProblem as problem:
            log.warning("gateway not told", uri=uri, missed=len(waiting), reason=str(problem))
            if problem.status in GONE:
                self._store.delete(SUBSCRIPTIONS, subscription_id)
        finally:
            del self._waiting[subscription_id]

    async def _send(self, uri: str, event: IdentityEvent) -> None:
        """Raises SbiProblem when it is refused, or has failed again and again."""
        pause = FIRST_RETRY
        while True:
            try:
                return await self._nf.notify(uri, event.to_json())
            except SbiProblem as problem:
                if problem.status < 500 or pause > LAST_RETRY:
                    raise
            await asyncio.sleep(pause)
            pause *= 2

    def _check_room(self) -> None:
        limited = self._store.scan(SUBSCRIPTIONS, limit=MAX_SUBSCRIPTIONS)
        if sum(1 for _ in limited) >= MAX_SUBSCRIPTIONS:
            raise SbiProblem(403, "TOO_MANY_SUBSCRIPTIONS", "no more gateways can subscribe")
