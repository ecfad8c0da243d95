"""The AMF: its services on the service-based interface, and its N2 end point."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, ClassVar

import structlog
from fastapi import Request, Response

from nfs.amf.agents.container import send_agent_message
from nfs.amf.agents.intent import deliver_intent, report_intent
from nfs.amf.agents.intent_report import report_to_ue
from nfs.amf.agents.intent_routes import add_routes as add_intent_routes
from nfs.amf.config import AmfConfig
from nfs.amf.connection.mobile_reachability import MobileReachability
from nfs.amf.connection.paging import Paging
from nfs.amf.dispatch import run
from nfs.amf.event_exposure import EventSubscriptions
from nfs.amf.event_exposure.routes import add_routes as add_event_exposure_routes
from nfs.amf.explanations import Explanations
from nfs.amf.load_history import LoadHistory
from nfs.amf.metrics import AmfMetrics
from nfs.amf.mobility.location import provide_location
from nfs.amf.n2.end_point import N2
from nfs.amf.n2.routes import add_routes as add_n2_routes
from nfs.amf.registration.network_deregistration import BY_REASON, order_deregistration
from nfs.amf.registration.subscription_change import policy_changed, subscription_changed
from nfs.amf.registration.take_over import served_elsewhere
from nfs.amf.sessions.n1n2_transfer import accept_transfer
from nfs.amf.sessions.status import session_status
from nfs.amf.tools import tools
from nfs.amf.ue.context import UeContext
from nfs.amf.ue.context_routes import add_routes as add_ue_context_routes
from nfs.amf.ue.context_store import ContextStore
from nfs.amf.ue.registry import UeRegistry
from nfs.amf.ue.ue import Ue
from nfs.common import correlation
from nfs.common.agents import AgentConsumer, AgentDescription, AgentIdentity, lab_account
from nfs.common.models.iaf import IntentNotification
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi import multipart
from nfs.common.tools import TOOL_USERS, ToolHost
from nfs.protocols import ngap
from nfs.protocols.agent import AgentMessage
from nfs.semantics.intent import OperatorResult
from nfs.semantics.llm import LlmAnalyser, offline
from nfs.transports import listen
from nfs.transports.base import Association, Listener
from nfs.workflow import Intents, IntentWorkflow

log = structlog.get_logger("amf")

_AGENT = AgentDescription(
    template="core.amf",
    instance="amf",
    name="AMF agent",
    description="Carries out intents of UEs. Acts on behalf of their agents only.",
    capabilities=(),
)


class Amf(NetworkFunction):
    nf_type = "AMF"
    services = (
        "namf-comm",
        "namf-evts",
        "namf-loc",
        "namf-tool",
        "namf-callback",
        "namf-oam",
        "namf-intent",
    )
    restricted: ClassVar = {"namf-tool": TOOL_USERS, "namf-intent": ("OAM",)}

    def __init__(self, config: AmfConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="AMF")
        self.config = config
        self.explanations = Explanations()
        self._platform = platform
        store = platform.store("amf")
        self.contexts = ContextStore(store)
        self.events = EventSubscriptions(self, store)
        self.registry = UeRegistry(self.contexts)
        self.n2 = N2(self)
        self.paging = Paging(self)
        self.reachability = MobileReachability(self)
        self.counts = AmfMetrics(self)
        self.load = LoadHistory(self)
        self.intents: Intents | None = None
        self.intent_reports: dict[str, asyncio.Queue[IntentNotification]] = {}
        self._listener: Listener | None = None
        account = lab_account(_AGENT.template, config.agent_account_key, config.gateway_id)
        self._llm = LlmAnalyser(config.llm, self.metrics) if config.llm else None
        self._agent = AgentIdentity(self, platform.store("amf-agent"), _AGENT, account)
        self._tools = ToolHost(self, tools(self))
        self._add_routes()

    @property
    def profile(self) -> NFProfile:
        guami = self.config.guami
        info = {
            "amfSetId": f"{guami.set_id:03x}",
            "amfRegionId": f"{guami.region:02x}",
            "guamiList": [guami.to_json()],
            "taiList": [
                {"plmnId": guami.plmn.to_json(), "tac": f"{tac:06x}"} for tac in self.config.tacs
            ],
        }
        return super().profile.model_copy(update={"amf_info": info})

    async def start(self) -> None:
        await super().start()
        if self.config.agent_enabled:
            await self._agent.start()
            self.intents = self._own_intents()
            self.intents.start()
        ngap.load()
        self._listener = await listen(self.config.n2)
        self.spawn(self._accept(self._listener))
        self.reachability.resume()
        self.spawn(self.load.collect())
        self.events.start()
        self._tools.start()

    async def stop(self) -> None:
        if self._listener is not None:
            await self._listener.close()
        if self.config.agent_enabled:
            await self._agent.stop()
        await super().stop()
        if self.intents is not None:
            self.intents.stop()
        if self._llm is not None:
            await self._llm.close()

    def _own_intents(self) -> Intents:
        """An AMF with agent capability carries intents out itself (L2)."""
        agents = AgentConsumer(self, self._agent)
        workflow = IntentWorkflow(self, agents, analyser=self._llm or offline)
        store = self._platform.store("amf-intents")
        notify, period = partial(deliver_intent, self), self.config.assurance_period
        return Intents(self, store, workflow, notify=notify, period=period)

    @property
    def n2_endpoint(self) -> str:
        return self._listener.endpoint if self._listener else self.config.n2

    async def _accept(self, listener: Listener) -> None:
        while (association := await listener.accept()) is not None:
            self.spawn(self._serve(association))

    async def _serve(self, association: Association) -> None:
        correlation.current.set("")
        await self.n2.serve(association)

    def serve_ue(self, ue: Ue) -> None:
        """Run the procedures of a new UE-associated connection beside all others."""
        correlation.current.set(f"ue-{ue.amf_ue_ngap_id}")
        ue.on_moved = self.events.observe
        self.spawn(run(self, ue))

    def send_agent_message(self, context: UeContext, message: AgentMessage) -> None:
        send_agent_message(self, context, message)

    def _add_routes(self) -> None:
        app = self.app

        @app.post("/namf-comm/v1/ue-contexts/{supi}/n1-n2-messages")
        async def n1n2_message_transfer(
            supi: str, request: Request, response: Response
        ) -> dict[str, str]:
            content_type = request.headers.get("content-type", "")
            body, parts = multipart.parse(content_type, await request.body())
            response.status_code, outcome, location = accept_transfer(self, supi, body, parts)
            if response.status_code == 202:
                response.headers["location"] = location
            return outcome

        @app.post("/namf-loc/v1/{supi}/provide-loc-info")
        async def provide_location_info(
            supi: str, wanted: dict[str, Any] | None = None
        ) -> dict[str, Any]:
            current = bool((wanted or {}).get("reqCurrentLoc"))
            return await provide_location(self, supi, current=current)

        @app.post("/namf-callback/v1/intents/{key}", status_code=204)
        async def intent_notify(key: str, body: dict[str, Any]) -> Response:
            report_intent(self, key, body)
            return Response(status_code=204)

        @app.post("/namf-callback/v1/ue-contexts/{supi}/intent-reports", status_code=204)
        async def report_intent_to_ue(supi: str, result: OperatorResult) -> Response:
            report_to_ue(self, supi, result)
            return Response(status_code=204)

        @app.post("/namf-callback/v1/{supi}/sm-context-status/{session_id}", status_code=204)
        async def sm_context_status(supi: str, session_id: int, status: dict[str, Any]) -> Response:
            await session_status(self, supi, session_id, status)
            return Response(status_code=204)

        @app.post("/namf-callback/v1/{supi}/sdmsubscription-notify", status_code=204)
        async def subscription_notify(supi: str, _changes: dict[str, Any]) -> Response:
            await subscription_changed(self, supi)
            return Response(status_code=204)

        @app.post("/namf-callback/v1/{supi}/am-policy-notify/{operation}", status_code=204)
        async def policy_notify(supi: str, operation: str, policy: dict[str, Any]) -> Response:
            await policy_changed(self, supi, operation, policy)
            return Response(status_code=204)

        @app.post("/namf-callback/v1/{supi}/dereg-notify", status_code=204)
        async def deregistration_notify(supi: str, notification: dict[str, Any]) -> Response:
            order = BY_REASON.get(str(notification.get("deregReason")))
            if order is not None:
                order_deregistration(self, supi, order)
            elif (ue := self.registry.get(supi)) is not None:
                await served_elsewhere(self, ue)
            return Response(status_code=204)

        add_n2_routes(app, self)
        add_ue_context_routes(app, self)
        add_intent_routes(app, self)
        add_event_exposure_routes(app, self)

        @app.get("/namf-oam/v1/refusals")
        async def refusals(subscriber: str | None = None) -> dict[str, Any]:
            newest = self.explanations.of(subscriber)
            return {"refusals": [explanation.to_json() for explanation in newest]}
