"""The AMC: Namc_Authentication, Namc_Credential and Namc_Identity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from fastapi import Request

from nfs.amc.access_tokens import issue_access_token
from nfs.amc.authority import Authority
from nfs.amc.authorization import Authorization
from nfs.amc.config import AmcConfig
from nfs.amc.confirmation import ConfirmationProcedure
from nfs.amc.gateways import issue_gateway_credential
from nfs.amc.grants import Grants
from nfs.amc.identities import Identities
from nfs.amc.lifecycle import change_identity_state
from nfs.amc.registry import Registry
from nfs.common.audit import AuditTrail, add_audit_routes
from nfs.common.metrics import counted
from nfs.common.models.amc import (
    AccessTokenRequest,
    AgentIdentity,
    AuthorizationRequest,
    Confirmation,
    GatewayCredential,
    GatewayCredentialRequest,
    Grant,
    IdentityState,
    IdentityStateChange,
    IssuedAccessToken,
    IssuedCredential,
    TrustAnchors,
)
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.sbi.access import consumer_of


class Amc(NetworkFunction):
    nf_type = "AMC"
    services = ("namc-auth", "namc-credential", "namc-identity", "namc-audit")
    restricted: ClassVar[Mapping[str, tuple[str, ...]]] = {"namc-audit": ("OAM",)}

    def __init__(self, config: AmcConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="AMC, agent management center")
        store = platform.store("amc")
        registry = Registry.load(config.registry)
        grants = Grants(store, config.grant_seconds)
        self.config = config
        self.issuer = Authority(store, config.amc_id)
        self.identities = Identities(store, config.salt)
        self.audit = AuditTrail(store, self.nf_type, self.instance_id)
        self.authorization = Authorization(config, registry, self.identities, grants, self.audit)
        self.confirmation = ConfirmationProcedure(
            config, registry, self.identities, grants, self.issuer, audit=self.audit
        )
        self._authorizations = self.metrics.counter(
            "amc_authorizations", "AAAP authorisations answered", "result"
        )
        self._credentials = self.metrics.counter(
            "amc_credentials", "Credentials issued or refused", "result"
        )
        self._add_authentication_routes()
        self._add_credential_routes()
        self._add_identity_routes()
        add_audit_routes(self, self.audit)

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

        @app.post(f"{root}/{{grant_id}}/confirmation", status_code=201, tags=["namc-auth"])
        async def confirm(grant_id: str, body: Confirmation) -> IssuedCredential:
            with counted(self._credentials):
                return self.confirmation.confirm(grant_id, body.aic)

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
            lifetime = self.config.access_token_seconds
            return issue_access_token(self.identities, self.issuer, request, lifetime)

        @app.post(f"{root}/gateway-credentials", status_code=201, tags=["namc-credential"])
        async def gateway_credential(
            request: GatewayCredentialRequest, http: Request
        ) -> GatewayCredential:
            consumer = consumer_of(http)
            info = await self.nrf.custom_info(consumer.instance_id) if consumer else None
            return issue_gateway_credential(self.config, self.issuer, request, info)

    def _add_identity_routes(self) -> None:
        app, path = self.app, "/namc-identity/v1/identities/{aic}"

        @app.get(path, tags=["namc-identity"])
        async def identity(aic: str) -> AgentIdentity:
            return self.identities.find(aic).public

        @app.patch(f"{path}/state", status_code=204, tags=["namc-identity"])
        async def change_state(aic: str, body: IdentityStateChange) -> None:
            change_identity_state(self.identities, self.audit, aic, IdentityState(body.state))

        @app.delete(path, status_code=204, tags=["namc-identity"])
        async def retire(aic: str) -> None:
            change_identity_state(self.identities, self.audit, aic, IdentityState.RETIRED)
