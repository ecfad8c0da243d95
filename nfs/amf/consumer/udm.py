"""Nudm_UECM and Nudm_SDM (TS 29.503) as the AMF uses them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import structlog
from pydantic import ValidationError

from nfs.amf.config import AgentData
from nfs.amf.ue.context import Subscription, UeContext
from nfs.common.bit_rate import bits_per_second
from nfs.common.identities import Guami, Snssai
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

log = structlog.get_logger("amf")

_HEX_KEY = 8


async def register(nf: NetworkFunction, ue: UeContext, guami: Guami) -> None:
    """Nudm_UECM_Registration: this AMF serves the UE from now on."""
    body = {
        "amfInstanceId": nf.instance_id,
        "deregCallbackUri": f"{nf.api_root}/namf-callback/v1/{ue.supi}/dereg-notify",
        "guami": guami.to_json(),
        "ratType": "NR",
        "initialRegistrationInd": True,
    }
    if ue.pei:
        body["pei"] = ue.pei
    await nf.call("UDM", "nudm-uecm", "PUT", _uecm(ue), json=body)


async def purge(nf: NetworkFunction, ue: UeContext, guami: Guami) -> None:
    """Nudm_UECM_Deregistration (purge flag, TS 29.503 clause 5.3.2.4)."""
    body = {"guami": guami.to_json(), "purgeFlag": True}
    await nf.call("UDM", "nudm-uecm", "PATCH", _uecm(ue), json=body)


async def subscription(
    nf: NetworkFunction, ue: UeContext, agent_data: AgentData | None
) -> Subscription:
    """Nudm_SDM_Get of all that registration and session establishment need.

    ``agent_data`` is what the UDM is not asked for.
    """
    plmn = {"plmn-id": json.dumps(ue.home.to_json())} if ue.home else None
    access = await _sdm(nf, ue, "am-data", plmn)
    selection = await _sdm(nf, ue, "smf-select-data", plmn)
    agents = agent_data or await _agent_data(nf, ue)
    try:
        return _read(access, selection, agents)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        detail = f"the subscription data of {ue.supi} cannot be read: {error!r}"
        raise SbiProblem(502, "INVALID_MSG_FORMAT", detail) from error


def _read(access: dict[str, Any], selection: dict[str, Any], agents: AgentData) -> Subscription:
    nssai = access.get("nssai") or {}
    slices = nssai.get("defaultSingleNssais", []) + nssai.get("singleNssais", [])
    ambr = access.get("subscribedUeAmbr") or {"downlink": "1 Gbps", "uplink": "1 Gbps"}
    restriction = access.get("serviceAreaRestriction") or {}
    return Subscription(
        nssai=tuple(dict.fromkeys(_snssai(s) for s in slices)),
        dnns={
            _slice_of_key(key): tuple(i["dnn"] for i in info.get("dnnInfos", []))
            for key, info in selection.get("subscribedSnssaiInfos", {}).items()
        },
        ambr_downlink_bps=bits_per_second(ambr["downlink"]),
        ambr_uplink_bps=bits_per_second(ambr["uplink"]),
        agents_allowed=agents.allowed,
        agent_scope=agents.scope,
        agents_hidden=agents.hidden,
        devices=agents.devices,
        intent_class=agents.intent_class,
        rat_restrictions=tuple(access.get("ratRestrictions", ())),
        forbidden_tacs=_tacs(access.get("forbiddenAreas", ())),
        not_allowed_tacs=_service_area(restriction, "NOT_ALLOWED_AREAS"),
        allowed_tacs=_service_area(restriction, "ALLOWED_AREAS"),
    )


def _tacs(areas: Iterable[dict[str, Any]]) -> tuple[int, ...]:
    """Of Area (TS 29.571 clause 5.4.4.1), those that are named by tracking area codes."""
    return tuple(int(tac, 16) for area in areas for tac in area.get("tacs", ()))


def _service_area(restriction: dict[str, Any], kind: str) -> tuple[int, ...]:
    """ServiceAreaRestriction (TS 29.571 clause 5.4.4.10) of this RestrictionType."""
    if restriction.get("restrictionType") != kind:
        return ()
    return _tacs(restriction.get("areas", ()))


async def subscribe(nf: NetworkFunction, ue: UeContext) -> None:
    """Nudm_SDM_Subscribe to changes of what ``subscription`` has read, unless that is done."""
    if "UDM" in ue.resources:
        return
    path = f"/nudm-sdm/v2/{ue.supi}"
    body = {
        "nfInstanceId": nf.instance_id,
        "callbackReference": f"{nf.api_root}/namf-callback/v1/{ue.supi}/sdmsubscription-notify",
        "monitoredResourceUris": [f"{path}/am-data", f"{path}/smf-select-data"],
        "implicitUnsubscribe": True,
    }
    answer = await nf.call("UDM", "nudm-sdm", "POST", f"{path}/sdm-subscriptions", json=body)
    ue.resources["UDM"] = await nf.created(answer, "UDM", "nudm-sdm")


def _slice_of_key(key: str) -> Snssai:
    """``1`` or ``1-010203``; free5GC's UDM writes ``01010203``, both parts in hex."""
    if len(key) == _HEX_KEY and "-" not in key:
        return Snssai(int(key[:2], 16), key[2:].lower())
    return Snssai.parse(key)


def _snssai(body: dict[str, Any]) -> Snssai:
    sd = body.get("sd")
    return Snssai(body["sst"], sd.lower() if sd else None)


async def _agent_data(nf: NetworkFunction, ue: UeContext) -> AgentData:
    """A UDM that knows nothing of agents refuses: then the subscription has none."""
    try:
        data = await _sdm(nf, ue, "agent-data", None)
        allowed = bool(data.get("agentsAllowed", False))
        return AgentData(
            allowed=allowed,
            scope=data.get("scope", ()),
            devices=data.get("devices", {}),
            hidden=bool(data.get("hidden", False)),
            intent_class=data.get("intentClass", "standard"),
        )
    except (SbiProblem, ValidationError) as error:
        log.info("no agent data", supi=ue.supi, reason=str(error))
        return AgentData(allowed=False)


async def _sdm(
    nf: NetworkFunction, ue: UeContext, data: str, params: dict[str, str] | None
) -> dict[str, Any]:
    path = f"/nudm-sdm/v2/{ue.supi}/{data}"
    answer = await nf.call("UDM", "nudm-sdm", "GET", path, params=params)
    body: dict[str, Any] = answer.json()
    return body


def _uecm(ue: UeContext) -> str:
    return f"/nudm-uecm/v1/{ue.supi}/registrations/amf-3gpp-access"
