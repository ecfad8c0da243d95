"""Nudm_UEAuthentication (TS 29.503)."""

from __future__ import annotations

from nfs.common.models.base import SbiModel


class AuthenticationInfoRequest(SbiModel):
    serving_network_name: str
    ausf_instance_id: str | None = None
    resynchronization_info: dict[str, str] | None = None
