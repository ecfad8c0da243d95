"""NF profiles, and which of them are alive (TS 29.510 clauses 5.2.2.3.2, 5.2.2.2)."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from nfs.common.models.nrf import NFProfile
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store
from nfs.nrf.subscriptions import NotificationEvent

log = structlog.get_logger("nrf")

_COLLECTION = "profiles"
SUSPENDED_AFTER = 3
"""Heartbeats missed until an NF is SUSPENDED: nobody discovers it any more."""
DROPPED_AFTER = 30
"""Heartbeats missed until its profile is forgotten."""

Notify = Callable[[NotificationEvent, NFProfile], None]


@dataclass
class _Entry:
    profile: NFProfile
    seen: float
    silent: bool = False
    """SUSPENDED by the NRF, for missed heartbeats; the next heartbeat ends it."""


class Repository:
    """``heartbeat`` and ``clock`` in seconds; ``notify`` is called for whatever changes.

    All profiles are in memory, every change first in the store.
    """

    def __init__(
        self,
        store: Store,
        heartbeat: float,
        notify: Notify,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._notify = notify
        self._heartbeat = heartbeat
        self._clock = clock
        self.generation = 0
        """Counts changes: whoever keeps an answer knows by it when the answer is old."""
        self._entries = {
            key: _Entry(NFProfile.model_validate(kept.value), clock())
            for key, kept in store.scan(_COLLECTION)
        }

    def put(self, profile: NFProfile) -> bool:
        """Store a profile; True when it is a new one."""
        key = profile.nf_instance_id
        previous = self._entries.get(key)
        if previous is not None and previous.profile == profile and not previous.silent:
            previous.seen = self._clock()
            return False
        self._store.put(_COLLECTION, key, profile.to_json())
        self._entries[key] = _Entry(profile, self._clock())
        self.generation += 1
        event = NotificationEvent.PROFILE_CHANGED if previous else NotificationEvent.REGISTERED
        self._notify(event, profile)
        return previous is None

    def get(self, instance_id: str) -> NFProfile:
        entry = self._entries.get(instance_id)
        if entry is None:
            raise SbiProblem(404, "RESOURCE_URI_STRUCTURE_NOT_FOUND", f"no NF {instance_id}")
        return entry.profile

    def etag(self, instance_id: str) -> str:
        """Changes with the profile (RFC 9110 clause 8.8.3)."""
        text = json.dumps(self.get(instance_id).to_json(), sort_keys=True)
        return f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'

    def delete(self, instance_id: str) -> None:
        profile = self.get(instance_id)
        self._store.delete(_COLLECTION, instance_id)
        del self._entries[instance_id]
        self.generation += 1
        self._notify(NotificationEvent.DEREGISTERED, profile)

    def alive(self) -> list[NFProfile]:
        """All profiles; those that missed their heartbeats are SUSPENDED, later dropped."""
        self.check_heartbeats()
        return [entry.profile for entry in self._entries.values()]

    def check_heartbeats(self) -> None:
        now = self._clock()
        for instance_id, entry in list(self._entries.items()):
            missed = (now - entry.seen) / self._heartbeat
            if missed > DROPPED_AFTER:
                log.warning("NF dropped: no heartbeat", instance=instance_id)
                self.delete(instance_id)
            elif missed > SUSPENDED_AFTER and not entry.silent:
                log.warning("NF suspended: no heartbeat", instance=instance_id)
                entry.silent = True
                entry.profile = entry.profile.model_copy(update={"nf_status": "SUSPENDED"})
                self.generation += 1
                self._notify(NotificationEvent.PROFILE_CHANGED, entry.profile)
