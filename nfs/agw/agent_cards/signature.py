"""Signatures of Agent Cards: JWS over the canonical form of the card (A2A v1.0.1 clause 8.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from nfs.agw.agent_cards.card import AgentCard
from nfs.common.jcs import canonical
from nfs.common.signing import ALGORITHM, SigningKeys, from_base64url, jws_input, verifies

TYPE = "JOSE"


@dataclass(frozen=True)
class _Message:
    """A message of a2a.proto. ``implicit``: members that are left out when they have their default;
    ``parts``: messages inside, ``*`` for every member of a map."""

    implicit: frozenset[str] = frozenset()
    parts: Mapping[str, _Message] = field(default_factory=dict)


def _message(*implicit: str, **parts: _Message) -> _Message:
    return _Message(frozenset(implicit), parts)


def _map_of(item: _Message) -> _Message:
    return _Message(parts={"*": item})


_REQUIREMENT = _message("schemes", schemes=_map_of(_message("list")))
_FLOWS = _message(
    authorizationCode=_message("refreshUrl", "pkceRequired"),
    clientCredentials=_message("refreshUrl"),
    deviceCode=_message("refreshUrl"),
    implicit=_message("authorizationUrl", "refreshUrl", "scopes"),
    password=_message("tokenUrl", "refreshUrl", "scopes"),
)
_SCHEME = _message("description", "bearerFormat", "oauth2MetadataUrl", flows=_FLOWS)
_CARD = _message(
    "securitySchemes",
    "securityRequirements",
    supportedInterfaces=_message("tenant"),
    capabilities=_message("extensions", extensions=_message("uri", "description", "required")),
    securitySchemes=_map_of(_map_of(_SCHEME)),
    securityRequirements=_REQUIREMENT,
    skills=_message(
        *("examples", "inputModes", "outputModes", "securityRequirements"),
        securityRequirements=_REQUIREMENT,
    ),
)


def signed_octets(card: dict[str, Any]) -> bytes:
    """What a signature of the card is over (clause 8.4.1). Raises ValueError if it is no I-JSON."""
    unsigned = {name: value for name, value in card.items() if name != "signatures"}
    return canonical(_explicit(unsigned, _CARD))


def is_signed_by(document: dict[str, Any], card: AgentCard, key: ec.EllipticCurvePublicKey) -> bool:
    """Whether one of the card's signatures is of this key. ``card`` is ``document`` as read; a
    ``jku`` is not followed: the key is known from elsewhere."""
    payload = signed_octets(document)
    return any(
        _is_usable(each.protected)
        and verifies(key, each.signature, jws_input(each.protected, payload))
        for each in card.signatures
    )


def with_signature(card: dict[str, Any], keys: SigningKeys, keys_url: str) -> dict[str, Any]:
    """The card signed with ``keys``, whose public part is at ``keys_url``."""
    protected, signature = keys.detached_jws(signed_octets(card), typ=TYPE, jku=keys_url)
    return card | {"signatures": [{"protected": protected, "signature": signature}]}


def _is_usable(protected: str) -> bool:
    """A protected header of an algorithm that is taken here, and without extensions (``crit``)."""
    try:
        header = json.loads(from_base64url(protected))
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and header.get("alg") == ALGORITHM and "crit" not in header


def _explicit(value: Any, message: _Message | None) -> Any:
    """The value without members that have their default and need not be there."""
    if message is None:
        return value
    if isinstance(value, list):
        return [_explicit(item, message) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _explicit(member, message.parts.get(name) or message.parts.get("*"))
        for name, member in value.items()
        if member is not None and (member or name not in message.implicit)
    }
