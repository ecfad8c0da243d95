"""A gateway among gateways: its key, the AMC's word for it, and what it signs (G6, G11, H11)."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from nfs.common.agents.credentials import TokenVerifier, invalid_credential
from nfs.common.models.amc import GatewayCredential, GatewayCredentialRequest
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store, once

KEYS = "gateway-keys"
RENEW_BEFORE = 600
"""Seconds before its end in which a credential is renewed."""
REMEMBERED = 1024
ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that an AMC vouches for; ``domain`` is that AMC's."""

    gateway_id: str
    domain: str
    key: ECKey
    expires_at: int


class GatewayIdentity:
    """All instances of a gateway have one key, which is in their store."""

    def __init__(self, nf: NetworkFunction, store: Store, gateway_id: str) -> None:
        self.gateway_id = gateway_id
        self._nf = nf
        self._key = _key(store)
        self._credential: GatewayCredential | None = None

    def sign(self, payload: dict[str, Any]) -> str:
        """Compact JWS of ``payload``."""
        body = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
        return jws.serialize_compact({"alg": ALGORITHM}, body, self._key)

    async def credential(self) -> str:
        """The AMC's word that this key is this gateway's. Raises SbiProblem."""
        known = self._credential
        if known is None or known.expires_at - RENEW_BEFORE < time.time():
            known = await self._ask()
            self._credential = known
        return known.credential

    async def domain(self) -> str:
        """That of the AMC that vouches for this gateway. Raises SbiProblem."""
        await self.credential()
        assert self._credential is not None  # noqa: S101 - just asked for
        return self._credential.domain

    async def _ask(self) -> GatewayCredential:
        proof = self.sign({"gatewayId": self.gateway_id, "iat": int(time.time())})
        body = GatewayCredentialRequest(
            gateway_id=self.gateway_id, public_key=self._key.as_dict(private=False), proof=proof
        )
        answer = await self._nf.call_amc(
            "namc-credential",
            "POST",
            "/namc-credential/v1/gateway-credentials",
            json=body.to_json(),
        )
        return answer.model(GatewayCredential)


class GatewayVerifier:
    """Checks what other gateways signed; credentials that hold are remembered.

    ``tokens``: verifiers by domain, of the own and of those that are trusted; where there is one
    AMC only, it need not be named. ``domains``: which domain a gateway is of, when that is known;
    of others the first that vouches for them stays the only one: no AMC takes over another's.
    """

    def __init__(
        self, tokens: Mapping[str | None, TokenVerifier], domains: Mapping[str, str]
    ) -> None:
        self._tokens = tokens
        self._domains = dict(domains)
        self._known: OrderedDict[str, Gateway] = OrderedDict()

    async def gateway(self, credential: str) -> Gateway:
        """Raises SbiProblem 401 CREDENTIAL_INVALID."""
        known = self._known.get(credential)
        if known is None or known.expires_at < time.time():
            claims = await self._claims(credential)
            key = ECKey.import_key(claims["cnf"]["jwk"])
            gateway_id = claims["sub"].partition(":")[2]
            if self._domains.setdefault(gateway_id, claims["iss"]) != claims["iss"]:
                raise signature_invalid(f"{gateway_id} is a gateway of another domain")
            known = Gateway(gateway_id, claims["iss"], key, claims["exp"])
            self._known[credential] = known
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known

    async def _claims(self, credential: str) -> dict[str, Any]:
        tokens = self._tokens.get(None) or self._tokens.get(_issuer(credential))
        if tokens is None:
            raise invalid_credential()
        return await tokens.gateway(credential)

    async def signed_by(self, gateway_id: str, signed: str, credential: str) -> dict[str, Any]:
        """The payload, when it is of ``gateway_id``. Raises SbiProblem: 401 CREDENTIAL_INVALID,
        403 SIGNATURE_INVALID."""
        gateway = await self.gateway(credential)
        if gateway.gateway_id != gateway_id:
            raise signature_invalid(f"the credential is not that of {gateway_id}")
        try:
            read = jws.deserialize_compact(signed, gateway.key, algorithms=[ALGORITHM])
            payload = json.loads(read.payload)
        except (JoseError, ValueError, RecursionError):
            raise signature_invalid(f"this was not signed by {gateway_id}") from None
        if not isinstance(payload, dict):
            raise signature_invalid("what was signed is no JSON object")
        return payload


def _issuer(token: str) -> str:
    """Who a JWT says it is from, not verified: it tells whose keys to verify it with."""
    try:
        payload = json.loads(jws.extract_compact(token.encode()).payload)
        return str(payload["iss"])
    except (JoseError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def signature_invalid(detail: str) -> SbiProblem:
    return SbiProblem(403, "SIGNATURE_INVALID", detail)


def _key(store: Store) -> ECKey:
    return ECKey.import_key(once(store, KEYS, "own", _new_key)["pem"].encode())


def _new_key() -> dict[str, Any]:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"pem": pem.decode()}
