"""The UDM: Nudm_UEAU, Nudm_SDM and Nudm_UECM (TS 29.503)."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

import structlog
from fastapi import Query, Response

from nfs.common.identities import Plmn
from nfs.common.models.udm import AuthenticationInfoRequest
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.udm import subscriber_data, subscribers
from nfs.udm.authentication_data import generate, supi_of
from nfs.udm.config import UdmConfig
from nfs.udm.subscribers import Subscriber

log = structlog.get_logger("udm")

_REGISTRATIONS = "amf-registrations"


class Udm(NetworkFunction):
    nf_type = "UDM"
    services = ("nudm-ueau", "nudm-sdm", "nudm-uecm")

    def __init__(self, config: UdmConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="UDM")
        self.home = Plmn.parse(config.plmn)
        self.store = platform.store("udm")
        self._file = config.subscribers
        self._subscribers = subscribers.load(config.subscribers)
        self._add_routes()

    def subscriber(self, supi: str) -> Subscriber:
        subscriber = self._subscribers.get(supi)
        if subscriber is None:
            detail = f"{supi} is not provisioned: add it to {self._file}"
            log.warning("unknown subscriber", supi=supi, file=str(self._file))
            raise SbiProblem(404, "USER_NOT_FOUND", detail)
        return subscriber

    def _add_routes(self) -> None:
        app = self.app

        @app.post("/nudm-ueau/v1/{supi_or_suci}/security-information/generate-auth-data")
        async def generate_auth_data(
            supi_or_suci: str, request: AuthenticationInfoRequest
        ) -> dict[str, Any]:
            supi = supi_of(self.home, supi_or_suci)
            resync = request.resynchronization_info
            return generate(self, supi, request.serving_network_name, resync)

        @app.post("/nudm-ueau/v1/{supi}/auth-events", status_code=201)
        async def confirm_auth(supi: str, event: dict[str, Any]) -> dict[str, Any]:
            self.subscriber(supi)
            self.store.put("auth-events", supi, event)
            return event

        @app.get("/nudm-sdm/v2/{supi}/am-data")
        async def am_data(supi: str) -> dict[str, Any]:
            return subscriber_data.access_and_mobility(self.subscriber(supi))

        @app.get("/nudm-sdm/v2/{supi}/smf-select-data")
        async def smf_select_data(supi: str) -> dict[str, Any]:
            return subscriber_data.smf_selection(self.subscriber(supi))

        @app.get("/nudm-sdm/v2/{supi}/sm-data")
        async def sm_data(
            supi: str,
            single_nssai: Annotated[str | None, Query(alias="single-nssai")] = None,
            dnn: str | None = None,
        ) -> list[dict[str, Any]]:
            return subscriber_data.session_management(self.subscriber(supi), single_nssai, dnn)

        @app.get("/nudm-sdm/v2/{supi}/agent-data")
        async def agent_data(supi: str) -> dict[str, Any]:
            return subscriber_data.agents(self.subscriber(supi))

        @app.post("/nudm-sdm/v2/{supi}/sdm-subscriptions", status_code=201)
        async def subscribe(
            supi: str, subscription: dict[str, Any], response: Response
        ) -> dict[str, Any]:
            self.subscriber(supi)
            key = f"{supi}/{uuid.uuid4()}"
            self.store.put("sdm-subscriptions", key, subscription)
            path = key.replace("/", "/sdm-subscriptions/")
            response.headers["location"] = f"{self.api_root}/nudm-sdm/v2/{path}"
            return subscription

        @app.put("/nudm-uecm/v1/{supi}/registrations/amf-3gpp-access")
        async def register_amf(
            supi: str, registration: dict[str, Any], response: Response
        ) -> dict[str, Any]:
            self.subscriber(supi)
            if self.store.put(_REGISTRATIONS, supi, registration) == 1:
                response.status_code = 201
            return registration

        @app.get("/nudm-uecm/v1/{supi}/registrations/amf-3gpp-access")
        async def amf_registration(supi: str) -> dict[str, Any]:
            document = self.store.get(_REGISTRATIONS, supi)
            if document is None:
                raise SbiProblem(404, "CONTEXT_NOT_FOUND", f"no AMF serves {supi}")
            return document.value

        @app.patch("/nudm-uecm/v1/{supi}/registrations/amf-3gpp-access", status_code=204)
        async def update_amf(supi: str, change: dict[str, Any]) -> Response:
            if change.get("purgeFlag"):
                self.store.delete(_REGISTRATIONS, supi)
            return Response(status_code=204)
