"""Nnrf_NFManagement and Nnrf_NFDiscovery as every NF uses them (TS 29.510)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from nfs.common.models.nrf import NFProfile, Registered, SearchAnswer
from nfs.common.sbi.access import Issuer
from nfs.common.sbi.assertion import HEADER, AssertionSigner
from nfs.common.sbi.circuit import Circuits
from nfs.common.sbi.client import SbiClient
from nfs.common.sbi.problem import SbiProblem, SbiUnreachable
from nfs.common.sbi.response import SbiResponse

log = structlog.get_logger("nf")

PROFILE_VALIDITY = 30.0
"""Seconds a retrieved profile is used without asking again."""
EARLY = 0.8
"""Part of the heart-beat period after which one is sent: some NRFs forgive no second of delay."""
SUBSCRIBED = 3600.0
"""Seconds after which a subscription is made again; an NRF grants a day or what it likes."""


@dataclass
class _Found:
    """Producers of a service, in the order of preference; used until ``valid_until``.

    Each with its API root and its customInfo, by which testbed NFs tell themselves apart.
    """

    valid_until: float
    producers: list[tuple[str, dict[str, Any] | None]] = field(default_factory=list)

    def having(self, wanted: Mapping[str, str]) -> list[str]:
        """API roots of those with ``wanted`` in their customInfo; where the NRF kept none of it, as
        Open5GS's does, of those it may be."""
        asked = wanted.items()
        told = [root for root, info in self.producers if asked <= (info or {}).items()]
        return told or [root for root, info in self.producers if info is None]


class NrfConsumer:
    """One NF's registration, and what it knows of the others."""

    def __init__(
        self,
        sbi: SbiClient,
        nrf: tuple[str, ...],
        assertions: AssertionSigner | None = None,
        nf_types: Mapping[str, str] | None = None,
        registered_type: str | None = None,
    ) -> None:
        self._sbi = sbi
        self._own_type = registered_type or sbi.nf_type
        self._instances = nrf
        self._assertions = assertions
        self._nf_types = nf_types or {}
        self._heartbeat = 10.0
        self._found: dict[tuple[str, str], _Found] = {}
        self.circuits = Circuits()
        self._callback: str | None = None
        self._subscribed: dict[str, float] = {}

    async def _ask(self, method: str, path: str, **request: Any) -> SbiResponse:
        """One request to the NRF: to the instance that answered last, else to the next.

        All of them may be repeated: at worst a subscription is made twice.
        """
        unreachable: SbiUnreachable | None = None
        for root in self._instances:
            try:
                answer = await self._sbi.request(method, root + path, **request)
            except SbiUnreachable as problem:
                unreachable = unreachable or problem
            else:
                self._instances = (root, *(r for r in self._instances if r != root))
                return answer
        assert unreachable is not None  # noqa: S101 - there is at least one instance
        raise unreachable

    async def register(self, profile: NFProfile) -> None:
        path = f"/nnrf-nfm/v1/nf-instances/{profile.nf_instance_id}"
        body = profile.to_json()
        answer = await self._ask(
            "PUT", path, json=body, headers=self._credentials(), authorize=False
        )
        granted = answer.model(Registered).heart_beat_timer
        self._heartbeat = granted or self._heartbeat

    def _credentials(self) -> dict[str, str]:
        """Who this NF is, for requests that no access token goes with."""
        return {HEADER: self._assertions.sign("NRF")} if self._assertions else {}

    async def access_token(self, form: dict[str, str]) -> dict[str, Any]:
        """Nnrf_AccessToken_Get: the AccessTokenRsp. Raises SbiProblem."""
        content_type = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self._ask(
            "POST",
            "/oauth2/token",
            content=urlencode(form).encode(),
            headers=content_type | self._credentials(),
            peer="NRF",
            authorize=False,
        )
        body: dict[str, Any] = answer.json()
        return body

    async def deregister(self, instance_id: str) -> None:
        await self._ask("DELETE", f"/nnrf-nfm/v1/nf-instances/{instance_id}")

    async def keep_alive(self, profile: NFProfile) -> None:
        """Heart-beat for ever; register again when the NRF has forgotten this NF."""
        path = f"/nnrf-nfm/v1/nf-instances/{profile.nf_instance_id}"
        patch = [{"op": "replace", "path": "/nfStatus", "value": "REGISTERED"}]
        content = json.dumps(patch).encode()
        headers = {"content-type": "application/json-patch+json"}
        while True:
            await asyncio.sleep(EARLY * self._heartbeat)
            try:
                await self._ask("PATCH", path, content=content, headers=headers)
            except SbiProblem as problem:
                log.warning("heartbeat failed", nf=profile.nf_type, reason=str(problem))
                with contextlib.suppress(SbiProblem):
                    await self.register(profile)

    async def issuer(self) -> Issuer:
        """Who signs access tokens, and with which keys. Raises SbiProblem."""
        answer = await self._ask("GET", "/oauth2/jwks", authorize=False)
        body = answer.json()
        try:
            return Issuer(str(body["issuer"]), KeySet.import_key_set(body))
        except (KeyError, TypeError, JoseError, ValueError) as error:
            detail = f"the NRF's keys cannot be read: {error}"
            raise SbiProblem(502, "INVALID_MSG_FORMAT", detail) from None

    def type_of(self, nf_type: str) -> str:
        """The name that this NRF knows an NF type by."""
        return self._nf_types.get(nf_type, nf_type)

    def notify_at(self, callback: str) -> None:
        """Be told at ``callback`` when the NFs change that were discovered."""
        self._callback = callback

    async def locate(self, nf_type: str, service: str) -> str:
        """The API root of a producer. Raises SbiProblem."""
        return (await self.candidates(nf_type, service))[0]

    async def candidates(
        self, nf_type: str, service: str, custom_info: Mapping[str, str] | None = None
    ) -> list[str]:
        """The API roots of all producers, those first whose circuit is closed; with
        ``custom_info``, of those only that have it in their profile.

        From the cache while the NRF's answer is valid, and while the NRF does not answer.
        """
        wanted = custom_info or {}
        roots = (await self._producers(nf_type, service)).having(wanted)
        if not roots:
            self._found.pop((nf_type, service), None)
            which = "".join(f" of {name} {value}" for name, value in wanted.items())
            detail = f"the NRF knows no {nf_type}{which} with {service}: is it registered?"
            raise SbiUnreachable(detail, status=503, cause="NF_DISCOVERY_FAILURE")
        return self.circuits.order(roots)

    async def offers(self, nf_type: str, service: str) -> bool:
        """Whether there is a producer; that there is none is known for as long as any answer."""
        return bool((await self._producers(nf_type, service)).producers)

    async def _producers(self, nf_type: str, service: str) -> _Found:
        known = self._found.get((nf_type, service))
        if known is None or known.valid_until < time.monotonic():
            try:
                known = await self._discover(nf_type, service)
            except SbiUnreachable:
                if known is None:
                    raise
                log.warning("the NRF is away; what it said before is used", target=nf_type)
        return known

    async def _discover(self, nf_type: str, service: str) -> _Found:
        params = {
            "target-nf-type": self.type_of(nf_type),
            "requester-nf-type": self._own_type,
            "service-names": service,
        }
        answer = await self._ask("GET", "/nnrf-disc/v1/nf-instances", params=params)
        result = answer.model(SearchAnswer)
        producers = [
            (root, p.custom_info)
            for p in result.profiles()
            if (root := p.api_root(service)) is not None
        ]
        found = _Found(time.monotonic() + result.validity_period, producers)
        self._found[nf_type, service] = found
        await self._subscribe(nf_type)
        return found

    async def _subscribe(self, nf_type: str) -> None:
        """Have the NRF tell when an NF of the type comes, goes or changes (clause 5.2.2.5)."""
        now = time.monotonic()
        if self._callback is None or self._subscribed.get(nf_type, 0.0) > now:
            return
        self._subscribed[nf_type] = now + SUBSCRIBED
        body = {
            "nfStatusNotificationUri": self._callback,
            "subscrCond": {"nfType": self.type_of(nf_type)},
        }
        try:
            await self._ask("POST", "/nnrf-nfm/v1/subscriptions", json=body)
        except SbiProblem as problem:
            self._subscribed.pop(nf_type, None)
            log.info("no notifications of NF status", target=nf_type, reason=str(problem))

    def status_changed(self) -> None:
        """The NRF has told of a change: ask it again before the next request."""
        self._found.clear()
        self.circuits.forget()

    async def custom_info(self, instance_id: str) -> dict[str, Any]:
        """What an NF instance says of itself beyond TS 29.510. Raises SbiProblem."""
        return (await self._profile(instance_id)).custom_info or {}

    async def locate_instance(self, instance_id: str, service: str) -> str:
        """The API root of one NF instance (NFProfileRetrieval), such as the AMF of a UE."""
        known = self._found.get((instance_id, service))
        if known and known.valid_until > time.monotonic():
            return known.producers[0][0]
        api_root = (await self._profile(instance_id)).api_root(service)
        if api_root is None:
            detail = f"NF instance {instance_id} does not offer {service}"
            raise SbiUnreachable(detail, status=503, cause="NF_DISCOVERY_FAILURE")
        valid_until = time.monotonic() + PROFILE_VALIDITY
        self._found[instance_id, service] = _Found(valid_until, [(api_root, {})])
        return api_root

    async def _profile(self, instance_id: str) -> NFProfile:
        """NFProfileRetrieval."""
        path = f"/nnrf-nfm/v1/nf-instances/{instance_id}"
        return (await self._ask("GET", path)).model(NFProfile)
