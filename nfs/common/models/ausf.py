"""Nausf_UEAuthentication (TS 29.509)."""

from __future__ import annotations

from pydantic import Field

from nfs.common.models.base import SbiModel


class AuthenticationInfo(SbiModel):
    supi_or_suci: str = Field(pattern=r"^(imsi-[0-9]{5,15}|suci-[0-9].*)$")
    serving_network_name: str
    resynchronization_info: dict[str, str] | None = None


class ConfirmationData(SbiModel):
    res_star: str = Field(pattern=r"^[0-9A-Fa-f]{32}$")
