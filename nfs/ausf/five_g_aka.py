"""5G-AKA at the AUSF (TS 33.501 clause 6.1.3.2, TS 29.509 clause 5.2.2.2.2)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from nfs.ausf import udm
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
    xres_star: bytes = field(repr=False)
    k_ausf: bytes = field(repr=False)

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


def challenge(ausf: Ausf, network: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The context's identifier and UEAuthenticationCtx, with a 5G serving environment vector."""
    vector = data["authenticationVector"]
    rand, xres_star = bytes.fromhex(vector["rand"]), bytes.fromhex(vector["xresStar"])
    context_id = secrets.token_hex(16)
    context = Context(data["supi"], network, xres_star, bytes.fromhex(vector["kausf"]))
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
    await udm.confirm_authentication(ausf, context.supi, context.network, "5G_AKA", success=success)
    if not success:
        return {"authResult": "AUTHENTICATION_FAILURE"}
    k_seaf = kdf.k_seaf(context.k_ausf, context.network)
    return {
        "authResult": "AUTHENTICATION_SUCCESS",
        "supi": context.supi,
        "kseaf": k_seaf.hex(),
    }
