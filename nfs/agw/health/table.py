"""Liveness and load of agents, as they report it and as requests find it (H5, H9, H16).

Control plane only: what is measured for observation has no say here.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nfs.common.models.agw_health import AgentHealth, HealthReport
from nfs.common.models.agw_sync import HealthState
from nfs.common.sbi.circuit import Circuits
from nfs.common.store import Document, Store, follow

HEALTH = "health"
MISSED = 3
"""Reports that may be missing until an agent that reports is DOWN."""
FULL = 0.8
"""Part of an agent's capacity from which it is DEGRADED."""
_RANK = {HealthState.UP: 0, HealthState.UNKNOWN: 1, HealthState.DEGRADED: 2, HealthState.DOWN: 3}


@dataclass(frozen=True, slots=True)
class _Reported:
    report: HealthReport
    until: float
    """Unix seconds."""


class HealthTable:
    """Health by AIC. Reports are in the store for all instances of the gateway; which requests
    failed or are under way, each instance knows of itself. ``clock``: Unix seconds."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float] = time.time,
        choose: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._clock = clock
        self._choose = choose
        self._reported: dict[str, _Reported] = {}
        self._circuits = Circuits(clock)
        self._under_way: Counter[str] = Counter()
        for aic, kept in store.scan(HEALTH):
            self._take_over(aic, kept)

    def report(self, aic: str, report: HealthReport) -> None:
        """An agent's sign of life."""
        until = self._clock() + MISSED * report.interval_seconds
        self._store.put(HEALTH, aic, report.to_json() | {"until": until})
        self._reported[aic] = _Reported(report, until)
        if report.accepts_tasks:
            self._circuits.answered(aic)

    def state(self, aic: str) -> HealthState:
        if self._circuits.is_open(aic):
            return HealthState.DOWN
        reported = self._reported.get(aic)
        if reported is None:
            return HealthState.UNKNOWN
        if reported.until < self._clock() or not reported.report.accepts_tasks:
            return HealthState.DOWN
        return HealthState.DEGRADED if reported.report.load >= FULL else HealthState.UP

    def of(self, aic: str) -> AgentHealth:
        reported = self._reported.get(aic)
        latency = reported.report.task_latency_ms if reported else None
        return AgentHealth(aic=aic, state=self.state(aic), task_latency_ms=latency)

    def ranked(self, aics: Iterable[str]) -> list[str]:
        """Who may be asked, the best first: by state, then by load, of equals any. Nobody who is
        DOWN is."""
        alive = [aic for aic in aics if self.state(aic) is not HealthState.DOWN]
        return sorted(alive, key=self._rank)

    def began(self, aic: str) -> None:
        self._under_way[aic] += 1

    def ended(self, aic: str, *, failed: bool) -> None:
        self._under_way[aic] -= 1
        if self._under_way[aic] <= 0:
            del self._under_way[aic]
        if failed:
            self._circuits.failed(aic)
        else:
            self._circuits.answered(aic)

    async def follow(self) -> None:
        """Take over what is reported to other instances, for ever."""
        await follow(self._store, HEALTH, lambda: self._reported, self._take_over)

    def _take_over(self, aic: str, kept: Document | None) -> None:
        if kept is None:
            self._reported.pop(aic, None)
        else:
            report = HealthReport.model_validate(kept.value)
            self._reported[aic] = _Reported(report, kept.value["until"])

    def _rank(self, aic: str) -> tuple[int, float, float]:
        reported = self._reported.get(aic)
        capacity = reported.report.max_active_tasks if reported else None
        load = reported.report.load if reported else 0.0
        return (
            _RANK[self.state(aic)],
            max(load, self._under_way[aic] / (capacity or 16)),
            self._choose(),
        )
