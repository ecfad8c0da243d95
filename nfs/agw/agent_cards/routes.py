"""A2A Agent Cards in and out (Nagw_Registration), and the catalogue at the well-known place."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from starlette.responses import JSONResponse

from nfs.agw.agent_cards.card_export import KEYS_PATH, AgentCardExport
from nfs.agw.agent_cards.card_import import AgentCardImport
from nfs.common.models.agent_card import AgentCardRegistration, AiCatalog
from nfs.common.models.agw import LocalBind
from nfs.common.models.audit import KeySetModel
from nfs.common.nf import NetworkFunction

WELL_KNOWN = "/.well-known/"
"""Open to anybody: only what the gateway is configured to show is there."""
_ROOT = "/nagw-registration/v1"


def add_agent_card_routes(
    nf: NetworkFunction, imported: AgentCardImport, exported: AgentCardExport
) -> None:
    app = nf.app

    @app.post(
        f"{_ROOT}/agent-cards",
        status_code=201,
        tags=["nagw-registration"],
        response_model_exclude_none=True,
    )
    async def register_agent_card(request: AgentCardRegistration, answer: Response) -> LocalBind:
        registered = await imported.register(request)
        answer.headers["Location"] = f"{nf.api_root}{_ROOT}/agents/{registered.bind.aic}"
        answer.status_code = 201 if registered.created else 200
        return registered.bind

    @app.get(f"{_ROOT}/agents/{{aic}}/agent-card", tags=["nagw-registration"])
    async def agent_card(aic: str) -> dict[str, Any]:
        return exported.card(aic)

    @app.get(f"{WELL_KNOWN}ai-catalog.json", tags=["well-known"], response_model=AiCatalog)
    async def ai_catalog() -> Response:
        return JSONResponse(exported.catalogue(), media_type="application/ai-catalog+json")

    @app.get(KEYS_PATH, tags=["well-known"])
    async def card_keys() -> KeySetModel:
        return KeySetModel.model_validate(exported.keys.jwks)
