"""Agents as the directory has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nfs.agw.acs import Acs, Capabilities, Skill
from nfs.agw.directory import Agent
from nfs.common.aic import Aic
from nfs.common.models.agw import AgentState

SALT = bytes.fromhex("6a7f21c4")


def aic(number: int, template: str = "1") -> str:
    return str(Aic.allocate("1", "UE", template, number, SALT))


def agent(number: int, *capabilities: str, template: str = "1", **attributes: Any) -> Agent:
    """``attributes`` are of the agent or of its ACS, whichever has them."""
    own = {name: attributes.pop(name) for name in Agent.model_fields if name in attributes}
    meta = {"capabilityIds": list(capabilities)} | attributes.pop("meta", {})
    acs: dict[str, Any] = {
        "aic": aic(number, template),
        "active": True,
        "last_modified_time": datetime(2026, 5, 1, tzinfo=UTC),
        "protocol_version": "02.01",
        "name": "Assistant",
        "description": "It can do what its capabilities say, and nothing else.",
        "version": "1.0.0",
        "provider": {"countryCode": "DE", "organization": "AgentNF testbed"},
        "security_schemes": {"mtls": {"type": "mutualTLS"}},
        "end_points": [],
        "capabilities": Capabilities(),
        "default_input_modes": ["text/plain"],
        "default_output_modes": ["text/plain"],
        "skills": [skill(capability) for capability in capabilities],
        "entity_meta": meta,
    }
    agent: dict[str, Any] = {
        "acs": Acs.model_validate(acs | attributes),
        "template": f"template-{template}",
        "capability_ids": list(capabilities),
        "scope": list(capabilities),
        "gateway_id": "agw-1",
        "valid_until": 2_000_000_000,
        "state": AgentState.REGISTERED,
    }
    return Agent.model_validate(agent | own)


def skill(capability: str) -> Skill:
    name = capability.rpartition("/")[2]
    return Skill(
        id=f"agentnf.capability.{name}",
        name=name,
        description=f"The capability {capability}.",
        version="1.0.0",
        tags=[capability],
    )
