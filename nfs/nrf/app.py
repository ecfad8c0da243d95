"""The NRF: Nnrf_NFManagement and Nnrf_NFDiscovery (TS 29.510)."""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi import Query as QueryParameter
from fastapi.responses import JSONResponse
from starlette.middleware import Middleware

from nfs.common.models.nrf import NFProfile, SearchResult
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi.access import Consumer, Issuer
from nfs.common.sbi.assertion import HEADER, AssertionVerifier
from nfs.common.sbi.problem import SbiProblem
from nfs.nrf.access_token import AccessTokens, OwnTokens, TokenRefused, read_request
from nfs.nrf.config import NrfConfig
from nfs.nrf.discovery import Query, discover, parse_json
from nfs.nrf.discovery_cache import DISCOVERY_PATH, DiscoveryCache
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
        heartbeat = config.heartbeat_seconds if config.heartbeats else math.inf
        self.repository = Repository(store, heartbeat, self.subscriptions.notify)
        self.tokens = AccessTokens(store, self.profile, config.token_seconds)
        self._assertions = AssertionVerifier(self.tls.ca, "NRF") if self.tls else None
        if config.oauth2:
            self.sbi.tokens = OwnTokens(self.tokens, self.instance_id)
        # The last of the middlewares: behind the access control.
        self.app.user_middleware.append(Middleware(DiscoveryCache, repository=self.repository))
        self._add_management_routes()
        self._add_access_token_routes()
        self._add_subscription_routes()
        self._add_discovery_routes()

    async def start(self) -> None:
        """The NRF is where others register; its instances know what each other was told."""
        if self.shared_state:
            self.spawn(self.repository.follow_profiles())
            self.spawn(self.repository.follow_heartbeats())

    async def stop(self) -> None:
        await self._end_tasks()
        await self.sbi.close()

    def _add_management_routes(self) -> None:
        app, config = self.app, self.config

        @app.put(_INSTANCES + "/{instance_id}")
        async def nf_register(
            instance_id: str, profile: NFProfile, request: Request, response: Response
        ) -> dict[str, Any]:
            self._check_credentials(request, instance_id)
            new, kept = register(self.repository, instance_id, profile, config.heartbeat_seconds)
            response.status_code = 201 if new else 200
            response.headers["location"] = f"{self.api_root}{_INSTANCES}/{instance_id}"
            response.headers["etag"] = self.repository.etag(instance_id)
            return kept.to_json()

        @app.patch(_INSTANCES + "/{instance_id}", status_code=204)
        async def nf_update(instance_id: str, request: Request) -> Response:
            self._only_itself(request, instance_id)
            if_match = request.headers.get("if-match")
            if if_match not in (None, "*", self.repository.etag(instance_id)):
                detail = "the profile is not the one of If-Match any more"
                raise SbiProblem(412, "PRECONDITION_FAILED", detail)
            update(self.repository, instance_id, await _json_patch(request))
            etag = {"etag": self.repository.etag(instance_id)}
            return Response(status_code=204, headers=etag)

        @app.delete(_INSTANCES + "/{instance_id}", status_code=204)
        async def nf_deregister(instance_id: str, request: Request) -> Response:
            self._only_itself(request, instance_id)
            self.repository.delete(instance_id)
            return Response(status_code=204)

        @app.get(_INSTANCES + "/{instance_id}")
        async def nf_profile_retrieval(instance_id: str, request: Request) -> Response:
            etag = self.repository.etag(instance_id)
            if request.headers.get("if-none-match") == etag:
                return Response(status_code=304, headers={"etag": etag})
            return JSONResponse(self.repository.get(instance_id).to_json(), headers={"etag": etag})

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

    def _check_credentials(self, request: Request, instance_id: str) -> None:
        """With TLS, only the NF that a certificate names registers as it and gets its tokens."""
        if self._assertions is None:
            return
        signed_by = self._assertions.instance(request.headers.get(HEADER))
        if signed_by != instance_id:
            detail = f"client credentials of {signed_by} for {instance_id}"
            raise SbiProblem(403, "CCA_VERIFICATION_FAILURE", detail)

    def _add_access_token_routes(self) -> None:
        app = self.app

        @app.post("/oauth2/token")
        async def access_token(request: Request) -> JSONResponse:
            no_store = {"cache-control": "no-store", "pragma": "no-cache"}
            try:
                wanted = read_request(request.headers.get("content-type"), await request.body())
                self._check_credentials(request, wanted.nf_instance_id)
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

        @app.patch(base + "/{subscription_id}")
        async def nf_status_subscription_update(
            subscription_id: str, request: Request
        ) -> dict[str, Any]:
            patch = await _json_patch(request)
            return self.subscriptions.prolong(subscription_id, patch).to_json()

        @app.delete(base + "/{subscription_id}", status_code=204)
        async def nf_status_unsubscribe(subscription_id: str) -> Response:
            self.subscriptions.delete(subscription_id)
            return Response(status_code=204)

    def _add_discovery_routes(self) -> None:
        app, config = self.app, self.config

        @app.get(DISCOVERY_PATH, tags=["nnrf-disc"], response_model_exclude_none=True)
        async def nf_discover(
            response: Response,
            query: Annotated[Query, Depends(_query)],
        ) -> SearchResult:
            alive = self.repository.alive()
            result = discover(alive, query, config.validity_seconds)
            response.headers["cache-control"] = f"max-age={config.validity_seconds}"
            return result


def _query(
    *,
    target: Annotated[str, QueryParameter(alias="target-nf-type")],
    requester: Annotated[str, QueryParameter(alias="requester-nf-type")],
    names: Annotated[list[str] | None, QueryParameter(alias="service-names")] = None,
    instance: Annotated[str | None, QueryParameter(alias="target-nf-instance-id")] = None,
    snssais: Annotated[str | None, QueryParameter()] = None,
    dnn: Annotated[str | None, QueryParameter()] = None,
    plmns: Annotated[str | None, QueryParameter(alias="target-plmn-list")] = None,
    guami: Annotated[str | None, QueryParameter()] = None,
    tai: Annotated[str | None, QueryParameter()] = None,
    amf_set: Annotated[str | None, QueryParameter(alias="amf-set-id")] = None,
    amf_region: Annotated[str | None, QueryParameter(alias="amf-region-id")] = None,
    locality: Annotated[str | None, QueryParameter(alias="preferred-locality")] = None,
    limit: Annotated[int | None, QueryParameter(ge=1)] = None,
) -> Query:
    return Query(
        target_nf_type=target,
        requester_nf_type=requester,
        service_names=tuple(n for name in names or () for n in name.split(",") if n),
        target_instance_id=instance,
        snssais=tuple(parse_json("snssais", snssais, list) or ()),
        dnn=dnn,
        plmns=tuple(parse_json("target-plmn-list", plmns, list) or ()),
        guami=parse_json("guami", guami, dict),
        tai=parse_json("tai", tai, dict),
        amf_set_id=amf_set,
        amf_region_id=amf_region,
        preferred_locality=locality,
        limit=limit,
    )


async def _json_patch(request: Request) -> list[dict[str, Any]]:
    try:
        patch = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise SbiProblem(400, "INVALID_MSG_FORMAT", f"not JSON: {error}") from None
    if not isinstance(patch, list) or not all(isinstance(item, dict) for item in patch):
        raise SbiProblem(400, "INVALID_MSG_FORMAT", "a JSON Patch is an array of operations")
    return patch
