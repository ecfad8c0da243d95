"""The NRF: Nnrf_NFManagement and Nnrf_NFDiscovery (TS 29.510)."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from fastapi import Query as QueryParameter
from fastapi import Request, Response
from fastapi.responses import JSONResponse

from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi.access import Consumer, Issuer
from nfs.common.sbi.problem import SbiProblem
from nfs.nrf.access_token import AccessTokens, OwnTokens, TokenRefused, read_request
from nfs.nrf.config import NrfConfig
from nfs.nrf.discovery import Query, discover
from nfs.nrf.management import register, update
from nfs.nrf.repository import Repository
from nfs.nrf.subscriptions import SubscriptionData, Subscriptions

_INSTANCES = "/nnrf-nfm/v1/nf-instances"


class Nrf(NetworkFunction):
    nf_type = "NRF"
    services = ("nnrf-nfm", "nnrf-disc")
    open_requests = (
        ("PUT", _INSTANCES),  # whoever wants a token has to be registered first
        ("POST", "/oauth2/token"),
        ("GET", "/oauth2/jwks"),
    )

    def __init__(self, config: NrfConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="NRF")
        self.config = config
        store = platform.store("nrf")
        self.subscriptions = Subscriptions(self, store)
        self.repository = Repository(store, config.heartbeat_seconds, self.subscriptions.notify)
        self.tokens = AccessTokens(store, self.instance_id, self.profile, config.token_seconds)
        if config.oauth2:
            self.sbi.tokens = OwnTokens(self.tokens, self.instance_id)
        self._add_management_routes()
        self._add_access_token_routes()
        self._add_subscription_routes()
        self._add_discovery_routes()

    async def start(self) -> None:
        """The NRF is where others register."""

    async def stop(self) -> None:
        for notification in self._tasks:
            notification.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sbi.close()

    def _add_management_routes(self) -> None:
        app, config = self.app, self.config

        @app.put(_INSTANCES + "/{instance_id}")
        async def nf_register(
            instance_id: str, profile: NFProfile, response: Response
        ) -> dict[str, Any]:
            new, kept = register(self.repository, instance_id, profile, config.heartbeat_seconds)
            response.status_code = 201 if new else 200
            response.headers["location"] = f"{self.api_root}{_INSTANCES}/{instance_id}"
            return kept.to_json()

        @app.patch(_INSTANCES + "/{instance_id}", status_code=204)
        async def nf_update(instance_id: str, request: Request) -> Response:
            self._only_itself(request, instance_id)
            update(self.repository, instance_id, await _json_patch(request))
            return Response(status_code=204)

        @app.delete(_INSTANCES + "/{instance_id}", status_code=204)
        async def nf_deregister(instance_id: str, request: Request) -> Response:
            self._only_itself(request, instance_id)
            self.repository.delete(instance_id)
            return Response(status_code=204)

        @app.get(_INSTANCES + "/{instance_id}")
        async def nf_profile_retrieval(instance_id: str) -> dict[str, Any]:
            return self.repository.get(instance_id).to_json()

        @app.get(_INSTANCES)
        async def nf_list_retrieval(
            nf_type: Annotated[str | None, QueryParameter(alias="nf-type")] = None,
            limit: Annotated[int | None, QueryParameter(ge=1)] = None,
        ) -> JSONResponse:
            found = [p for p in self.repository.alive() if nf_type in (None, p.nf_type)]
            links = [{"href": f"{self.api_root}{_INSTANCES}/{p.nf_instance_id}"} for p in found]
            body = {"_links": {"item": links[:limit]}, "totalItemCount": len(links)}
            return JSONResponse(body, media_type="application/3gppHal+json")

    async def _fetch_issuer(self) -> Issuer:
        return self.tokens.issuer

    def _only_itself(self, request: Request, instance_id: str) -> None:
        """An NF changes its own profile, and nobody else's."""
        consumer: Consumer | None = getattr(request.state, "consumer", None)
        if consumer is not None and consumer.instance_id not in (instance_id, self.instance_id):
            detail = f"the token is {consumer.instance_id}'s, the profile {instance_id}'s"
            raise SbiProblem(403, "MODIFICATION_NOT_ALLOWED", detail)

    def _add_access_token_routes(self) -> None:
        app = self.app

        @app.post("/oauth2/token")
        async def access_token(request: Request) -> JSONResponse:
            no_store = {"cache-control": "no-store", "pragma": "no-cache"}
            try:
                wanted = read_request(request.headers.get("content-type"), await request.body())
                answer = self.tokens.get(self.repository, wanted)
            except TokenRefused as refused:
                body = {"error": refused.error, "error_description": refused.description}
                return JSONResponse(body, 400, headers=no_store)
            return JSONResponse(answer, headers=no_store)

        @app.get("/oauth2/jwks")
        async def jwks() -> dict[str, Any]:
            return self.tokens.jwks()

    def _add_subscription_routes(self) -> None:
        app, base = self.app, "/nnrf-nfm/v1/subscriptions"

        @app.post(base, status_code=201)
        async def nf_status_subscribe(
            subscription: SubscriptionData, response: Response
        ) -> dict[str, Any]:
            granted = self.subscriptions.create(subscription)
            response.headers["location"] = f"{self.api_root}{base}/{granted.subscription_id}"
            return granted.to_json()

        @app.delete(base + "/{subscription_id}", status_code=204)
        async def nf_status_unsubscribe(subscription_id: str) -> Response:
            self.subscriptions.delete(subscription_id)
            return Response(status_code=204)

    def _add_discovery_routes(self) -> None:
        app, config = self.app, self.config

        @app.get("/nnrf-disc/v1/nf-instances")
        async def nf_discover(
            target: Annotated[str, QueryParameter(alias="target-nf-type")],
            requester: Annotated[str, QueryParameter(alias="requester-nf-type")],
            names: Annotated[list[str] | None, QueryParameter(alias="service-names")] = None,
            instance: Annotated[str | None, QueryParameter(alias="target-nf-instance-id")] = None,
            limit: Annotated[int | None, QueryParameter(ge=1)] = None,
        ) -> dict[str, Any]:
            services = tuple(n for name in names or () for n in name.split(",") if n)
            query = Query(target, requester, services, instance, limit)
            alive = self.repository.alive()
            return discover(alive, query, config.validity_seconds).to_json()


async def _json_patch(request: Request) -> list[dict[str, Any]]:
    try:
        patch = json.loads(await request.body())
    except ValueError as error:
        raise SbiProblem(400, "INVALID_MSG_FORMAT", f"not JSON: {error}") from None
    if not isinstance(patch, list) or not all(isinstance(item, dict) for item in patch):
        raise SbiProblem(400, "INVALID_MSG_FORMAT", "a JSON Patch is an array of operations")
    return patch
