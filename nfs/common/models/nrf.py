"""Nnrf_NFManagement and Nnrf_NFDiscovery (TS 29.510)."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from nfs.common.models.base import SbiModel


class NFService(SbiModel):
    """TS 29.510 clause 6.1.6.2.3; attributes this testbed does not use are kept as they came."""

    model_config = ConfigDict(extra="allow")

    service_instance_id: str = Field(min_length=1)
    service_name: str = Field(min_length=1)
    versions: list[dict[str, Any]] = Field(min_length=1)
    scheme: str = Field(pattern="^https?$")
    nf_service_status: str
    fqdn: str | None = None
    ip_end_points: list[dict[str, Any]] | None = None
    api_prefix: str | None = None
    allowed_nf_types: list[str] | None = None
    oauth2_required: bool | None = None


class NFProfile(SbiModel):
    """TS 29.510 clause 6.1.6.2.2; attributes this testbed does not use are kept as they came."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel)

    nf_instance_id: str
    nf_type: str = Field(min_length=1)
    nf_status: str
    fqdn: str | None = None
    ipv4_addresses: list[str] | None = None
    ipv6_addresses: list[str] | None = None
    plmn_list: list[dict[str, str]] | None = None
    s_nssais: list[dict[str, Any]] | None = None
    heart_beat_timer: int | None = Field(default=None, ge=1)
    priority: int | None = Field(default=None, ge=0, le=65535)
    capacity: int | None = Field(default=None, ge=0, le=65535)
    load: int | None = Field(default=None, ge=0, le=100)
    locality: str | None = None
    allowed_nf_types: list[str] | None = None
    custom_info: dict[str, Any] | None = None
    nf_services: list[NFService] | None = None
    nf_service_list: dict[str, NFService] | None = None

    @property
    def all_services(self) -> list[NFService]:
        return [*(self.nf_services or ()), *(self.nf_service_list or {}).values()]

    def api_root(self, service_name: str) -> str | None:
        """``http://host:port`` of a registered service of this NF, None if it offers none."""
        for service in self.all_services:
            if service.service_name != service_name or service.nf_service_status != "REGISTERED":
                continue
            end_point = (service.ip_end_points or [{}])[0]
            default_host = service.fqdn or self.fqdn or (self.ipv4_addresses or ["localhost"])[0]
            host = end_point.get("ipv4Address") or default_host
            port = end_point.get("port") or (443 if service.scheme == "https" else 80)
            prefix = f"/{service.api_prefix.strip('/')}" if service.api_prefix else ""
            return f"{service.scheme}://{host}:{port}{prefix}"
        return None


class SearchResult(SbiModel):
    """TS 29.510 clause 6.2.6.2.2: ``validity_period`` in seconds."""

    validity_period: int = 30
    nf_instances: list[NFProfile]
