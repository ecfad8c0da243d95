"""What the AMC signs, checked by those to whom it is shown (requirements D6, D7, D10).

A credential names an agent and its scope; an access token lets one agent invoke one capability of
another, for itself or on behalf of a third. Whatever is wrong, the answer is only "invalid" (D13).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem

CREDENTIAL_AUDIENCE = "agentnf"
GATEWAY_AUDIENCE = "agentnf-gateways"
ASSERTION_AUDIENCE = "acps:amc:"
SUBJECT_PREFIX = "agent:"
GATEWAY_PREFIX = "gateway:"
AUDIENCE_PREFIX = "acps:agent:"
KEYS_VALID = 300.0
"""Seconds for which the AMC's keys are kept."""
KEYS_RETRY = 5.0
"""Seconds before a token with an unknown key makes the keys be fetched again."""
LEEWAY = 5


@dataclass(frozen=True, slots=True)
class Credential:
    """An agent that the AMC vouches for, and the capabilities it may use; ``issued_at``: Unix
    seconds; ``bound_to``: thumbprint of the certificate it is bound to."""

    aic: str
    scope: frozenset[str]
    issued_at: float
    bound_to: str | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A permission to invoke ``capability``: ``actor`` acts, ``subject`` is on whose behalf; both
    are of another ``domain``, where there is one."""

    subject: str
    actor: str
    capability: str
    token_id: str
    expires_at: int
    issued_at: float
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one domain's AMC tells another's: ``actor`` may use ``capability`` for ``subject``, and
    wants it of ``target``. All but the capability are AICs."""

    subject: str
    actor: str
    capability: str
    target: str
    token_id: str


class TokenVerifier:
    """Checks tokens with the keys of the AMC, which it finds through the NRF and keeps a while.

    ``refuses``: what the NF knows of credentials that were revoked; ``domain``: whose AMC it is,
    by default that of the NF.
    """

    def __init__(
        self,
        nf: NetworkFunction,
        refuses: Callable[[Credential], bool] = lambda _: False,
        *,
        domain: str | None = None,
    ) -> None:
        self._nf = nf
        self._domain = domain or nf.domain
        self._refuses = refuses
        self._keys: KeySet | None = None
        self._fetched = 0.0

    async def credential(self, token: str) -> Credential:
        """The agent a credential was issued to. Raises SbiProblem 401."""
        claims = await self._claims(token, CREDENTIAL_AUDIENCE)
        scope = frozenset(str(claims["scope"]).split())
        cnf = claims.get("cnf")
        bound_to = str(cnf.get("x5t#S256")) if isinstance(cnf, dict) else None
        credential = Credential(_agent(claims["sub"]), scope, float(claims["iat"]), bound_to)
        if self._refuses(credential):
            raise invalid_credential()
        return credential

    async def access_token(self, token: str, audience: str) -> AccessToken:
        """What a token allows at the agent ``audience`` (an AIC). Raises SbiProblem 401."""
        claims = await self._claims(token, AUDIENCE_PREFIX + audience)
        subject = _agent(claims["sub"])
        actor = claims.get("act", {"sub": claims["sub"]})
        if not isinstance(actor, dict) or not isinstance(claims.get("jti"), str):
            raise invalid_credential()
        domain = claims.get("domain")
        return AccessToken(
            subject=subject,
            actor=_agent(actor.get("sub")),
            capability=str(claims["scope"]),
            token_id=claims["jti"],
            expires_at=claims["exp"],
            issued_at=float(claims["iat"]),
            domain=None if domain is None else str(domain),
        )

    async def gateway(self, token: str) -> dict[str, Any]:
        """The claims of a gateway's credential, ``cnf.jwk`` among them. Raises SbiProblem 401."""
        claims = await self._claims(token, GATEWAY_AUDIENCE)
        cnf = claims.get("cnf")
        known = isinstance(cnf, dict) and isinstance(cnf.get("jwk"), dict)
        if not known or not str(claims["sub"]).startswith(GATEWAY_PREFIX):
            raise invalid_credential()
        return claims

    async def assertion(self, token: str, domain: str) -> Assertion:
        """What another domain's AMC says to the AMC of ``domain``. Raises SbiProblem 401."""
        claims = await self._claims(token, ASSERTION_AUDIENCE + domain)
        actor, target = claims.get("act"), claims.get("target")
        if not isinstance(actor, dict) or not isinstance(target, str):
            raise invalid_credential()
        return Assertion(
            subject=_agent(claims["sub"]),
            actor=_agent(actor.get("sub")),
            capability=str(claims["scope"]),
            target=target,
            token_id=str(claims.get("jti")),
        )

    async def _claims(self, token: str, audience: str) -> dict[str, Any]:
        expected = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            scope={"essential": True, "allow_blank": True},
            exp={"essential": True},
            iat={"essential": True},
            iss={"essential": True, "value": self._domain} if self._domain else {},
        )
        try:
            claims = (await self._decode(token)).claims
            expected.validate(claims)
        except (JoseError, ValueError):
            raise invalid_credential() from None
        return claims

    async def _decode(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._key_set(KEYS_VALID), algorithms=["ES256"])
        except (JoseError, ValueError):
            # The AMC may have a new key: look once more, but let nobody make us ask all the time.
            known = self._keys
            renewed = await self._key_set(KEYS_RETRY)
            if renewed is known:
                raise
            return jwt.decode(token, renewed, algorithms=["ES256"])

    async def _key_set(self, valid: float) -> KeySet:
        if self._keys is None or time.monotonic() - self._fetched > valid:
            path = "/namc-credential/v1/jwks"
            answer = await self._nf.call_amc("namc-credential", "GET", path, domain=self._domain)
            self._keys = KeySet.import_key_set(answer.json())
            self._fetched = time.monotonic()
        return self._keys


def bearer(authorization: str | None) -> str:
    """The token of an Authorization header. Raises SbiProblem 401."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise invalid_credential()
    return token.strip()


def invalid_credential() -> SbiProblem:
    """The one answer to every token that does not hold."""
    detail = "no valid token of this network's AMC is in the Authorization header"
    return SbiProblem(
        401, "CREDENTIAL_INVALID", detail, headers={"WWW-Authenticate": 'Bearer realm="agentnf"'}
    )


def _agent(subject: object) -> str:
    if not isinstance(subject, str) or not subject.startswith(SUBJECT_PREFIX):
        raise invalid_credential()
    return subject.removeprefix(SUBJECT_PREFIX)
