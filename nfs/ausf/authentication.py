"""Nausf_UEAuthentication Authenticate (TS 29.509 clause 5.2.2.2): the UDM's choice of method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.ausf import eap_aka_prime, five_g_aka, udm
from nfs.common.models.ausf import AuthenticationInfo
from nfs.common.sbi.problem import SbiProblem

if TYPE_CHECKING:
    from nfs.ausf.app import Ausf


async def authenticate(ausf: Ausf, info: AuthenticationInfo) -> tuple[str, dict[str, Any]]:
    """Returns the context's identifier and UEAuthenticationCtx."""
    network = info.serving_network_name
    if network != ausf.home.serving_network_name:
        detail = f"{network} may not serve subscribers of {ausf.home}"
        raise SbiProblem(403, "SERVING_NETWORK_NOT_AUTHORIZED", detail)
    resync = info.resynchronization_info
    data = await udm.authentication_data(ausf, info.supi_or_suci, network, resync)
    if data["authType"] == "EAP_AKA_PRIME":
        return eap_aka_prime.challenge(ausf, network, data)
    return five_g_aka.challenge(ausf, network, data)
