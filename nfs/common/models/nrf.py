"""Nnrf_NFManagement and Nnrf_NFDiscovery (TS 29.510)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from pydantic import ConfigDict, Field, ValidationError
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
            prefix = (service.api_prefix or "").strip("/")
            if prefix.startswith(("http://", "https://")):  # free5GC's NFs write all of it there
                return prefix
            end_point = (service.ip_end_points or [{}])[0]
            host = end_point.get("ipv4Address") or service.fqdn or self._address(end_point)
            port = end_point.get("port") or (443 if service.scheme == "https" else 80)
            return f"{service.scheme}://{host}:{port}" + (f"/{prefix}" if prefix else "")
        return None

    def _address(self, end_point: dict[str, Any]) -> str:
        """Of a service that names none itself: the NF's (clause 6.1.6.2.3)."""
        ipv6 = end_point.get("ipv6Address") or next(iter(self.ipv6_addresses or ()), None)
        default = f"[{ipv6}]" if ipv6 else "localhost"
        return self.fqdn or next(iter(self.ipv4_addresses or ()), default)


class Registered(SbiModel):
    """The answer to a registration: a whole profile, or what of it the NRF changed (annex B)."""

    heart_beat_timer: int | None = Field(default=None, ge=0)


class SearchResult(SbiModel):
    """TS 29.510 clause 6.2.6.2.2: ``validity_period`` in seconds."""

    validity_period: int = 30
    nf_instances: list[NFProfile]


class SearchAnswer(SbiModel):
    """A SearchResult as a consumer reads it: what cannot be read hides nothing else."""

    validity_period: int = 30
    nf_instances: list[Any]

    def profiles(self) -> Iterator[NFProfile]:
        for body in self.nf_instances:
            with contextlib.suppress(ValidationError):
                yield NFProfile.model_validate(body)
