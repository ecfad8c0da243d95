"""Nnrf_AccessToken_Get (TS 29.510 clause 5.4.2.2, TS 33.501 clause 13.4.1.1)."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import structlog
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from nfs.common.models.nrf import NFProfile
from nfs.common.sbi.access import Issuer
from nfs.common.store import Store, once
from nfs.nrf.repository import Repository

log = structlog.get_logger("nrf")

_COLLECTION = "oauth2"


@dataclass(frozen=True, slots=True)
class AccessTokenRequest:
    """AccessTokenReq of clause 6.3.5.2.2, the attributes this NRF decides on."""

    grant_type: str
    nf_instance_id: str
    scope: str
    nf_type: str | None = None
    target_nf_type: str | None = None
    target_nf_instance_id: str | None = None


def read_request(content_type: str | None, body: bytes) -> AccessTokenRequest:
    """The form of a token request. Raises TokenRefused."""
    if (content_type or "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "a token is asked for with a form")
    try:
        form = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=32)
    except ValueError as error:
        raise TokenRefused("invalid_request", f"not a form: {error}") from None
    if repeated := [name for name, values in form.items() if len(values) > 1]:
        raise TokenRefused("invalid_request", f"given more than once: {', '.join(repeated)}")
    given = {name: values[0] for name, values in form.items()}
    try:
        return AccessTokenRequest(
            grant_type=given["grant_type"],
            nf_instance_id=given["nfInstanceId"],
            scope=given["scope"],
            nf_type=given.get("nfType"),
            target_nf_type=given.get("targetNfType"),
            target_nf_instance_id=given.get("targetNfInstanceId"),
        )
    except KeyError as error:
        raise TokenRefused("invalid_request", f"{error.args[0]} is missing") from None


class TokenRefused(Exception):
    """AccessTokenErr of clause 6.3.5.2.5: ``error`` is a code of RFC 6749 clause 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class AccessTokens:
    """Issues tokens to registered consumers, for services that are offered to their NF type."""

    def __init__(self, store: Store, own: NFProfile, lifetime: int) -> None:
        name, self._key = _issuer(store, own.nf_instance_id)
        self._own = own
        self._lifetime = lifetime
        self.issuer = Issuer(name, KeySet([_public(self._key)]))

    def jwks(self) -> dict[str, Any]:
        return {"issuer": self.issuer.name, "keys": [self._key.as_dict(private=False)]}

    def get(self, repository: Repository, request: AccessTokenRequest) -> dict[str, Any]:
        """The AccessTokenRsp. Raises TokenRefused."""
        if request.grant_type != "client_credentials":
            raise TokenRefused("unsupported_grant_type", "only client_credentials is supported")
        consumer = self._consumer(repository, request)
        wanted = frozenset(request.scope.split())
        if not wanted:
            raise TokenRefused("invalid_request", "scope names no service")
        offered = self._offered(repository, request, consumer.nf_type)
        if not wanted <= offered:
            missing = " ".join(sorted(wanted - offered))
            log.warning("token refused", consumer=consumer.nf_type, scope=missing)
            raise TokenRefused("invalid_scope", f"not offered to {consumer.nf_type}: {missing}")
        audience = request.target_nf_instance_id or request.target_nf_type or ""
        return self.issue(consumer.nf_instance_id, audience, " ".join(sorted(wanted)))

    def issue(self, subject: str, audience: str, scope: str) -> dict[str, Any]:
        """``audience``: an NF type, or the identifier of one NF instance."""
        now = int(time.time())
        claims = {
            "iss": self.issuer.name,
            "sub": subject,
            "aud": [audience] if _is_instance(audience) else audience,
            "scope": scope,
            "iat": now,
            "exp": now + self._lifetime,
            "jti": uuid.uuid4().hex,
        }
        header = {"alg": "ES256", "typ": "JWT", "kid": self._key.kid}
        return {
            "access_token": jwt.encode(header, claims, self._key, algorithms=["ES256"]),
            "token_type": "Bearer",
            "expires_in": self._lifetime,
            "scope": scope,
        }

    def _consumer(self, repository: Repository, request: AccessTokenRequest) -> NFProfile:
        """Only who is registered, and as what it says it is, gets a token."""
        found = [p for p in repository.alive() if p.nf_instance_id == request.nf_instance_id]
        if not found:
            detail = f"the NF {request.nf_instance_id} is not registered here"
            raise TokenRefused("invalid_client", detail)
        if request.nf_type not in (None, found[0].nf_type):
            detail = f"the NF is registered as {found[0].nf_type}, not {request.nf_type}"
            raise TokenRefused("invalid_client", detail)
        return found[0]

    def _offered(
        self, repository: Repository, request: AccessTokenRequest, consumer: str
    ) -> frozenset[str]:
        """Services that the wanted producers offer to the NF type ``consumer``."""
        if request.target_nf_instance_id is None and request.target_nf_type is None:
            detail = "targetNfType or targetNfInstanceId says for whom the token is"
            raise TokenRefused("invalid_request", detail)
        producers = [
            p
            for p in (self._own, *repository.alive())
            if request.target_nf_type in (None, p.nf_type)
            and request.target_nf_instance_id in (None, p.nf_instance_id)
            and (p.allowed_nf_types is None or consumer in p.allowed_nf_types)
        ]
        return frozenset(
            s.service_name
            for p in producers
            for s in p.all_services
            if s.allowed_nf_types is None or consumer in s.allowed_nf_types
        )


class OwnTokens:
    """The NRF as a consumer has no need to ask."""

    def __init__(self, tokens: AccessTokens, instance_id: str) -> None:
        self._tokens = tokens
        self._instance_id = instance_id

    async def token(self, nf_type: str, service: str) -> str:
        return str(self._tokens.issue(self._instance_id, nf_type, service)["access_token"])

    def forget(self, token: str) -> None:
        """It keeps none."""


def _issuer(store: Store, instance_id: str) -> tuple[str, ECKey]:
    """Name and signing key, made at the first start and kept: tokens outlive a restart, and all
    instances of this NRF issue the same."""

    def make() -> dict[str, Any]:
        key = ECKey.generate_key("P-256", auto_kid=True)
        return {"name": instance_id, "key": key.as_dict(private=True)}

    kept = once(store, _COLLECTION, "issuer", make)
    return kept["name"], ECKey.import_key(kept["key"])


def _public(key: ECKey) -> ECKey:
    return ECKey.import_key(key.as_dict(private=False))


def _is_instance(audience: str) -> bool:
    try:
        uuid.UUID(audience)
    except ValueError:
        return False
    return True
