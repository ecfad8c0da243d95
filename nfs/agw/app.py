"""The AGW: Nagw_Registration (ARP), Nagw_Discovery and Nagw_Routing."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import Header, Query, Response

from nfs.agw.allocation import AicAllocator
from nfs.agw.amc import AmcConsumer
from nfs.agw.config import AgwConfig
from nfs.agw.deregistration import deregister
from nfs.agw.directory import Directory
from nfs.agw.discovery import discover
from nfs.agw.identity_event_routes import add_identity_event_routes
from nfs.agw.identity_events import IdentityEvents
from nfs.agw.identity_states import IdentityStates
from nfs.agw.registration import Registration
from nfs.agw.resolution import Resolver
from nfs.common.agents.credentials import TokenVerifier
from nfs.common.metrics import counted
from nfs.common.models.agw import (
    AgentList,
    AgentRecord,
    DiscoveryResult,
    LocalBind,
    RegistrationRequest,
    Resolution,
    ResolutionRequest,
    StateChange,
)
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform

log = structlog.get_logger("agw")


class Agw(NetworkFunction):
    nf_type = "AGW"
    services = ("nagw-registration", "nagw-discovery", "nagw-routing")

    def __init__(self, config: AgwConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="AGW, agent gateway")
        self.config = config
        store = platform.store(config.gateway_id)
        self.amc = AmcConsumer(self, config.gateway_id)
        self.directory = Directory(store, config.salt)
        allocator = AicAllocator(store, config.registrar, config.salt)
        self.registration = Registration(config.gateway_id, self.amc, self.directory, allocator)
        self.identity_states = IdentityStates(store)
        self.identity_events = IdentityEvents(
            self, config.gateway_id, store, self.directory, self.identity_states
        )
        tokens = TokenVerifier(self, self.identity_states.refuses)
        self.resolver = Resolver(self.directory, self.amc, tokens)
        self._registrations = self.metrics.counter(
            "agw_agent_registrations", "ARP registrations answered", "result"
        )
        self._resolutions = self.metrics.counter(
            "agw_resolutions", "Semantic resolutions answered", "result"
        )
        self.metrics.gauge("agw_agents", "Agents in the directory", lambda: len(self.directory))
        self._add_registration_routes()
        self._add_discovery_routes()
        add_identity_event_routes(self)

    async def start(self) -> None:
        await super().start()
        if self.shared_state:
            self.spawn(self.directory.follow())
        self.spawn(self.identity_events.follow())

    async def stop(self) -> None:
        await self.identity_events.stop()
        await super().stop()

    @property
    def profile(self) -> NFProfile:
        info = {"gatewayId": self.config.gateway_id}
        return super().profile.model_copy(update={"custom_info": info})

    def _add_registration_routes(self) -> None:
        app, root = self.app, "/nagw-registration/v1/agents"

        @app.post(
            root, status_code=201, tags=["nagw-registration"], response_model_exclude_none=True
        )
        async def register(request: RegistrationRequest, response: Response) -> LocalBind:
            with counted(self._registrations):
                registered = await self.registration.register(request)
            response.headers["Location"] = f"{self.api_root}{root}/{registered.bind.aic}"
            response.status_code = 201 if registered.created else 200
            return registered.bind

        @app.get(root, tags=["nagw-registration"], response_model_exclude_none=True)
        async def agents() -> AgentList:
            return AgentList(agents=[agent.summary for agent in self.directory])

        @app.get(f"{root}/{{aic}}", tags=["nagw-registration"])
        async def agent(aic: str) -> AgentRecord:
            return self.directory.find(aic).record

        @app.delete(f"{root}/{{aic}}", status_code=204, tags=["nagw-registration"])
        async def deregister_agent(aic: str) -> None:
            await deregister(self.directory, self.amc, aic)

        @app.patch(f"{root}/{{aic}}/state", status_code=204, tags=["nagw-registration"])
        async def change_state(aic: str, body: StateChange) -> None:
            known = self.directory.find(aic)
            self.identity_states.check(known.aic)
            self.directory.put(known.model_copy(update={"state": body.state}))

    def _add_discovery_routes(self) -> None:
        app = self.app

        @app.get("/nagw-discovery/v1/agents", tags=["nagw-discovery"])
        async def discover_agents(
            capability: Annotated[str | None, Query(max_length=128)] = None,
            aic: Annotated[str | None, Query(max_length=64)] = None,
            limit: Annotated[int, Query(ge=1, le=200)] = 50,
        ) -> DiscoveryResult:
            return discover(self.directory, capability, aic, limit)

        @app.post("/nagw-routing/v1/resolutions", tags=["nagw-routing"])
        async def resolve(
            request: ResolutionRequest, agent_credential: Annotated[str | None, Header()] = None
        ) -> Resolution:
            with counted(self._resolutions):
                return await self.resolver.resolve(request, agent_credential or "")
