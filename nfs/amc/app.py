"""The AMC: Namc_Authentication, _Credential, _Identity, _Taxonomy, _Policy and _Audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fastapi import Request

from nfs.amc.aaap.approvals import Approvals
from nfs.amc.aaap.authorization import Authorization
from nfs.amc.aaap.confirmation import ConfirmationProcedure
from nfs.amc.aaap.entities import EntityAuthorization
from nfs.amc.aaap.grants import Grants
from nfs.amc.aaap.registry import Registry
from nfs.amc.aaap.routes import add_entity_routes
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.access_tokens import AccessTokens
from nfs.amc.credentials.authority import Authority
from nfs.amc.credentials.certificates import Certificates
from nfs.amc.credentials.credentials import Credentials
from nfs.amc.credentials.crl import RevocationList
from nfs.amc.credentials.domains import Domains
from nfs.amc.credentials.gateways import issue_gateway_credential
from nfs.amc.credentials.key_history import KeyHistories
from nfs.amc.credentials.ocsp import OcspResponder
from nfs.amc.credentials.renewal import Renewal
from nfs.amc.credentials.routes import OPEN_REQUESTS, add_credential_routes
from nfs.amc.identity.event_log import EventLog
from nfs.amc.identity.identities import Identities
from nfs.amc.identity.lifecycle import Lifecycle
from nfs.amc.identity.routes import add_identity_routes
from nfs.amc.identity.subscriptions import Subscriptions
from nfs.amc.policy import DecisionPoint, RuleStore
from nfs.amc.policy.context import Trust
from nfs.amc.policy.routes import add_policy_routes
from nfs.amc.taxonomy.routes import add_taxonomy_routes
from nfs.common.audit import AuditTrail, add_audit_routes
from nfs.common.metrics import counted
from nfs.common.models.amc import (
    AccessTokenRequest,
    AssertionRequest,
    AuthorizationRequest,
    Confirmation,
    ExchangeRequest,
    GatewayCredential,
    GatewayCredentialRequest,
    Grant,
    IssuedAccessToken,
    IssuedAssertion,
    IssuedCredential,
    TrustAnchors,
)
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi.access import consumer_of
from nfs.common.store import Store


class Amc(NetworkFunction):
    nf_type = "AMC"
    services = (
        *("namc-auth", "namc-credential", "namc-identity"),
        *("namc-taxonomy", "namc-policy", "namc-audit"),
    )
    restricted: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "namc-policy": ("OAM",),
        "namc-audit": ("OAM",),
    }
    open_requests = OPEN_REQUESTS

    def __init__(self, config: AmcConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="AMC, agent management center")
        store = platform.store(config.amc or "amc")
        registry = Registry.load(config.registry)
        grants = Grants(store, config.grant_seconds)
        self.config = config
        self.audit = AuditTrail(store, self.nf_type, self.instance_id)
        self.issuer = Authority(store, config.amc_id, config.api_root)
        self.approvals = Approvals(registry, store, self.audit)
        self.identities = Identities(store, config.salt, self.approvals)
        self._add_credentials(store)
        self.authorization = Authorization(config, registry, self.identities, grants, self.audit)
        self.confirmation = ConfirmationProcedure(
            config, registry, self.identities, grants, self.credentials, audit=self.audit
        )
        self.rules = RuleStore(store)
        trust = Trust(issuers=frozenset({config.amc_id}))
        self.access_tokens = AccessTokens(
            config,
            self.identities,
            self.issuer,
            DecisionPoint(self.rules.current, trust),
            audit=self.audit,
        )
        self.domains = Domains(
            self,
            store,
            config,
            self.identities,
            self.issuer,
            self.access_tokens,
            rules=self.rules,
            audit=self.audit,
        )
        entities = EntityAuthorization(
            config, registry, self.identities, self.issuer, self.authorization, audit=self.audit
        )
        self._authorizations = self.metrics.counter(
            "amc_authorizations", "AAAP authorisations answered", "result"
        )
        self._credentials = self.metrics.counter(
            "amc_credentials", "Credentials issued or refused", "result"
        )
        self._access_tokens = self.metrics.counter(
            "amc_access_tokens", "Access tokens issued or refused", "result"
        )
        self._add_authentication_routes()
        self._add_credential_routes()
        add_credential_routes(self)
        add_identity_routes(self)
        add_audit_routes(self, self.audit)
        add_entity_routes(self, entities)
        add_policy_routes(self, self.rules, self.audit)
        add_taxonomy_routes(self)

    async def start(self) -> None:
        await super().start()
        if self.shared_state:
            self.spawn(self.rules.follow())

    def _add_credentials(self, store: Store) -> None:
        """What is issued, how it ends, and who is told of it."""
        certificates = Certificates(store)
        self.keys = KeyHistories(store)
        self.credentials = Credentials(self.issuer, certificates, self.keys, self.identities)
        self.revocation_list = RevocationList(self.issuer, certificates)
        self.ocsp = OcspResponder(self.issuer, certificates)
        self.events = EventLog(store)
        self.subscriptions = Subscriptions(self, store, self.events, self.config)
        self.lifecycle = Lifecycle(
            self.identities, certificates, self.events, self.subscriptions, audit=self.audit
        )
        self.renewal = Renewal(
            config=self.config,
            identities=self.identities,
            keys=self.keys,
            certificates=certificates,
            credentials=self.credentials,
            lifecycle=self.lifecycle,
            audit=self.audit,
        )

    @property
    def profile(self) -> NFProfile:
        info = {"amcId": self.config.amc_id}
        return super().profile.model_copy(update={"custom_info": info})

    def _add_authentication_routes(self) -> None:
        app, root = self.app, "/namc-auth/v1/authorizations"

        @app.post(root, status_code=201, tags=["namc-auth"], response_model_exclude_none=True)
        async def authorize(request: AuthorizationRequest) -> Grant:
            with counted(self._authorizations):
                return self.authorization.authorize(request)

        @app.post(
            f"{root}/{{grant_id}}/confirmation",
            status_code=201,
            tags=["namc-auth"],
            response_model_exclude_none=True,
        )
        async def confirm(grant_id: str, body: Confirmation) -> IssuedCredential:
            with counted(self._credentials):
                return self.confirmation.confirm(grant_id, body)

    def _add_credential_routes(self) -> None:
        app, root = self.app, "/namc-credential/v1"

        @app.get(f"{root}/jwks", tags=["namc-credential"])
        async def jwks() -> dict[str, Any]:
            return self.issuer.jwks

        @app.get(f"{root}/trust-anchors", tags=["namc-credential"])
        async def trust_anchors() -> TrustAnchors:
            return TrustAnchors(certificates=[self.issuer.trust_anchor])

        @app.post(f"{root}/access-tokens", tags=["namc-credential"])
        async def access_token(request: AccessTokenRequest) -> IssuedAccessToken:
            with counted(self._access_tokens):
                return self.access_tokens.issue(request)

        @app.post(f"{root}/assertions", status_code=201, tags=["namc-credential"])
        async def assertion(request: AssertionRequest) -> IssuedAssertion:
            return self.domains.vouch(request)

        @app.post(f"{root}/exchanges", tags=["namc-credential"])
        async def exchange(request: ExchangeRequest) -> IssuedAccessToken:
            return await self.domains.exchange(request)

        @app.post(f"{root}/gateway-credentials", status_code=201, tags=["namc-credential"])
        async def gateway_credential(
            request: GatewayCredentialRequest, http: Request
        ) -> GatewayCredential:
            known = await self.registered_as(http)
            return issue_gateway_credential(self.config, self.issuer, request, known)

    async def registered_as(self, request: Request) -> dict[str, Any] | None:
        """customInfo of the consumer's profile at the NRF; None without access tokens."""
        consumer = consumer_of(request)
        return await self.nrf.custom_info(consumer.instance_id) if consumer else None
