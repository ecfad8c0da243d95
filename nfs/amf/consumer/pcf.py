"""Npcf_AMPolicyControl (TS 29.507) as the AMF uses it, where a PCF is registered."""

from __future__ import annotations

from typing import Any

from nfs.amf.ue_context import UeContext
from nfs.common.identities import Guami
from nfs.common.nf import NetworkFunction

SERVICE = "npcf-am-policy-control"


async def associate(nf: NetworkFunction, ue: UeContext, guami: Guami) -> None:
    """Create the UE's policy association, unless it has one or the network has no PCF."""
    if "PCF" in ue.resources or not await nf.nrf.offers("PCF", SERVICE):
        return
    body: dict[str, Any] = {
        "notificationUri": f"{nf.api_root}/namf-callback/v1/{ue.supi}/am-policy-notify",
        "supi": ue.supi,
        "accessType": "3GPP_ACCESS",
        "ratType": "NR",
        "userLoc": ue.user_location(),
        "servingPlmn": guami.plmn.to_json(),
        "allowedSnssais": [s.to_json() for s in ue.allowed_nssai],
        "guami": guami.to_json(),
        "serviceName": "namf-callback",
        "suppFeat": "0",
    }
    if ue.pei:
        body["pei"] = ue.pei
    answer = await nf.call("PCF", SERVICE, "POST", f"/{SERVICE}/v1/policies", json=body)
    ue.resources["PCF"] = await nf.created(answer, "PCF", SERVICE)
