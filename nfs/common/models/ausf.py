"""Nausf_UEAuthentication (TS 29.509)."""

from __future__ import annotations

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.models.udm import ResynchronizationInfo

_SUPI = "imsi-[0-9]{5,15}"
_SUCI = "suci-0-[0-9]{3}-[0-9]{2,3}-[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,3}-[0-9A-Fa-f]+"


class AuthenticationInfo(SbiModel):
    """``supi_or_suci`` becomes part of a resource's URI, so nothing else may stand in it."""

    supi_or_suci: str = Field(pattern=f"^({_SUPI}|{_SUCI})$")
    serving_network_name: str
    resynchronization_info: ResynchronizationInfo | None = None


class EapSession(SbiModel):
    """TS 29.509 clause 6.1.6.2.6: ``eap_payload`` is base64; RFC 3748 packets are no longer than
    what a NAS message can hold."""

    eap_payload: str = Field(max_length=4096)


class ConfirmationData(SbiModel):
    res_star: str = Field(pattern=r"^[0-9A-Fa-f]{32}$")
