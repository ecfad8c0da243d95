"""The UDM: Nudm_UEAU, Nudm_SDM and Nudm_UECM (TS 29.503)."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, ClassVar

import structlog
from fastapi import Query, Response

from nfs.common.identities import Plmn
from nfs.common.models.privacy import PrivacySubject
from nfs.common.models.udm import (
    Amf3GppAccessRegistration,
    AuthenticationInfoRequest,
    SmfRegistration,
)
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import TOOL_USERS, ToolHost
from nfs.udm import context_management, subscriber_data, subscribers
from nfs.udm.authentication_data import generate, supi_of
from nfs.udm.config import UdmConfig
from nfs.udm.privacy import Privacy
from nfs.udm.subscribers import Subscriber
from nfs.udm.tools import tools

log = structlog.get_logger("udm")


class Udm(NetworkFunction):
    nf_type = "UDM"
    services = ("nudm-ueau", "nudm-sdm", "nudm-uecm", "nudm-tool")
    restricted: ClassVar = {"nudm-tool": TOOL_USERS}

    def __init__(self, config: UdmConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="UDM")
        self.home = Plmn.parse(config.plmn)
        self.home_network_keys = tuple(key.load() for key in config.home_network_keys)
        self.store = platform.store("udm")
        self.privacy = Privacy(self.store)
        self._file = config.subscribers
        self._subscribers = subscribers.load(config.subscribers)
        self._tools = ToolHost(self, tools(self))
        self._add_authentication_routes()
        self._add_subscriber_data_routes()
        self._add_context_management_routes()

    async def start(self) -> None:
        await super().start()
        self._tools.start()

    def subscriber(self, supi: str) -> Subscriber:
        subscriber = self._subscribers.get(supi)
        if subscriber is None:
            detail = f"{supi} is not provisioned: add it to {self._file}"
            log.warning("unknown subscriber", supi=supi, file=str(self._file))
            raise SbiProblem(404, "USER_NOT_FOUND", detail)
        return subscriber

    def _add_authentication_routes(self) -> None:
        app = self.app

        @app.post("/nudm-ueau/v1/{supi_or_suci}/security-information/generate-auth-data")
        async def generate_auth_data(
            supi_or_suci: str, request: AuthenticationInfoRequest
        ) -> dict[str, Any]:
            supi = supi_of(self, supi_or_suci)
            resync = request.resynchronization_info
            return generate(self, supi, request.serving_network_name, resync)

        @app.post("/nudm-ueau/v1/{supi}/auth-events", status_code=201)
        async def confirm_auth(supi: str, event: dict[str, Any]) -> dict[str, Any]:
            self.subscriber(supi)
            self.store.put("auth-events", supi, event)
            return event

    def _add_subscriber_data_routes(self) -> None:
        app = self.app

        @app.get("/nudm-sdm/v2/{supi}/nssai")
        async def nssai(supi: str) -> dict[str, Any]:
            return subscriber_data.nssai(self.subscriber(supi))

        @app.get("/nudm-sdm/v2/{supi}/ue-context-in-smf-data")
        async def ue_context_in_smf_data(supi: str) -> dict[str, Any]:
            return context_management.context_in_smf(self, supi)

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

        @app.get("/nudm-sdm/v2/{supi}/lcs-privacy-data")
        async def lcs_privacy_data(supi: str) -> dict[str, Any]:
            self.subscriber(supi)
            return self.privacy.lcs_privacy_data(supi)

        @app.get("/nudm-sdm/v2/{supi}/agent-data")
        async def agent_data(supi: str) -> dict[str, Any]:
            subscriber = self.subscriber(supi)
            hidden = not self.privacy.allows(supi, PrivacySubject.AGENT, None)
            return subscriber_data.agents(subscriber, hidden=hidden)

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

        @app.delete("/nudm-sdm/v2/{supi}/sdm-subscriptions/{subscription_id}", status_code=204)
        async def unsubscribe(supi: str, subscription_id: str) -> Response:
            if not self.store.delete("sdm-subscriptions", f"{supi}/{subscription_id}"):
                detail = f"{supi} has no subscription {subscription_id}"
                raise SbiProblem(404, "SUBSCRIPTION_NOT_FOUND", detail)
            return Response(status_code=204)

    def _add_context_management_routes(self) -> None:
        app = self.app
        amf_access = "/nudm-uecm/v1/{supi}/registrations/amf-3gpp-access"
        smf_session = "/nudm-uecm/v1/{supi}/registrations/smf-registrations/{pdu_session_id}"

        @app.put(amf_access)
        async def register_amf(
            supi: str, registration: Amf3GppAccessRegistration, response: Response
        ) -> dict[str, Any]:
            if context_management.register_amf(self, supi, registration):
                response.status_code = 201
                response.headers["location"] = self.api_root + amf_access.format(supi=supi)
            return registration.to_json()

        @app.get(amf_access)
        async def amf_registration(supi: str) -> dict[str, Any]:
            return context_management.amf_registration(self, supi)

        @app.patch(amf_access, status_code=204)
        async def update_amf(supi: str, change: dict[str, Any]) -> Response:
            context_management.update_amf(self, supi, change)
            return Response(status_code=204)

        @app.put(smf_session)
        async def register_smf(
            supi: str, pdu_session_id: int, registration: SmfRegistration, response: Response
        ) -> dict[str, Any]:
            if context_management.register_smf(self, supi, pdu_session_id, registration):
                path = smf_session.format(supi=supi, pdu_session_id=pdu_session_id)
                response.status_code = 201
                response.headers["location"] = self.api_root + path
            return registration.to_json()

        @app.delete(smf_session, status_code=204)
        async def deregister_smf(supi: str, pdu_session_id: int) -> Response:
            context_management.deregister_smf(self, supi, pdu_session_id)
            return Response(status_code=204)
