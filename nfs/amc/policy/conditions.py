"""Does a rule apply to a request? What is not known permits nothing and prohibits all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from nfs.common.models.policy import AccessRequest, Conditions, Effect, PolicyRule, TimeWindow
from nfs.semantics.vocabulary import matches


def applies(rule: PolicyRule, request: AccessRequest) -> bool:
    unknown_holds = rule.effect is Effect.DENY
    held = (unknown_holds if c is None else c for c in _held(rule.conditions, request))
    return all(held)


def _held(conditions: Conditions, request: AccessRequest) -> Iterator[bool | None]:
    """Of each condition that is given whether it holds; None when that cannot be known."""
    environment, chain = request.environment, request.actor.actor_chain
    if conditions.subjects is not None:
        yield _listed(conditions.subjects, request.primary_subject)
    if conditions.actors is not None:
        yield _listed(conditions.actors, request.actor.immediate_actor)
    if conditions.capabilities is not None:
        yield any(matches(named, request.resource.id) for named in conditions.capabilities)
    if conditions.time is not None:
        yield _within(conditions.time, environment.time)
    if conditions.slices is not None:
        yield _listed(conditions.slices, environment.slice)
    if conditions.areas is not None:
        yield _listed(conditions.areas, environment.tai)
    if conditions.max_chain_depth is not None:
        yield len(chain) - 1 <= conditions.max_chain_depth


def _listed(patterns: list[str], value: str | None) -> bool | None:
    if value is None:
        return None
    return any(
        value.startswith(pattern[:-1]) if pattern.endswith("*") else value == pattern
        for pattern in patterns
    )


def _within(window: TimeWindow, now: datetime) -> bool:
    if window.not_before is not None and now < window.not_before:
        return False
    if window.not_after is not None and now >= window.not_after:
        return False
    begin, end, clock = window.daily_from or "00:00", window.daily_until or "24:00", f"{now:%H:%M}"
    return begin <= clock < end if begin < end else not end <= clock < begin
