"""NF profiles, and which of them are alive (TS 29.510 clause 5.2.2.3.2)."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from nfs.common.models.nrf import NFProfile
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store
from nfs.nrf.subscriptions import NotificationEvent

log = structlog.get_logger("nrf")

_COLLECTION = "profiles"
MISSED_HEARTBEATS = 3

Notify = Callable[[NotificationEvent, NFProfile], None]


class Repository:
    """``heartbeat`` and ``clock`` in seconds; ``notify`` is called for whatever changes."""

    def __init__(
        self,
        store: Store,
        heartbeat: float,
        notify: Notify,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._notify = notify
        self._lifetime = heartbeat * MISSED_HEARTBEATS
        self._clock = clock
        self._seen = {key: clock() for key, _ in store.scan(_COLLECTION)}

    def put(self, profile: NFProfile) -> bool:
        """Store a profile; True when it is a new one."""
        key, value = profile.nf_instance_id, profile.to_json()
        self._seen[key] = self._clock()
        previous = self._store.get(_COLLECTION, key)
        if previous is None:
            self._store.put(_COLLECTION, key, value)
            self._notify(NotificationEvent.REGISTERED, profile)
        elif previous.value != value:
            self._store.put(_COLLECTION, key, value)
            self._notify(NotificationEvent.PROFILE_CHANGED, profile)
        return previous is None

    def get(self, instance_id: str) -> NFProfile:
        document = self._store.get(_COLLECTION, instance_id)
        if document is None:
            raise SbiProblem(404, "RESOURCE_URI_STRUCTURE_NOT_FOUND", f"no NF {instance_id}")
        return NFProfile.model_validate(document.value)

    def delete(self, instance_id: str) -> None:
        profile = self.get(instance_id)
        self._store.delete(_COLLECTION, instance_id)
        self._seen.pop(instance_id, None)
        self._notify(NotificationEvent.DEREGISTERED, profile)

    def alive(self) -> list[NFProfile]:
        """All profiles whose NF has not missed its heartbeats; the others are dropped."""
        deadline = self._clock() - self._lifetime
        for instance_id in [i for i, seen in self._seen.items() if seen < deadline]:
            log.warning("NF dropped: no heartbeat", instance=instance_id)
            self.delete(instance_id)
        return [NFProfile.model_validate(d.value) for _, d in self._store.scan(_COLLECTION)]
