"""Namc_Authentication: AAAP for entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.amc.aaap.entities import EntityAuthorization
from nfs.common.models.amc import EntityAuthorizationRequest, Grant

if TYPE_CHECKING:
    from nfs.amc.app import Amc


def add_entity_routes(amc: Amc, entities: EntityAuthorization) -> None:
    path = "/namc-auth/v1/entity-authorizations"

    @amc.app.post(path, status_code=201, tags=["namc-auth"], response_model_exclude_none=True)
    async def authorize_entity(request: EntityAuthorizationRequest) -> Grant:
        return entities.authorize(request)
