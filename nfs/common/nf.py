"""What all NFs have in common: how one is made, found through the NRF, started and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from nfs.common.models.nrf import NFProfile, NFService, SearchResult
from nfs.common.sbi.client import LocalNetwork, SbiClient, SbiResponse
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.sbi.server import create_app
from nfs.common.store import Store
from nfs.common.trace import Trace

log = structlog.get_logger("nf")

PROFILE_VALIDITY = 30.0
"""Seconds a retrieved profile is used without asking again."""


class NfConfig(BaseModel):
    """What every NF is configured with; each NF adds its own in its ``config.py``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    """Name or address under which other NFs reach this one: it goes into its profile."""
    bind: str | None = None
    """Address it listens at, when that is another (0.0.0.0 in a container)."""
    port: int = Field(ge=0, le=65535)
    nrf: str = "http://127.0.0.1:7710"
    instance_id: uuid.UUID = Field(default_factory=uuid.uuid4)
    plmn: str = "999/70"

    @property
    def api_root(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def ipv4(self) -> str | None:
        """``host`` when it is an address and not a name."""
        try:
            return str(ipaddress.IPv4Address(self.host))
        except ValueError:
            return None


@dataclass
class Platform:
    """What the process that runs NFs gives them: a trace, a place for state, the local network."""

    trace: Trace = field(default_factory=Trace)
    state: Path | None = None
    local: LocalNetwork = field(default_factory=dict)

    def store(self, name: str) -> Store:
        """The store of one NF: a file of its own under ``state``, or memory."""
        return Store(self.state / f"{name}.sqlite" if self.state else None)


class NetworkFunction:
    """One NF: an application, its profile at the NRF, and its consumer side.

    A subclass sets ``nf_type`` and ``services`` and adds its routes to ``self.app``.
    """

    nf_type: ClassVar[str]
    services: ClassVar[tuple[str, ...]] = ()

    def __init__(self, config: NfConfig, platform: Platform, *, title: str) -> None:
        self.api_root = config.api_root
        self.authority = f"{config.host}:{config.port}"
        self.listens_at = config.bind or config.host
        self.port = config.port
        self.instance_id = str(config.instance_id)
        self.app: FastAPI = create_app(self.nf_type, title)
        self.trace = platform.trace
        self.sbi = SbiClient(self.nf_type, platform.trace, platform.local)
        self.nrf = NrfConsumer(self.sbi, config.nrf)
        self._config = config
        self._registered = False
        self._tasks: set[asyncio.Task[Any]] = set()
        platform.local[self.authority] = self.app

    @property
    def profile(self) -> NFProfile:
        """The profile this NF registers; a subclass adds its own info attributes."""
        config = self._config
        address = {"ipv4Address": config.ipv4} if config.ipv4 else {}
        services = [
            NFService(
                service_instance_id=name,
                service_name=name,
                versions=[{"apiVersionInUri": "v1", "apiFullVersion": "1.0.0"}],
                scheme="http",
                nf_service_status="REGISTERED",
                fqdn=None if config.ipv4 else config.host,
                ip_end_points=[address | {"port": config.port}],
            )
            for name in self.services
        ]
        mcc, _, mnc = config.plmn.partition("/")
        return NFProfile(
            nf_instance_id=self.instance_id,
            nf_type=self.nf_type,
            nf_status="REGISTERED",
            fqdn=None if config.ipv4 else config.host,
            ipv4_addresses=[config.ipv4] if config.ipv4 else None,
            plmn_list=[{"mcc": mcc, "mnc": mnc}],
            nf_services=services,
        )

    async def start(self) -> None:
        """Register with the NRF and keep the registration alive until ``stop``."""
        await self.nrf.register(self.profile)
        self._registered = True
        self.spawn(self.nrf.keep_alive(self.profile))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._registered:
            with contextlib.suppress(SbiProblem):
                await self.nrf.deregister(self.instance_id)
        await self.sbi.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run ``work`` beside everything else until it ends or the NF stops; log if it fails."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", nf=self.nf_type, exc_info=error)

    async def call(
        self, nf_type: str, service: str, method: str, path: str, **request: Any
    ) -> SbiResponse:
        """Request ``path`` of ``service`` at an NF of ``nf_type`` that the NRF knows."""
        api_root = await self.nrf.locate(nf_type, service)
        try:
            return await self.sbi.request(method, api_root + path, peer=nf_type, **request)
        except SbiUnreachable:
            self.nrf.forget(nf_type, service)
            raise


class NrfConsumer:
    """Nnrf_NFManagement and Nnrf_NFDiscovery seen from a consumer (TS 29.510)."""

    def __init__(self, sbi: SbiClient, nrf: str) -> None:
        self._sbi = sbi
        self._nrf = nrf
        self._heartbeat = 10.0
        self._found: dict[tuple[str, str], tuple[float, str]] = {}

    async def register(self, profile: NFProfile) -> None:
        url = f"{self._nrf}/nnrf-nfm/v1/nf-instances/{profile.nf_instance_id}"
        answer = await self._sbi.request("PUT", url, json=profile.to_json())
        self._heartbeat = answer.json().get("heartBeatTimer", self._heartbeat)

    async def deregister(self, instance_id: str) -> None:
        await self._sbi.request("DELETE", f"{self._nrf}/nnrf-nfm/v1/nf-instances/{instance_id}")

    async def keep_alive(self, profile: NFProfile) -> None:
        """Heart-beat for ever; register again when the NRF has forgotten this NF."""
        url = f"{self._nrf}/nnrf-nfm/v1/nf-instances/{profile.nf_instance_id}"
        patch = [{"op": "replace", "path": "/nfStatus", "value": "REGISTERED"}]
        content = json.dumps(patch).encode()
        headers = {"content-type": "application/json-patch+json"}
        while True:
            await asyncio.sleep(self._heartbeat)
            try:
                await self._sbi.request("PATCH", url, content=content, headers=headers)
            except SbiProblem as problem:
                log.warning("heartbeat failed", nf=profile.nf_type, reason=str(problem))
                with contextlib.suppress(SbiProblem):
                    await self.register(profile)

    async def locate(self, nf_type: str, service: str) -> str:
        """The API root of a producer, from the cache while the answer is valid."""
        known = self._found.get((nf_type, service))
        if known and known[0] > time.monotonic():
            return known[1]
        params = {
            "target-nf-type": nf_type,
            "requester-nf-type": self._sbi.nf_type,
            "service-names": service,
        }
        answer = await self._sbi.request(
            "GET", f"{self._nrf}/nnrf-disc/v1/nf-instances", params=params
        )
        result = answer.model(SearchResult)
        for profile in result.nf_instances:
            if (api_root := profile.api_root(service)) is not None:
                valid_until = time.monotonic() + result.validity_period
                self._found[nf_type, service] = valid_until, api_root
                return api_root
        detail = f"the NRF knows no {nf_type} with {service}: is it running and registered?"
        raise SbiUnreachable(detail, status=503, cause="NF_DISCOVERY_FAILURE")

    async def locate_instance(self, instance_id: str, service: str) -> str:
        """The API root of one NF instance (NFProfileRetrieval), such as the AMF of a UE."""
        known = self._found.get((instance_id, service))
        if known and known[0] > time.monotonic():
            return known[1]
        url = f"{self._nrf}/nnrf-nfm/v1/nf-instances/{instance_id}"
        api_root = (await self._sbi.request("GET", url)).model(NFProfile).api_root(service)
        if api_root is None:
            detail = f"NF instance {instance_id} does not offer {service}"
            raise SbiUnreachable(detail, status=503, cause="NF_DISCOVERY_FAILURE")
        self._found[instance_id, service] = time.monotonic() + PROFILE_VALIDITY, api_root
        return api_root

    def forget(self, nf_type: str, service: str) -> None:
        """Ask the NRF again before the next request: the producer found did not answer."""
        self._found.pop((nf_type, service), None)
