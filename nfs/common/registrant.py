"""How a registrant proves its account at the AMC: external account binding (RFC 8555 7.3.4, A11).

The AGW passes the proof on. It never sees the key, so it cannot register anything by itself.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from joserfc import jws
from joserfc.jwk import OctKey

from nfs.common.thumbprint import thumbprint

ALGORITHM = "HS256"


def binding_key(key: str) -> OctKey:
    """The HMAC key of an account: SHA-256 of its configured key, which may be any text, gives the
    256 bits that HS256 needs (RFC 7518 clause 3.2)."""
    return OctKey.import_key(hashlib.sha256(key.encode()).digest())


def registrant_proof(  # noqa: PLR0917 - in the order of the payload
    account: str,
    key: str,
    template: str,
    instance: str,
    public_key_der: bytes,
    gateway_id: str,
    on_behalf_of: dict[str, Any] | None,
) -> str:
    """Compact JWS that binds one registration to ``account``, which owns the binding key ``key``.

    ``on_behalf_of`` is ``{pseudonym, agentsAllowed, scope}`` as in the request, None when the
    account registers an agent of its own.
    """
    payload: dict[str, Any] = {
        "account": account,
        "template": template,
        "instance": instance,
        "key": thumbprint(public_key_der),
        "gatewayId": gateway_id,
        "iat": int(time.time()),
    }
    if on_behalf_of is not None:
        payload["onBehalfOf"] = on_behalf_of
    body = json.dumps(payload, separators=(",", ":")).encode()
    return jws.serialize_compact({"alg": ALGORITHM}, body, binding_key(key))
