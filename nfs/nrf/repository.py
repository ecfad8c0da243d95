"""NF profiles, and which of them are alive (TS 29.510 clauses 5.2.2.3.2, 5.2.2.2)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from nfs.common.models.nrf import NFProfile
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Conflict, Document, Store, StoreUnavailable, follow
from nfs.nrf.subscriptions import NotificationEvent

log = structlog.get_logger("nrf")

_PROFILES = "profiles"
_HEARTBEATS = "heartbeats"
SUSPENDED_AFTER = 3
"""Heartbeats missed until an NF is SUSPENDED: nobody discovers it any more."""
DROPPED_AFTER = 30
"""Heartbeats missed until its profile is forgotten."""

Notify = Callable[[NotificationEvent, NFProfile], None]


@dataclass
class _Entry:
    profile: NFProfile
    version: int
    seen: float
    silent: bool = False
    """SUSPENDED by the NRF, for missed heartbeats; the next heartbeat ends it."""


class Repository:
    """``heartbeat`` and ``clock`` in seconds; ``notify`` is called for whatever changes.

    All profiles are in memory, every change first in the store. Instances of one NRF share the
    store, and each follows what the others write; of a change that several see, one notifies.
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
            key: _Entry(NFProfile.model_validate(kept.value), kept.version, clock())
            for key, kept in store.scan(_PROFILES)
        }

    def put(self, profile: NFProfile) -> bool:
        """Store a profile, which is a sign of life as well; True when it is a new one."""
        key = profile.nf_instance_id
        previous = self._entries.get(key)
        if previous is not None and previous.profile == profile and not previous.silent:
            previous.seen = self._clock()
            self._store.put(_HEARTBEATS, key, {})
            return False
        version = self._store.put(_PROFILES, key, profile.to_json())
        self._entries[key] = _Entry(profile, version, self._clock())
        self.generation += 1
        event = NotificationEvent.PROFILE_CHANGED if previous else NotificationEvent.REGISTERED
        self._notify(event, profile)
        return previous is None

    def get(self, instance_id: str) -> NFProfile:
        entry = self._entries.get(instance_id)
        if entry is None and (kept := self._store.get(_PROFILES, instance_id)) is not None:
            self._take_over(instance_id, kept)  # registered at another instance a moment ago
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
        there = self._store.delete(_PROFILES, instance_id)
        self._store.delete(_HEARTBEATS, instance_id)
        self._entries.pop(instance_id, None)
        self.generation += 1
        if there:
            self._notify(NotificationEvent.DEREGISTERED, profile)

    def alive(self) -> list[NFProfile]:
        """All profiles; those that missed their heartbeats are SUSPENDED, later dropped."""
        self.check_heartbeats()
        return [entry.profile for entry in self._entries.values()]

    def check_heartbeats(self) -> None:
        now = self._clock()
        for instance_id, entry in list(self._entries.items()):
            missed = (now - entry.seen) / self._heartbeat
            if missed <= SUSPENDED_AFTER:
                continue
            with contextlib.suppress(StoreUnavailable):  # then the next look does it
                if missed > DROPPED_AFTER:
                    log.warning("NF dropped: no heartbeat", instance=instance_id)
                    self.delete(instance_id)
                elif not entry.silent:
                    self._suspend(instance_id, entry)

    def _suspend(self, instance_id: str, entry: _Entry) -> None:
        profile = entry.profile.model_copy(update={"nf_status": "SUSPENDED"})
        try:
            entry.version = self._store.put(
                _PROFILES, instance_id, profile.to_json(), expect=entry.version
            )
        except Conflict:
            entry.silent = True
            return  # another instance was first, or knows better: its change is on its way
        entry.silent = True
        log.warning("NF suspended: no heartbeat", instance=instance_id)
        entry.profile = profile
        self.generation += 1
        self._notify(NotificationEvent.PROFILE_CHANGED, profile)

    async def follow_profiles(self) -> None:
        """Take over what other instances write, for ever."""
        await follow(self._store, _PROFILES, lambda: self._entries, self._take_over)

    async def follow_heartbeats(self) -> None:
        """A heartbeat is one for all instances, whichever it reached; for ever."""
        await follow(self._store, _HEARTBEATS, tuple, self._heard)

    def _take_over(self, instance_id: str, kept: Document | None) -> None:
        known = self._entries.get(instance_id)
        if kept is None:
            if self._entries.pop(instance_id, None) is not None:
                self.generation += 1
        elif known is not None and known.profile.to_json() == kept.value:
            known.version = kept.version
        else:
            profile = NFProfile.model_validate(kept.value)
            silent = profile.nf_status == "SUSPENDED" and known is not None and known.silent
            seen = known.seen if silent and known else self._clock()
            self._entries[instance_id] = _Entry(profile, kept.version, seen, silent)
            self.generation += 1

    def _heard(self, instance_id: str, kept: Document | None) -> None:
        entry = self._entries.get(instance_id)
        if kept is not None and entry is not None and not entry.silent:
            entry.seen = self._clock()
