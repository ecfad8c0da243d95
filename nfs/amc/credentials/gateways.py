"""Credentials of gateways: with one, a gateway is believed what it signs (A1, G6).

The consumer is a gateway when the NRF says so: the access token names its NF instance, whose
profile has the gateway's identifier. The proof shows that it owns the key.
"""

from __future__ import annotations

import json
import time
from typing import Any

import structlog
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from nfs.amc.aaap.authorization import policy
from nfs.amc.aaap.registrant_check import credential_invalid
from nfs.amc.config import AmcConfig
from nfs.amc.credentials.authority import Authority
from nfs.common.agents.credentials import GATEWAY_AUDIENCE, GATEWAY_PREFIX
from nfs.common.models.amc import GatewayCredential, GatewayCredentialRequest

log = structlog.get_logger("amc")

LIFETIME = 86_400


def issue_gateway_credential(
    config: AmcConfig,
    authority: Authority,
    request: GatewayCredentialRequest,
    registered_as: dict[str, Any] | None,
) -> GatewayCredential:
    """``registered_as``: customInfo of the consumer's profile at the NRF; None without access
    tokens, when anybody may use this AMC.

    Raises SbiProblem 403: POLICY, CREDENTIAL_INVALID.
    """
    gateway_id = request.gateway_id
    check_gateway(config, gateway_id, registered_as)
    key = _proved_key(request, config.proof_seconds)
    expires_at = int(time.time()) + LIFETIME
    credential = authority.token(
        expires_at,
        sub=GATEWAY_PREFIX + gateway_id,
        aud=GATEWAY_AUDIENCE,
        scope="",
        cnf={"jwk": key.as_dict(private=False)},
    )
    log.info("gateway credential issued", gateway=gateway_id)
    return GatewayCredential(credential=credential, domain=config.amc_id, expires_at=expires_at)


def check_gateway(config: AmcConfig, gateway_id: str, registered_as: dict[str, Any] | None) -> None:
    """The consumer is the gateway that it says it is, and one of this AMC's. Raises SbiProblem 403
    POLICY."""
    if gateway_id not in config.gateways:
        raise policy(f"the gateway {gateway_id!r} is not one of this AMC's")
    if registered_as is not None and registered_as.get("gatewayId") != gateway_id:
        raise policy(f"the NRF does not know the consumer as the gateway {gateway_id!r}")


def _proved_key(request: GatewayCredentialRequest, max_age: int) -> ECKey:
    try:
        key = ECKey.import_key(request.public_key)
        signed = jws.deserialize_compact(request.proof, key, algorithms=["ES256"])
        proof = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise credential_invalid("the gateway's key or its proof is not valid") from None
    issued = proof.get("iat") if isinstance(proof, dict) else None
    if type(issued) is not int or abs(time.time() - issued) > max_age:
        raise credential_invalid("the gateway's proof is stale: is its clock right?")
    if proof.get("gatewayId") != request.gateway_id:
        raise credential_invalid("the gateway's proof is of another gateway")
    return key
