"""5G-AKA at the AUSF (TS 33.501 clause 6.1.3.2, TS 29.509 clause 5.2.2.2.2)."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from nfs.common.models.ausf import AuthenticationInfo
from nfs.common.sbi.problem import SbiProblem
from nfs.protocols.crypto import kdf

if TYPE_CHECKING:
    from nfs.ausf.app import Ausf


CHALLENGES = "challenges"


@dataclass(frozen=True, slots=True)
class Context:
    """One challenge that may be answered once."""

    supi: str
    network: str
    xres_star: bytes
    k_ausf: bytes

    def to_json(self) -> dict[str, str]:
        return {
            "supi": self.supi,
            "network": self.network,
            "xresStar": self.xres_star.hex(),
            "kAusf": self.k_ausf.hex(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> Self:
        xres_star, k_ausf = bytes.fromhex(kept["xresStar"]), bytes.fromhex(kept["kAusf"])
        return cls(kept["supi"], kept["network"], xres_star, k_ausf)


async def authenticate(ausf: Ausf, info: AuthenticationInfo) -> tuple[str, dict[str, Any]]:
    """Returns the context's identifier and UEAuthenticationCtx."""
    network = info.serving_network_name
    if network != ausf.home.serving_network_name:
        detail = f"{network} may not serve subscribers of {ausf.home}"
        raise SbiProblem(403, "SERVING_NETWORK_NOT_AUTHORIZED", detail)
    body: dict[str, Any] = {
        "servingNetworkName": network,
        "ausfInstanceId": ausf.instance_id,
    }
    if info.resynchronization_info is not None:
        body["resynchronizationInfo"] = info.resynchronization_info.to_json()
    path = f"/nudm-ueau/v1/{info.supi_or_suci}/security-information/generate-auth-data"
    answer = (await ausf.call("UDM", "nudm-ueau", "POST", path, json=body)).json()
    vector = answer["authenticationVector"]
    rand, xres_star = bytes.fromhex(vector["rand"]), bytes.fromhex(vector["xresStar"])
    k_ausf = bytes.fromhex(vector["kausf"])
    context_id = secrets.token_hex(16)
    context = Context(answer["supi"], network, xres_star, k_ausf)
    lifetime = ausf.config.context_seconds
    ausf.store.put(CHALLENGES, context_id, context.to_json(), ttl=lifetime)
    uri = f"{ausf.api_root}/nausf-auth/v1/ue-authentications/{context_id}/5g-aka-confirmation"
    return context_id, {
        "authType": "5G_AKA",
        "5gAuthData": {
            "rand": vector["rand"],
            "autn": vector["autn"],
            "hxresStar": kdf.hres_star(rand, xres_star).hex(),
        },
        "_links": {"5g-aka": {"href": uri}},
    }


async def confirm(ausf: Ausf, context_id: str, res_star: bytes) -> dict[str, Any]:
    """Returns ConfirmationDataResponse; the UDM learns the result (TS 33.501 clause 6.1.4.1a)."""
    kept = ausf.store.get(CHALLENGES, context_id)
    if kept is None or not ausf.store.delete(CHALLENGES, context_id):
        raise SbiProblem(404, "CONTEXT_NOT_FOUND", "no challenge of this identifier is open")
    context = Context.from_json(kept.value)
    success = hmac.compare_digest(context.xres_star, res_star)
    event = {
        "nfInstanceId": ausf.instance_id,
        "success": success,
        "timeStamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "authType": "5G_AKA",
        "servingNetworkName": context.network,
    }
    path = f"/nudm-ueau/v1/{context.supi}/auth-events"
    await ausf.call("UDM", "nudm-ueau", "POST", path, json=event)
    if not success:
        return {"authResult": "AUTHENTICATION_FAILURE"}
    k_seaf = kdf.k_seaf(context.k_ausf, context.network)
    return {
        "authResult": "AUTHENTICATION_SUCCESS",
        "supi": context.supi,
        "kseaf": k_seaf.hex(),
    }
