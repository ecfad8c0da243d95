"""The AGW: Nagw_Registration (ARP), Nagw_Discovery and Nagw_Routing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import structlog
from fastapi import Query, Response

from nfs.agw.access.attachment import Attachments
from nfs.agw.access.routes import add_access_routes
from nfs.agw.agent_cards.card_export import AgentCardExport
from nfs.agw.agent_cards.card_import import AgentCardImport
from nfs.agw.agent_cards.routes import WELL_KNOWN, add_agent_card_routes
from nfs.agw.amc import AmcConsumer
from nfs.agw.arp.allocation import AicAllocator
from nfs.agw.arp.binding import Binding
from nfs.agw.arp.deregistration import deregister
from nfs.agw.arp.entity import EntityRegistration
from nfs.agw.arp.migration import Migration
from nfs.agw.arp.registration import Registration
from nfs.agw.arp.requester import Requesters
from nfs.agw.arp.routes import add_arp_routes
from nfs.agw.arp.state import change_agent_state
from nfs.agw.arp.update import Update
from nfs.agw.cdsp.export import ExportPolicy
from nfs.agw.cdsp.process import Cdsp
from nfs.agw.cdsp.routes import add_sync_routes
from nfs.agw.config import AgwConfig
from nfs.agw.directory import Directory
from nfs.agw.discovery import Discovery
from nfs.agw.discovery.routes import add_discovery_routes
from nfs.agw.gateway_identity import GatewayIdentity, GatewayVerifier
from nfs.agw.health.routes import add_health_routes
from nfs.agw.health.table import HealthTable
from nfs.agw.identity.events import IdentityEvents
from nfs.agw.identity.routes import add_identity_event_routes
from nfs.agw.identity.states import IdentityStates
from nfs.agw.routing.forwarding import Forwarding
from nfs.agw.routing.invocation import Invoker
from nfs.agw.routing.matching import Matching
from nfs.agw.routing.peers import Peers
from nfs.agw.routing.resolution import Resolver
from nfs.agw.routing.routes import add_routing_routes
from nfs.agw.tools.repository import ToolRepository
from nfs.agw.tools.routes import add_tool_routes
from nfs.common.agents.credentials import TokenVerifier
from nfs.common.audit import AuditTrail, add_audit_routes
from nfs.common.metrics import counted
from nfs.common.models.agw import (
    AgentList,
    AgentRecord,
    LocalBind,
    RegistrationRequest,
    StateChange,
)
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.signing import SigningKeys
from nfs.common.store import Store

log = structlog.get_logger("agw")


class Agw(NetworkFunction):
    nf_type = "AGW"
    services = (
        "nagw-registration",
        "nagw-discovery",
        "nagw-routing",
        "nagw-sync",
        "nagw-audit",
        "nagw-tool",
        "nagw-callback",
    )
    open_requests = (("GET", WELL_KNOWN),)
    restricted: ClassVar[Mapping[str, tuple[str, ...]]] = {"nagw-audit": ("OAM",)}

    def __init__(self, config: AgwConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="AGW, agent gateway")
        self.config = config
        store = platform.store(config.gateway_id)
        self.amc = AmcConsumer(self, config.gateway_id)
        self.directory = Directory(store, config.salt)
        allocator = AicAllocator(store, config.registrar, config.salt)
        self.audit = AuditTrail(store, self.nf_type, self.instance_id)
        self.migration = Migration(
            self, store, self.directory, self.amc, gateway_id=config.gateway_id, audit=self.audit
        )
        self.identity_states = IdentityStates(store)
        self.identity_events = IdentityEvents(
            self,
            config.gateway_id,
            store,
            self.directory,
            self.identity_states,
            ended=self._end_sessions,
            audit=self.audit,
        )
        binding = Binding(config.gateway_id, self.amc, self.directory, allocator, self.migration)
        self.registration = Registration(config.gateway_id, self.amc, binding, self.audit)
        self._add_collaboration(store)
        self._add_agents(binding)
        self.registrations = self.metrics.counter(
            "agw_agent_registrations", "ARP registrations answered", "result"
        )
        self.metrics.gauge("agw_agents", "Agents in the directory", lambda: len(self.directory))
        self._add_registration_routes()
        add_arp_routes(self)
        add_discovery_routes(self)
        add_audit_routes(self, self.audit)
        add_access_routes(self)
        add_health_routes(self)
        add_identity_event_routes(self)
        add_routing_routes(self)
        add_sync_routes(self)
        self.tools = ToolRepository(store)
        add_tool_routes(self)
        self.cards = AgentCardExport(config, self.directory, SigningKeys(store, "agent-cards"))
        imported = AgentCardImport(self.registration, self.directory, self.audit)
        add_agent_card_routes(self, imported, self.cards)

    def _add_collaboration(self, store: Store) -> None:
        """What makes one gateway of several: health, digests, resolution and routing."""
        own = self.config.gateway_id
        self.tokens = TokenVerifier(self, self.identity_states.refuses)
        identity, verifier = GatewayIdentity(self, store, own), self._gateway_verifier()
        peers = {p: ExportPolicy(c.export, c.relay) for p, c in self.config.peers.items()}
        self.health = HealthTable(store)
        matching = Matching(self.directory, self.health)
        self.cdsp = Cdsp(self, store, identity, verifier, peers, audit=self.audit)
        self.forwarding = Forwarding(
            self, identity, verifier, self.cdsp, matching, audit=self.audit
        )
        self.attachments = Attachments(
            store, own, self.directory, tokens=self.tokens, audit=self.audit
        )
        self.resolver = Resolver(
            own,
            self.directory,
            self.forwarding,
            self.amc,
            tokens=self.tokens,
            attachments=self.attachments,
            audit=self.audit,
        )
        self.invoker = Invoker(self, own, self.directory, self.health, self.resolver)
        self.peers = Peers(self, peers, self.audit)

    def _end_sessions(self, aic: str) -> None:
        """Of an agent whose identity is no longer active."""
        self.attachments.end(aic)
        self.invoker.end(aic)

    def _gateway_verifier(self) -> GatewayVerifier:
        """Of the gateways of this domain, and of those domains that peers are in."""
        domain, peers = self.domain, self.config.peers
        if domain is None:
            return GatewayVerifier({None: self.tokens}, {})
        foreign = {peer.domain for peer in peers.values() if peer.domain} - {domain}
        tokens: dict[str | None, TokenVerifier] = {
            name: TokenVerifier(self, domain=name) for name in foreign
        }
        domains = {name: peer.domain or domain for name, peer in peers.items()}
        return GatewayVerifier(
            tokens | {domain: self.tokens}, domains | {self.config.gateway_id: domain}
        )

    def _add_agents(self, binding: Binding) -> None:
        """What agents ask for themselves, with the credential that they have."""
        self.requesters = Requesters(self.directory, self.tokens)
        self.discovery = Discovery(self.directory, self.config.gateway_id)
        self.update = Update(self.directory, self.requesters, self.audit)
        self.entities = EntityRegistration(
            self.config.gateway_id,
            self.amc,
            self.directory,
            binding,
            tokens=self.tokens,
            audit=self.audit,
        )

    async def start(self) -> None:
        await super().start()
        if self.shared_state:
            self.spawn(self.directory.follow())
            self.spawn(self.health.follow())
        self.spawn(self.migration.tell())
        self.cdsp.start(self.directory, self.health)
        self.spawn(self.identity_events.follow())

    async def stop(self) -> None:
        self.cdsp.stop()
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
            with counted(self.registrations):
                registered = await self.registration.register(request)
            response.headers["Location"] = f"{self.api_root}{root}/{registered.bind.aic}"
            response.status_code = 201 if registered.created else 200
            return registered.bind

        @app.get(root, tags=["nagw-registration"], response_model_exclude_none=True)
        async def agents(
            offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
            limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
        ) -> AgentList:
            page = self.directory.page(offset, limit)
            return AgentList(agents=[agent.summary for agent in page])

        @app.get(f"{root}/{{aic}}", tags=["nagw-registration"])
        async def agent(aic: str) -> AgentRecord:
            return self.directory.find(aic).record

        @app.delete(f"{root}/{{aic}}", status_code=204, tags=["nagw-registration"])
        async def deregister_agent(aic: str) -> None:
            await deregister(self.directory, self.amc, self.audit, aic)

        @app.patch(f"{root}/{{aic}}/state", status_code=204, tags=["nagw-registration"])
        async def change_state(aic: str, body: StateChange) -> None:
            self.identity_states.check(self.directory.find(aic).aic)
            change_agent_state(self.directory, self.audit, aic, body)
