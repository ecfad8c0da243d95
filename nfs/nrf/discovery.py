"""NFDiscover (TS 29.510 clause 5.3.2.2, query parameters of table 6.2.3.2.3.1-1)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from nfs.common.models.nrf import NFProfile, SearchResult
from nfs.common.sbi.problem import InvalidParam, SbiProblem

log = structlog.get_logger("nrf")

Matches = Callable[[NFProfile], bool]


@dataclass(frozen=True, slots=True)
class Query:
    """Identifiers that are JSON on the wire (S-NSSAI, GUAMI, TAI, PLMN) are parsed here."""

    target_nf_type: str
    requester_nf_type: str
    service_names: tuple[str, ...] = ()
    target_instance_id: str | None = None
    snssais: tuple[dict[str, Any], ...] = ()
    dnn: str | None = None
    plmns: tuple[dict[str, Any], ...] = ()
    guami: dict[str, Any] | None = None
    tai: dict[str, Any] | None = None
    amf_set_id: str | None = None
    amf_region_id: str | None = None
    preferred_locality: str | None = None
    limit: int | None = None


def parse_json(name: str, text: str | None, kind: type[Any]) -> Any:
    """A query parameter with ``content: application/json``. Raises SbiProblem 400."""
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    items = value if isinstance(value, list) else [value]
    if not isinstance(value, kind) or not all(isinstance(item, dict) for item in items):
        detail = f"{name} is JSON, {'an array of objects' if kind is list else 'an object'}"
        invalid = [InvalidParam(param=name, reason=detail)]
        raise SbiProblem(400, "INVALID_QUERY_PARAM", detail, invalid_params=invalid)
    return value


def discover(profiles: list[NFProfile], query: Query, validity: int) -> SearchResult:
    """An empty answer says in the log which filter left nothing."""
    left = profiles
    for name, matches in _filters(query):
        left = [p for p in left if matches(p)]
        if not left:
            log.info("nothing discovered", target=query.target_nf_type, emptied_by=name)
            break
    left.sort(key=lambda p: _preference(p, query.preferred_locality))
    return SearchResult(
        validity_period=validity, nf_instances=[_shown(p) for p in left[: query.limit]]
    )


def _shown(profile: NFProfile) -> NFProfile:
    """Without who may discover it, which is not for its consumers to know, and with its services as
    an array: not all consumers read the map (clause 6.2.6.2.3)."""
    services = profile.all_services or None
    changed = {"allowed_nf_types": None, "nf_services": services, "nf_service_list": None}
    return profile.model_copy(update=changed)


def _filters(query: Query) -> Iterator[tuple[str, Matches]]:
    """Those that the query asks for. What a profile does not limit, it serves all of."""
    yield "target-nf-type", lambda p: p.nf_type == query.target_nf_type
    yield "status", lambda p: p.nf_status == "REGISTERED"
    yield "allowedNfTypes", lambda p: _allowed(p, query.requester_nf_type)
    if query.service_names:
        yield (
            "service-names",
            lambda p: any(s.service_name in query.service_names for s in p.all_services),
        )
    if query.target_instance_id is not None:
        yield "target-nf-instance-id", lambda p: p.nf_instance_id == query.target_instance_id
    if query.plmns:
        yield "target-plmn-list", lambda p: _one_of(query.plmns, p.plmn_list)
    if query.snssais:
        yield "snssais", lambda p: _one_of(query.snssais, p.s_nssais)
    if query.dnn is not None:
        yield "dnn", lambda p: _serves_dnn(p, query.dnn)
    if query.guami is not None:
        yield "guami", lambda p: query.guami in _info(p, "amfInfo").get("guamiList", ())
    if query.tai is not None:
        yield "tai", lambda p: _one_of((query.tai,), _tais(p))
    if query.amf_set_id is not None:
        yield "amf-set-id", lambda p: _info(p, "amfInfo").get("amfSetId") == query.amf_set_id
    if query.amf_region_id is not None:
        yield (
            "amf-region-id",
            lambda p: _info(p, "amfInfo").get("amfRegionId") == query.amf_region_id,
        )


def _preference(profile: NFProfile, locality: str | None) -> tuple[bool, int, int]:
    """The preferred locality first, then the lower priority value, then the lower load."""
    elsewhere = locality is not None and profile.locality != locality
    priority = profile.priority if profile.priority is not None else 65_535
    return elsewhere, priority, profile.load or 0


def _allowed(profile: NFProfile, requester: str) -> bool:
    return profile.allowed_nf_types is None or requester in profile.allowed_nf_types


def _one_of(wanted: tuple[Any, ...], served: list[Any] | None) -> bool:
    return served is None or any(item in served for item in wanted)


def _info(profile: NFProfile, name: str) -> dict[str, Any]:
    """``amfInfo`` and the like are kept as they came."""
    info = profile.to_json().get(name)
    return info if isinstance(info, dict) else {}


def _tais(profile: NFProfile) -> list[Any] | None:
    for name in ("amfInfo", "smfInfo"):
        tais = _info(profile, name).get("taiList")
        if isinstance(tais, list):
            return tais
    return None


def _serves_dnn(profile: NFProfile, dnn: str | None) -> bool:
    slices = _info(profile, "smfInfo").get("sNssaiSmfInfoList")
    if not isinstance(slices, list):
        return True
    return any(
        d.get("dnn") == dnn
        for s in slices
        if isinstance(s, dict)
        for d in s.get("dnnSmfInfoList", ())
        if isinstance(d, dict)
    )
