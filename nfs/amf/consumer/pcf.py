"""Npcf_AMPolicyControl (TS 29.507) as the AMF uses it, where a PCF is registered."""

from __future__ import annotations

from typing import Any

from nfs.amf.ue.context import UeContext
from nfs.common.bit_rate import bit_rate, bits_per_second
from nfs.common.identities import Guami
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

_UE_AMBR_AUTHORIZATION = "4"
"""Feature 3 of TS 29.507 table 5.8-1: the PCF may have another UE-AMBR than the UDM."""
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
        "suppFeat": _UE_AMBR_AUTHORIZATION,
    }
    if (subscription := ue.subscription) is not None:
        body["ueAmbr"] = {
            "uplink": bit_rate(subscription.ambr_uplink_bps),
            "downlink": bit_rate(subscription.ambr_downlink_bps),
        }
    if ue.pei:
        body["pei"] = ue.pei
    answer = await nf.call("PCF", SERVICE, "POST", f"/{SERVICE}/v1/policies", json=body)
    ue.resources["PCF"] = await nf.created(answer, "PCF", SERVICE)
    authorize(ue, answer.json())


def authorize(ue: UeContext, policy: dict[str, Any]) -> None:
    """Take over what a PolicyAssociation or PolicyUpdate says. Raises SbiProblem 400."""
    ambr = policy.get("ueAmbr")
    if ambr is None or ue.subscription is None:
        return
    try:
        downlink, uplink = bits_per_second(ambr["downlink"]), bits_per_second(ambr["uplink"])
    except (KeyError, TypeError, ValueError) as error:
        raise SbiProblem(400, "OPTIONAL_IE_INCORRECT", f"ueAmbr: {error!r}") from error
    ue.subscription.ambr_downlink_bps, ue.subscription.ambr_uplink_bps = downlink, uplink
