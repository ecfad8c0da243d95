"""What an agent reports of itself (AMP v02.01 clause 5, requirements H16, P4)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from nfs.common.models.agw_sync import HealthState
from nfs.common.models.base import SbiModel

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Part = Annotated[float, Field(ge=0, le=1)]


class HealthReport(SbiModel):
    """Heartbeat and LoadMetrics. ``interval_seconds``: when the next one is due; ``cpu`` and
    ``memory``: the part that is in use."""

    uptime_seconds: Annotated[float, Field(ge=0)]
    interval_seconds: Annotated[float, Field(ge=1, le=60)] = 10
    active_tasks: Count = 0
    queued_tasks: Count = 0
    max_active_tasks: Annotated[int, Field(ge=1, le=1_000_000)] = 16
    cpu: Part | None = None
    memory: Part | None = None
    accepts_tasks: bool = True
    task_latency_ms: Annotated[float, Field(ge=0)] | None = None
    """Within which 95 % of its latest tasks were done."""

    @property
    def load(self) -> float:
        """The part of its capacity that is in use, by whichever measure is the worst."""
        tasks = (self.active_tasks + self.queued_tasks) / self.max_active_tasks
        return max(tasks, self.cpu or 0.0, self.memory or 0.0)


class AgentHealth(SbiModel):
    """Health of an agent as its gateway sees it; ``task_latency_ms`` as it reported last."""

    aic: str
    state: HealthState
    task_latency_ms: float | None = None
