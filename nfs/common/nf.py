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
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field

from nfs.common.models.nrf import NFProfile, NFService, SearchResult
from nfs.common.sbi.access import AccessControl, AccessTokenVerifier, Issuer, service_of
from nfs.common.sbi.client import LocalNetwork, SbiClient, SbiResponse
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.sbi.server import create_app
from nfs.common.sbi.tokens import NrfTokens
from nfs.common.store import Store, open_store
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
    nf_type: str | None = None
    """The type it registers with, when the NRF is of a make that does not know ours."""
    oauth2: bool = True
    """Access tokens are asked for and checked. False is for labs whose NRF issues none: then
    whoever reaches this NF may use it."""

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
    state: Path | str | None = None
    local: LocalNetwork = field(default_factory=dict)

    def store(self, name: str) -> Store:
        """The store of one NF: in the folder or the Redis that ``state`` names, or in memory."""
        return open_store(self.state, name)


class NetworkFunction:
    """One NF: an application, its profile at the NRF, and its consumer side.

    A subclass sets ``nf_type`` and ``services`` and adds its routes to ``self.app``.
    """

    nf_type: ClassVar[str]
    services: ClassVar[tuple[str, ...]] = ()
    registers_as: ClassVar[str | None] = None
    """NF type of its profile, when that is another than the one it is known by here."""
    open_requests: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Methods and path prefixes that are served without an access token."""

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
        self.own_check: set[str] = set()
        """Paths outside the SBI's services that check a credential of their own."""
        self._config = config
        self._registered = False
        self._tasks: set[asyncio.Task[Any]] = set()
        platform.local[self.authority] = self.app
        if config.oauth2:
            self._require_access_tokens(config)
        else:
            log.warning("ACCESS TOKENS ARE OFF: anybody may use this NF", nf=self.nf_type)

    @property
    def registered_type(self) -> str:
        return self._config.nf_type or self.registers_as or self.nf_type

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
                oauth2_required=config.oauth2,
                fqdn=None if config.ipv4 else config.host,
                ip_end_points=[address | {"port": config.port}],
            )
            for name in self.services
        ]
        mcc, _, mnc = config.plmn.partition("/")
        return NFProfile(
            nf_instance_id=self.instance_id,
            nf_type=self.registered_type,
            nf_status="REGISTERED",
            fqdn=None if config.ipv4 else config.host,
            ipv4_addresses=[config.ipv4] if config.ipv4 else None,
            plmn_list=[{"mcc": mcc, "mnc": mnc}],
            nf_services=services,
        )

    def _require_access_tokens(self, config: NfConfig) -> None:
        self.sbi.tokens = NrfTokens(self.sbi, config.nrf, self.instance_id, self.registered_type)
        self.app.add_middleware(
            AccessControl,
            verifier=AccessTokenVerifier(
                self.registered_type, self.instance_id, self._fetch_issuer
            ),
            services=frozenset(self.services),
            own_check=self.own_check,
            open_requests=self.open_requests,
        )

    async def _fetch_issuer(self) -> Issuer:
        return await self.nrf.issuer()

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

    async def notify(self, uri: str, body: dict[str, Any], *, peer: str | None = None) -> None:
        """POST to a callback. An access token goes to callback services only: the URI is the
        subscriber's word, and a token for any other service is not for it to have."""
        callback = service_of(urlsplit(uri).path).endswith("-callback")
        await self.sbi.request("POST", uri, json=body, peer=peer, authorize=callback)


class NrfConsumer:
    """Nnrf_NFManagement and Nnrf_NFDiscovery seen from a consumer (TS 29.510)."""

    def __init__(self, sbi: SbiClient, nrf: str) -> None:
        self._sbi = sbi
        self._nrf = nrf
        self._heartbeat = 10.0
        self._found: dict[tuple[str, str], tuple[float, str]] = {}

    async def register(self, profile: NFProfile) -> None:
        url = f"{self._nrf}/nnrf-nfm/v1/nf-instances/{profile.nf_instance_id}"
        body = profile.to_json()
        answer = await self._sbi.request("PUT", url, json=body, authorize=False)
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

    async def issuer(self) -> Issuer:
        """Who signs access tokens, and with which keys. Raises SbiProblem."""
        answer = await self._sbi.request("GET", f"{self._nrf}/oauth2/jwks", authorize=False)
        body = answer.json()
        try:
            return Issuer(str(body["issuer"]), KeySet.import_key_set(body))
        except (KeyError, TypeError, JoseError, ValueError) as error:
            detail = f"the NRF's keys cannot be read: {error}"
            raise SbiProblem(502, "INVALID_MSG_FORMAT", detail) from None

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
