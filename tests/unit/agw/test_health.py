"""Health and load of agents, and who is chosen (H5, H16)."""

from __future__ import annotations

from nfs.agw.health.table import HealthTable
from nfs.common.models.agw_health import HealthReport
from nfs.common.models.agw_sync import HealthState
from nfs.common.store import SqliteStore


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def table(clock: Clock, store: SqliteStore | None = None) -> HealthTable:
    return HealthTable(store or SqliteStore(None), clock, choose=lambda: 0.5)


def report(active: int = 0, **others: object) -> HealthReport:
    known = {"uptime_seconds": 1, "active_tasks": active, "max_active_tasks": 10} | others
    return HealthReport.model_validate(known)


def test_states() -> None:
    clock = Clock()
    health = table(clock)
    assert health.state("a") is HealthState.UNKNOWN
    health.report("a", report())
    assert health.state("a") is HealthState.UP
    health.report("a", report(active=9))
    assert health.state("a") is HealthState.DEGRADED
    health.report("a", report(cpu=0.95))
    assert health.state("a") is HealthState.DEGRADED
    health.report("a", report(accepts_tasks=False))
    assert health.state("a") is HealthState.DOWN
    health.report("a", report())
    clock.now += 31
    assert health.state("a") is HealthState.DOWN, "three reports of ten seconds are missing"


def test_the_less_loaded_of_the_healthy_comes_first() -> None:
    health = table(Clock())
    health.report("busy", report(active=5))
    health.report("idle", report(active=1))
    health.report("full", report(active=10))
    health.report("gone", report(accepts_tasks=False))
    everybody = ["full", "busy", "gone", "unknown", "idle"]
    assert health.ranked(everybody) == ["idle", "busy", "unknown", "full"]


def test_what_is_under_way_counts_before_it_is_reported() -> None:
    health = table(Clock())
    health.report("a", report())
    health.report("b", report(active=1))
    assert health.ranked(["a", "b"])[0] == "a"
    health.began("a")
    health.began("a")
    assert health.ranked(["a", "b"])[0] == "b"
    health.ended("a", failed=False)
    health.ended("a", failed=False)
    assert health.ranked(["a", "b"])[0] == "a"


def test_one_that_fails_is_not_asked_until_its_pause_is_over() -> None:
    clock = Clock()
    health = table(clock)
    health.report("a", report())
    health.began("a")
    health.ended("a", failed=True)
    assert health.state("a") is HealthState.DOWN
    assert health.ranked(["a"]) == []
    clock.now += 2.5
    assert health.ranked(["a"]) == ["a"], "it is tried again"
    health.began("a")
    health.ended("a", failed=True)
    clock.now += 2.5
    assert health.ranked(["a"]) == [], "the pause is longer now"
    health.report("a", report())
    assert health.state("a") is HealthState.UP, "it says that it lives"


def test_reports_are_kept_for_all_instances() -> None:
    clock, store = Clock(), SqliteStore(None)
    table(clock, store).report("a", report(active=9))
    assert table(clock, store).state("a") is HealthState.DEGRADED
