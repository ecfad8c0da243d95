"""Nudm_UECM and Nudm_SDM (TS 29.503) as the AMF uses them."""

from __future__ import annotations

import json
from typing import Any

from nfs.amf.ue_context import Subscription, UeContext
from nfs.common.bit_rate import bits_per_second
from nfs.common.identities import Guami, Snssai
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem


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


async def subscription(nf: NetworkFunction, ue: UeContext) -> Subscription:
    """Nudm_SDM_Get of all that registration and session establishment need."""
    plmn = {"plmn-id": json.dumps(ue.home.to_json())} if ue.home else None
    access = await _sdm(nf, ue, "am-data", plmn)
    selection = await _sdm(nf, ue, "smf-select-data", plmn)
    agents = await _agent_data(nf, ue)
    nssai = access.get("nssai") or {}
    slices = nssai.get("defaultSingleNssais", []) + nssai.get("singleNssais", [])
    ambr = access.get("subscribedUeAmbr") or {"downlink": "1 Gbps", "uplink": "1 Gbps"}
    return Subscription(
        nssai=tuple(dict.fromkeys(_snssai(s) for s in slices)),
        dnns={
            Snssai.parse(key): tuple(i["dnn"] for i in info.get("dnnInfos", []))
            for key, info in selection.get("subscribedSnssaiInfos", {}).items()
        },
        ambr_downlink_bps=bits_per_second(ambr["downlink"]),
        ambr_uplink_bps=bits_per_second(ambr["uplink"]),
        agents_allowed=bool(agents.get("agentsAllowed", False)),
        agent_scope=tuple(agents.get("scope", ())),
        devices=dict(agents.get("devices", {})),
    )


def _snssai(body: dict[str, Any]) -> Snssai:
    sd = body.get("sd")
    return Snssai(body["sst"], sd.lower() if sd else None)


async def _agent_data(nf: NetworkFunction, ue: UeContext) -> dict[str, Any]:
    """A foreign UDM knows nothing of agents: then the subscription has none."""
    try:
        return await _sdm(nf, ue, "agent-data", None)
    except SbiProblem as problem:
        if problem.status == 404:
            return {}
        raise


async def _sdm(
    nf: NetworkFunction, ue: UeContext, data: str, params: dict[str, str] | None
) -> dict[str, Any]:
    path = f"/nudm-sdm/v2/{ue.supi}/{data}"
    answer = await nf.call("UDM", "nudm-sdm", "GET", path, params=params)
    body: dict[str, Any] = answer.json()
    return body


def _uecm(ue: UeContext) -> str:
    return f"/nudm-uecm/v1/{ue.supi}/registrations/amf-3gpp-access"
