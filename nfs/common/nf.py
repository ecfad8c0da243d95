"""What all NFs have in common: how one is made, found through the NRF, started and stopped."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Response

from nfs.common.metrics import Metrics, RequestMetrics
from nfs.common.models.nrf import NFProfile, NFService
from nfs.common.nf_config import NfConfig, TlsConfig
from nfs.common.nrf_consumer import NrfConsumer
from nfs.common.pki import Files
from nfs.common.sbi.access import AccessControl, AccessTokenVerifier, Issuer, service_of
from nfs.common.sbi.assertion import AssertionSigner
from nfs.common.sbi.client import IDEMPOTENT, LocalNetwork, SbiClient
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.sbi.response import SbiResponse
from nfs.common.sbi.server import BodyLimit, create_app
from nfs.common.sbi.tokens import NrfTokens
from nfs.common.store import Store, open_store
from nfs.common.telemetry import ServerSpans
from nfs.common.trace import Trace

__all__ = ["NetworkFunction", "NfConfig", "Platform", "TlsConfig"]

log = structlog.get_logger("nf")

_CANCEL_AGAIN = 1.0
"""Seconds."""


@dataclass
class Platform:
    """What the process that runs NFs gives them: a trace, a place for state, the local network."""

    trace: Trace = field(default_factory=Trace)
    state: Path | str | None = None
    local: LocalNetwork = field(default_factory=dict)

    @property
    def shared(self) -> bool:
        return isinstance(self.state, str)

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
    restricted: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Services that the NRF gives tokens for to consumers of these NF types only."""

    def __init__(self, config: NfConfig, platform: Platform, *, title: str) -> None:
        self.api_root = config.api_root
        self.authority = f"{config.host}:{config.port}"
        self.listens_at = config.bind or config.host
        self.port = config.port
        self.tls = self._tls_files(config)
        self.instance_id = str(self.tls.instance_id() if self.tls else config.instance_id)
        self.app: FastAPI = create_app(self.nf_type, title)
        self.trace = platform.trace
        self.sbi = SbiClient(self.nf_type, platform.trace, platform.local, self.tls)
        assertions = AssertionSigner(self.tls, self.instance_id) if self.tls else None
        self._config = config
        self.sbi.scp, self.sbi.direct = config.scp, frozenset(config.nrf)
        if self.registered_type != self.nf_type:
            self.sbi.user_agent = f"{self.registered_type}-{self.nf_type}"
        self.nrf = NrfConsumer(
            self.sbi, config.nrf, assertions, config.nf_types, self.registered_type
        )
        self.shared_state = platform.shared
        """Other instances of this NF may work on the same state."""
        self.own_check: set[str] = set()
        """Paths outside the SBI's services that check a credential of their own."""
        self.metrics = Metrics()
        self.metrics.serve(self.app)
        self.domain = config.amc
        self._registered = False
        self._tasks: set[asyncio.Task[Any]] = set()
        platform.local[self.authority] = self.app
        if config.port:
            self._be_notified()
        if config.oauth2:
            self._require_access_tokens()
        else:
            log.warning("ACCESS TOKENS ARE OFF: anybody may use this NF", nf=self.nf_type)
        self.app.add_middleware(ServerSpans, nf_type=self.nf_type)
        served = frozenset({*self.services, self.callback_service})
        self.app.add_middleware(RequestMetrics, metrics=self.metrics, services=served)
        self.app.add_middleware(BodyLimit)

    def _tls_files(self, config: NfConfig) -> Files | None:
        if config.tls is None:
            return None
        return Files(config.tls.folder, config.tls.name or self.nf_type.lower())

    @property
    def registered_type(self) -> str:
        own = self.registers_as or self.nf_type
        return self._config.nf_types.get(own, own)

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
                scheme=config.scheme,
                nf_service_status="REGISTERED",
                allowed_nf_types=list(map(self.nrf.type_of, self.restricted.get(name, ()))) or None,
                oauth2_required=config.oauth2,
                fqdn=None if config.ipv4 else config.host,
                ip_end_points=[address | {"port": config.port}],
                api_prefix=config.api_root if config.root_in_api_prefix else None,
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
            nf_services=services or None,
        )

    @property
    def callback_service(self) -> str:
        """Under which this NF is notified: ``namf-callback``."""
        return f"n{self.nf_type.lower()}-callback"

    def _be_notified(self) -> None:
        path = f"/{self.callback_service}/v1/nf-status-notify"
        self.nrf.notify_at(self.api_root + path)

        @self.app.post(path, status_code=204, tags=[self.callback_service])
        async def nf_status_notify(_body: dict[str, Any]) -> Response:
            self.nrf.status_changed()
            return Response(status_code=204)

    def _require_access_tokens(self) -> None:
        self.sbi.tokens = NrfTokens(self.nrf, self.instance_id, self.registered_type)
        audiences = {self.nf_type, self.registered_type, self.instance_id}
        self.app.add_middleware(
            AccessControl,
            verifier=AccessTokenVerifier(audiences, self._fetch_issuer),
            services=frozenset({*self.services, self.callback_service}),
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
        await self._end_tasks()
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

    async def _end_tasks(self) -> None:
        """Cancel until all have ended: asyncio.wait_for, which libraries use, loses a cancellation
        that comes as it ends (Python before 3.12)."""
        tasks = set(self._tasks)
        while tasks:
            for task in tasks:
                task.cancel()
            _, tasks = await asyncio.wait(tasks, timeout=_CANCEL_AGAIN)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", nf=self.nf_type, exc_info=error)

    async def call(
        self,
        nf_type: str,
        service: str,
        method: str,
        path: str,
        *,
        custom_info: Mapping[str, str] | None = None,
        **request: Any,
    ) -> SbiResponse:
        """Request ``path`` of ``service`` at an NF of ``nf_type`` that the NRF knows, and that has
        ``custom_info`` in its profile.

        One that cannot be reached is passed over for the next, unless it may have begun with a
        request that must not be done twice.
        """
        unreachable: SbiUnreachable | None = None
        for api_root in await self.nrf.candidates(nf_type, service, custom_info):
            try:
                answer = await self.sbi.request(method, api_root + path, peer=nf_type, **request)
            except SbiUnreachable as problem:
                self.nrf.circuits.failed(api_root)
                if problem.maybe_received and method not in IDEMPOTENT:
                    raise
                unreachable = problem
            except SbiProblem:
                self.nrf.circuits.answered(api_root)
                raise
            else:
                self.nrf.circuits.answered(api_root)
                return answer
        assert unreachable is not None  # noqa: S101 - there is at least one candidate
        raise unreachable

    async def created(self, answer: SbiResponse, nf_type: str, service: str) -> str:
        """The URI of what a POST has created; some producers name its path only."""
        location = answer.headers.get("location", "")
        if location.startswith("/"):
            location = await self.nrf.locate(nf_type, service) + location
        if not location:
            detail = f"the {nf_type} does not say where the resource is that it created"
            raise SbiProblem(502, "INVALID_MSG_FORMAT", detail)
        return location

    async def call_amc(
        self, service: str, method: str, path: str, *, domain: str | None = None, **request: Any
    ) -> SbiResponse:
        """As ``call``, of the AMC of ``domain``: by default the one of this NF."""
        amc = domain or self.domain
        wanted = {"amcId": amc} if amc else None
        return await self.call("AMC", service, method, path, custom_info=wanted, **request)

    async def notify(self, uri: str, body: dict[str, Any], *, peer: str | None = None) -> None:
        """POST to a callback. An access token goes to callback services only: the URI is the
        subscriber's word, and a token for any other service is not for it to have."""
        callback = service_of(urlsplit(uri).path).endswith("-callback")
        await self.sbi.request("POST", uri, json=body, peer=peer, authorize=callback)
