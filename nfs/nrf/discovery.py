"""NFDiscover (TS 29.510 clause 5.3.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from nfs.common.models.nrf import NFProfile, SearchResult

log = structlog.get_logger("nrf")


@dataclass(frozen=True, slots=True)
class Query:
    target_nf_type: str
    requester_nf_type: str
    service_names: tuple[str, ...] = ()
    target_instance_id: str | None = None
    limit: int | None = None


def discover(profiles: list[NFProfile], query: Query, validity: int) -> SearchResult:
    """An empty answer says in the log which filter left nothing."""
    left = profiles
    filters = (
        ("target-nf-type", lambda p: p.nf_type == query.target_nf_type),
        ("status", lambda p: p.nf_status == "REGISTERED"),
        ("allowedNfTypes", lambda p: _allowed(p, query.requester_nf_type)),
        ("service-names", lambda p: _offers(p, query.service_names)),
        ("target-nf-instance-id", lambda p: _is(p, query.target_instance_id)),
    )
    for name, matches in filters:
        left = [p for p in left if matches(p)]
        if not left:
            log.info("nothing discovered", target=query.target_nf_type, emptied_by=name)
            break
    left.sort(key=lambda p: p.priority if p.priority is not None else 65_535)
    return SearchResult(validity_period=validity, nf_instances=left[: query.limit])


def _allowed(profile: NFProfile, requester: str) -> bool:
    return profile.allowed_nf_types is None or requester in profile.allowed_nf_types


def _offers(profile: NFProfile, names: tuple[str, ...]) -> bool:
    return not names or any(s.service_name in names for s in profile.all_services)


def _is(profile: NFProfile, instance_id: str | None) -> bool:
    return instance_id is None or profile.nf_instance_id == instance_id
