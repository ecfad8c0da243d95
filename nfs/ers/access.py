"""Who may call tools: an agent with a valid credential whose identity is active (K2)."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from nfs.common.agents.activity import credentials_from
from nfs.common.agents.credentials import Credential, TokenVerifier, bearer, invalid_credential
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem


class AgentAccess:
    """Lets a request through to ``app`` when its bearer token is the credential of an agent that
    the AMC knows as ACTIVE; refuses it with 401 else, so also when the AMC cannot be asked."""

    def __init__(self, nf: NetworkFunction, app: ASGIApp) -> None:
        self._nf = nf
        self._app = app
        self._tokens = TokenVerifier(nf)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = bearer(Headers(scope=scope).get("authorization"))
        credential = await self._tokens.credential(token)
        await self._check_active(credential)
        await self._app(scope, receive, send)

    async def _check_active(self, credential: Credential) -> None:
        try:
            since = await credentials_from(self._nf, credential.aic)
        except SbiProblem as problem:
            raise invalid_credential() from problem
        if credential.issued_at < since:
            raise invalid_credential()
