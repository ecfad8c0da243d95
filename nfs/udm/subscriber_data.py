"""Nudm_SubscriberDataManagement Get (TS 29.503 clause 5.2.2.2)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from nfs.common.identities import Snssai
from nfs.common.sbi.problem import SbiProblem
from nfs.udm.subscribers import Subscriber


def access_and_mobility(subscriber: Subscriber) -> dict[str, Any]:
    data: dict[str, Any] = {
        "subscribedUeAmbr": {"uplink": subscriber.ambr, "downlink": subscriber.ambr},
        "nssai": nssai(subscriber),
    }
    if subscriber.forbidden_tacs:
        data["forbiddenAreas"] = [{"tacs": _tacs(subscriber.forbidden_tacs)}]
    if tacs := subscriber.allowed_tacs or subscriber.not_allowed_tacs:
        kind = "ALLOWED_AREAS" if subscriber.allowed_tacs else "NOT_ALLOWED_AREAS"
        areas = [{"tacs": _tacs(tacs)}]
        data["serviceAreaRestriction"] = {"restrictionType": kind, "areas": areas}
    return data


def _tacs(tacs: Iterable[int]) -> list[str]:
    return [f"{tac:06x}" for tac in tacs]


def nssai(subscriber: Subscriber) -> dict[str, Any]:
    return {"defaultSingleNssais": subscriber.nssai}


def smf_selection(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "subscribedSnssaiInfos": {
            slice_: {"dnnInfos": [{"dnn": dnn} for dnn in dnns]}
            for slice_, dnns in subscriber.slices.items()
        }
    }


def session_management(
    subscriber: Subscriber, single_nssai: str | None, dnn: str | None
) -> list[dict[str, Any]]:
    wanted = _parse_snssai(single_nssai) if single_nssai else None
    found = []
    for text, dnns in subscriber.slices.items():
        s_nssai = Snssai.parse(text)
        if wanted in (None, s_nssai):
            configurations = {d: _dnn(subscriber) for d in dnns if dnn in (None, d)}
            found.append({"singleNssai": s_nssai.to_json(), "dnnConfigurations": configurations})
    return found


def _dnn(subscriber: Subscriber) -> dict[str, Any]:
    arp = {"priorityLevel": 8, "preemptCap": "NOT_PREEMPT", "preemptVuln": "NOT_PREEMPTABLE"}
    return {
        "pduSessionTypes": {
            "defaultSessionType": "IPV4",
            "allowedSessionTypes": ["IPV4", "IPV6", "IPV4V6"],
        },
        "sscModes": {"defaultSscMode": "SSC_MODE_1"},
        "5gQosProfile": {"5qi": subscriber.five_qi, "arp": arp},
        "sessionAmbr": {"uplink": subscriber.ambr, "downlink": subscriber.ambr},
    }


def _parse_snssai(text: str) -> Snssai:
    try:
        body = json.loads(text)
        return Snssai(int(body["sst"]), str(body["sd"]).lower() if "sd" in body else None)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise SbiProblem(400, "OPTIONAL_QUERY_PARAM_INCORRECT", f"single-nssai: {error}") from None


def agents(subscriber: Subscriber, *, hidden: bool) -> dict[str, Any]:
    """Testbed: what the subscriber's agents may do, and the devices it may ask about; ``hidden``
    when the subscriber does not want the agent found."""
    rights = subscriber.agents
    return {
        "agentsAllowed": rights.allowed,
        "scope": list(rights.scope) if rights.allowed else [],
        "devices": rights.devices,
        "hidden": hidden,
        "intentClass": rights.intent_class,
    }
