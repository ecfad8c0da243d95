"""Which agents of this gateway can do it: offered, reachable, within the constraints, healthy."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import Any

from nfs.agw.directory import Agent, Directory
from nfs.agw.health.table import HealthTable
from nfs.common.models.agw_sync import HealthState

LOOKED_AT = 64
"""Agents of one capability of which the best is chosen."""


class Matching:
    def __init__(self, directory: Directory, health: HealthTable) -> None:
        self._directory = directory
        self._health = health

    def candidates(
        self, capability: str, constraints: dict[str, Any], excluded: Collection[str] = ()
    ) -> list[Agent]:
        """Those that can be invoked and meet every constraint on their entityMeta, the best first:
        mandatory constraints come before any ranking (B15). Who offers a capability below the one
        that is asked for can do it, too (H14)."""
        able = (
            agent
            for offered in self._directory.capabilities_below(capability)
            for agent in self._directory.offering(offered, meta=constraints)
            if agent.end_point is not None
            and agent.aic not in excluded
            and constraints.items() <= (agent.acs.entity_meta or {}).items()
            and self._health.state(agent.aic) is not HealthState.DOWN
        )
        found = {agent.aic: agent for agent in islice(able, LOOKED_AT)}
        return [found[aic] for aic in self._health.ranked(found)]
