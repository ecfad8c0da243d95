"""What an Agent Card says as an ACS, and an ACS as an Agent Card (A2A v1.0.1; ACS v02.01).

An imported card's members that an ACS has no place for are kept in its attribute ``agentCard`` and
are there again when it is exported.
"""

from __future__ import annotations

import re
from typing import Any

from nfs.agw.acs import Acs, Skill
from nfs.agw.agent_cards.card import PROTOCOL_VERSION, AgentCard, AgentSkill, invalid_card
from nfs.agw.taxonomy import capability_identifier

KEPT = "agentCard"
AIC_EXTENSION = "urn:agentnf:a2a:aic"
"""Extension with ``{aic, capabilityIds}``: only the gateway's signature vouches for it."""
TASK_BINDING = "urn:agentnf:a2a:nagent-task"
"""Protocol binding of agents that speak Nagent_Task (sbi_specs/Nagent_Task.yaml)."""

_SEMANTIC = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?")
_TRANSPORTS = {"JSONRPC": "JSONRPC", "HTTP+JSON": "HTTP_JSON", TASK_BINDING: "HTTP_JSON"}
"""Transports of an ACS by protocol binding; it knows none of the others."""
_SCHEMES = {
    "mtlsSecurityScheme": "mutualTLS",
    "httpAuthSecurityScheme": "http",
    "apiKeySecurityScheme": "apiKey",
    "oauth2SecurityScheme": "oauth2",
    "openIdConnectSecurityScheme": "openIdConnect",
}
_OF_ACS = {
    *("name", "description", "documentationUrl", "iconUrl"),
    *("defaultInputModes", "defaultOutputModes", "skills", "signatures"),
}
"""Members of a card that stand in the ACS itself; its version need not be one that an ACS has."""


def capabilities_of(card: AgentCard) -> list[str]:
    """The capability identifiers of all skills. Raises SbiProblem 400 INVALID_AGENT_CARD for a
    skill that names none of the taxonomy (B9), by its id, a tag or its name."""
    found: dict[str, None] = {}
    for skill in card.skills:
        named = _named(skill)
        if not named:
            detail = f"the skill {skill.id!r} names no capability of this network's taxonomy"
            raise invalid_card(detail)
        found |= dict.fromkeys(named)
    return list(found)


def task_end_point(card: AgentCard) -> str | None:
    """Where agents of this network can invoke the agent, when it speaks their protocol."""
    return next(
        (i.url for i in card.supported_interfaces if i.protocol_binding == TASK_BINDING), None
    )


def with_card(acs: Acs, card: AgentCard, granted: list[str]) -> Acs:
    """The ACS of a registered agent with what its card says, limited to what was granted (D3)."""
    document = card.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    capabilities = document["capabilities"]
    capabilities["extensions"] = [
        e for e in capabilities.get("extensions", ()) if e.get("uri") != AIC_EXTENSION
    ]
    security = [
        {name: scopes.strings for name, scopes in each.schemes.items()}
        for each in card.security_requirements
    ]
    version = card.version if _SEMANTIC.fullmatch(card.version) else acs.version
    said: dict[str, Any] = {
        "version": version,
        "documentationUrl": card.documentation_url,
        "iconUrl": card.icon_url,
        "endPoints": [
            {"url": i.url, "transport": _TRANSPORTS[i.protocol_binding], "security": security}
            for i in card.supported_interfaces
            if i.protocol_binding in _TRANSPORTS
        ],
        "capabilities": {
            "streaming": card.capabilities.streaming,
            "notification": card.capabilities.push_notifications,
        },
        "securitySchemes": {n: _acs_scheme(s) for n, s in card.security_schemes.items()},
        "defaultInputModes": card.default_input_modes,
        "defaultOutputModes": card.default_output_modes,
        "skills": [
            skill
            for each in card.skills
            if (skill := _acs_skill(each, version, granted)) is not None
        ],
        KEPT: {name: value for name, value in document.items() if name not in _OF_ACS},
    }
    present = {name: value for name, value in said.items() if value is not None}
    return Acs.model_validate(acs.to_json() | present)


def card_of(acs: Acs) -> dict[str, Any]:
    """The Agent Card of a registered agent, unsigned. It tells nothing of a subscriber."""
    document = acs.to_json()
    kept: dict[str, Any] = document.get(KEPT) or _own_members(acs)
    capabilities = dict(kept["capabilities"])
    capability_ids = document.get("entityMeta", {}).get("capabilityIds", [])
    identity = {"uri": AIC_EXTENSION, "params": {"aic": acs.aic, "capabilityIds": capability_ids}}
    capabilities["extensions"] = [*capabilities.get("extensions", ()), identity]
    names = _OF_ACS & document.keys() - {"skills"}
    return (
        {"version": acs.version}
        | kept
        | {name: document[name] for name in names}
        | {"capabilities": capabilities, "skills": [_card_skill(skill) for skill in acs.skills]}
    )


def _own_members(acs: Acs) -> dict[str, Any]:
    """What the card of an agent that was not imported has beside the ACS."""
    requirements = [
        {"schemes": {name: {"list": scopes} if scopes else {} for name, scopes in each.items()}}
        for each in (acs.end_points[0].security if acs.end_points else [])
    ]
    members: dict[str, Any] = {
        "provider": {
            "organization": str(acs.provider.get("organization", "")),
            "url": str(acs.provider.get("url", "")),
        },
        "supportedInterfaces": [
            {
                "url": end_point.url,
                "protocolBinding": TASK_BINDING,
                "protocolVersion": PROTOCOL_VERSION,
            }
            for end_point in acs.end_points
        ],
        "capabilities": {
            "streaming": acs.capabilities.streaming,
            "pushNotifications": acs.capabilities.notification,
        },
        "securitySchemes": {n: _card_scheme(s) for n, s in acs.security_schemes.items()},
    }
    return members | ({"securityRequirements": requirements} if requirements else {})


def _named(skill: AgentSkill) -> list[str]:
    """Capabilities that a skill names: by id and tags, or else by its name."""
    found = [capability_identifier(text) for text in (skill.id, *skill.tags)]
    known = [identifier for identifier in found if identifier is not None]
    by_name = capability_identifier(skill.name)
    return list(dict.fromkeys(known)) or ([by_name] if by_name else [])


def _acs_skill(skill: AgentSkill, version: str, granted: list[str]) -> dict[str, Any] | None:
    """None when nothing of the skill was granted. Tags name no capability that was not."""
    offered = [capability for capability in _named(skill) if capability in granted]
    if not offered:
        return None
    others = [tag for tag in skill.tags if capability_identifier(tag) in (None, *offered)]
    tags = list(dict.fromkeys([*offered, *others]))
    return skill.to_json() | {"version": version, "tags": tags}


def _card_skill(skill: Skill) -> dict[str, Any]:
    return {name: value for name, value in skill.to_json().items() if name != "version"}


def _acs_scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    """``{"httpAuthSecurityScheme": {...}}`` as OpenAPI has it; an unknown one as it came."""
    for name, kind in _SCHEMES.items():
        if isinstance(scheme.get(name), dict):
            described = dict(scheme[name])
            if "location" in described:
                described["in"] = described.pop("location")
            return {"type": kind} | described
    return scheme


def _card_scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    for name, kind in _SCHEMES.items():
        if scheme.get("type") == kind:
            described = {k: v for k, v in scheme.items() if k != "type"}
            if "in" in described:
                described["location"] = described.pop("in")
            return {name: described}
    return scheme
