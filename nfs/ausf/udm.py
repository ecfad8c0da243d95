"""Nudm_UEAuthentication (TS 29.503) as the AUSF uses it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nfs.common.models.udm import ResynchronizationInfo

if TYPE_CHECKING:
    from nfs.ausf.app import Ausf


async def authentication_data(
    ausf: Ausf, supi_or_suci: str, network: str, resync: ResynchronizationInfo | None
) -> dict[str, Any]:
    """AuthenticationInfoResult."""
    body: dict[str, Any] = {"servingNetworkName": network, "ausfInstanceId": ausf.instance_id}
    if resync is not None:
        body["resynchronizationInfo"] = resync.to_json()
    path = f"/nudm-ueau/v1/{supi_or_suci}/security-information/generate-auth-data"
    answer = await ausf.call("UDM", "nudm-ueau", "POST", path, json=body)
    data: dict[str, Any] = answer.json()
    return data


async def confirm_authentication(
    ausf: Ausf, supi: str, network: str, auth_type: str, *, success: bool
) -> None:
    """The UDM learns the result (TS 33.501 clause 6.1.4.1a)."""
    event = {
        "nfInstanceId": ausf.instance_id,
        "success": success,
        "timeStamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "authType": auth_type,
        "servingNetworkName": network,
    }
    await ausf.call("UDM", "nudm-ueau", "POST", f"/nudm-ueau/v1/{supi}/auth-events", json=event)
