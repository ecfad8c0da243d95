"""Namc_Taxonomy: the capability taxonomy, for whoever describes or looks for agents."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from nfs.amc.taxonomy.capabilities import Taxonomy
from nfs.common.models.taxonomy import Capability, CapabilityList
from nfs.common.nf import NetworkFunction

SERVICE = "namc-taxonomy"
_ROOT = f"/{SERVICE}/v1/capabilities"


def add_taxonomy_routes(nf: NetworkFunction) -> None:
    taxonomy = Taxonomy.load()

    @nf.app.get(_ROOT, tags=[SERVICE], response_model_exclude_none=True)
    async def capabilities(
        below: Annotated[str | None, Query(max_length=128)] = None,
    ) -> CapabilityList:
        return taxonomy.all(below)

    @nf.app.get(f"{_ROOT}/{{name:path}}", tags=[SERVICE], response_model_exclude_none=True)
    async def capability(name: str) -> Capability:
        return taxonomy.find(name)
