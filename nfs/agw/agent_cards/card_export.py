"""Agents of this gateway to the outside: their Agent Cards, and the catalogue of those it shows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from nfs.agw.agent_cards.mapping import card_of
from nfs.agw.agent_cards.signature import with_signature
from nfs.agw.config import AgwConfig
from nfs.agw.directory import Agent, Directory
from nfs.common.jcs import canonical
from nfs.common.models.agent_card import AiCatalog
from nfs.common.signing import SigningKeys

KEYS_PATH = "/.well-known/jwks.json"
MAX_ENTRIES = 200


class AgentCardExport:
    def __init__(self, config: AgwConfig, directory: Directory, keys: SigningKeys) -> None:
        self._config = config
        self._directory = directory
        self.keys = keys
        self._keys_url = config.api_root + KEYS_PATH
        self._catalogue: dict[str, Any] = {}
        self._made = float("-inf")

    def card(self, aic: str) -> dict[str, Any]:
        """An agent's card, signed. Raises SbiProblem: 400 INVALID_AIC, 404 AGENT_NOT_FOUND."""
        return self._signed(self._directory.find(aic))

    def catalogue(self) -> dict[str, Any]:
        """An AiCatalog, made anew after ``catalogue_seconds``: anybody may ask for it."""
        if time.monotonic() - self._made >= self._config.catalogue_seconds:
            self._catalogue, self._made = self._new_catalogue(), time.monotonic()
        return self._catalogue

    def _new_catalogue(self) -> dict[str, Any]:
        unsigned = {
            "specVersion": "1.0",
            "host": {"displayName": f"Agent gateway {self._config.gateway_id}"},
            "entries": [self._entry(agent) for agent in islice(self._shown(), MAX_ENTRIES)],
        }
        protected, signature = self.keys.detached_jws(canonical(unsigned), jku=self._keys_url)
        return AiCatalog.model_validate(
            unsigned | {"signature": f"{protected}..{signature}"}
        ).to_json()

    def _entry(self, agent: Agent) -> dict[str, Any]:
        return {
            "identifier": f"acps://{agent.aic}",
            "type": "application/a2a-agent-card+json",
            "updatedAt": agent.acs.last_modified_time.isoformat(),
            "data": self._signed(agent),
        }

    def _shown(self) -> Iterator[Agent]:
        """Live agents of the configured capabilities; those of subscribers are never shown."""
        seen = set()
        for capability in self._config.catalogue:
            for agent in self._directory.offering(capability, MAX_ENTRIES):
                if agent.aic not in seen and not agent.on_behalf_of:
                    seen.add(agent.aic)
                    yield agent

    def _signed(self, agent: Agent) -> dict[str, Any]:
        return with_signature(card_of(agent.acs), self.keys, self._keys_url)
