"""The AMC as the AGW uses it: AAAP, credentials, identities."""

from __future__ import annotations

from typing import Any

from nfs.common.models.agw import RegistrationRequest
from nfs.common.models.amc import (
    AccessTokenRequest,
    AgentIdentity,
    AssertionRequest,
    AuthorizationRequest,
    ClaimedAgent,
    Confirmation,
    EntityAuthorizationRequest,
    ExchangeRequest,
    Grant,
    IssuedAccessToken,
    IssuedAssertion,
    IssuedCredential,
    TrustAnchors,
)
from nfs.common.models.base import SbiModel
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.sbi.response import SbiResponse

DENIED = 403
SERVER_ERROR = 500
UNAVAILABLE = 503


class AmcConsumer:
    """Every method passes the AMC's refusals on; 503 AMC_UNAVAILABLE when it has no answer."""

    def __init__(self, nf: NetworkFunction, gateway_id: str) -> None:
        self._nf = nf
        self._gateway_id = gateway_id

    async def authorize(self, request: RegistrationRequest) -> Grant:
        body = AuthorizationRequest(
            agent=ClaimedAgent(
                template=request.template,
                instance=request.instance,
                name=request.name,
                public_key=request.public_key,
                proof=request.proof,
            ),
            gateway_id=self._gateway_id,
            requested_scope=request.requested_scope,
            registrant=request.registrant,
        )
        path = "/namc-auth/v1/authorizations"
        answer = await self._aaap(path, body)
        return answer.model(Grant)

    async def authorize_entity(self, request: EntityAuthorizationRequest) -> Grant:
        answer = await self._aaap("/namc-auth/v1/entity-authorizations", request)
        return answer.model(Grant)

    async def confirm(
        self, grant: Grant, aic: str, hosts: list[str], moves_from: str | None
    ) -> IssuedCredential:
        """``hosts``: names and addresses at which the agent serves; ``moves_from``: the gateway
        that it leaves."""
        path = f"/namc-auth/v1/authorizations/{grant.grant_id}/confirmation"
        answer = await self._aaap(path, Confirmation(aic=aic, hosts=hosts, moves_from=moves_from))
        return answer.model(IssuedCredential)

    async def trust_anchors(self) -> list[str]:
        answer = await self._call("namc-credential", "GET", "/namc-credential/v1/trust-anchors")
        return answer.model(TrustAnchors).certificates

    async def access_token(self, request: AccessTokenRequest) -> IssuedAccessToken:
        path = "/namc-credential/v1/access-tokens"
        answer = await self._call("namc-credential", "POST", path, json=request.to_json())
        return answer.model(IssuedAccessToken)

    async def identity(self, aic: str) -> AgentIdentity:
        path = f"/namc-identity/v1/identities/{aic}"
        return (await self._call("namc-identity", "GET", path)).model(AgentIdentity)

    async def foreign_access_token(
        self, request: AccessTokenRequest, domain: str
    ) -> IssuedAccessToken:
        """For an agent of another domain: the own AMC vouches, the other one decides."""
        wanted = AssertionRequest(
            actor=request.actor,
            subject=request.subject,
            target=request.audience,
            capability=request.capability,
            domain=domain,
        )
        path = "/namc-credential/v1/assertions"
        answer = await self._call("namc-credential", "POST", path, json=wanted.to_json())
        vouched = answer.model(IssuedAssertion)
        exchanged = ExchangeRequest(issuer=self._nf.domain or "", assertion=vouched.assertion)
        answer = await self._call(
            "namc-credential",
            "POST",
            "/namc-credential/v1/exchanges",
            json=exchanged.to_json(),
            domain=domain,
        )
        return answer.model(IssuedAccessToken)

    async def retire(self, aic: str) -> None:
        await self._call("namc-identity", "DELETE", f"/namc-identity/v1/identities/{aic}")

    async def _aaap(self, path: str, body: SbiModel) -> SbiResponse:
        """Only a denial is the agent's affair; other refusals are between AGW and AMC."""
        try:
            return await self._call("namc-auth", "POST", path, json=body.to_json())
        except SbiProblem as problem:
            if problem.status in (DENIED, UNAVAILABLE):
                raise
            raise unavailable(problem) from problem

    async def _call(self, service: str, method: str, path: str, **request: Any) -> SbiResponse:
        try:
            return await self._nf.call_amc(service, method, path, **request)
        except SbiProblem as problem:
            if problem.status < SERVER_ERROR:
                raise
            raise unavailable(problem) from problem


def unavailable(problem: SbiProblem) -> SbiProblem:
    return SbiProblem(UNAVAILABLE, "AMC_UNAVAILABLE", f"the AMC did not serve the AGW: {problem}")
