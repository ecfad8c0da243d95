"""Nagw_Audit, Namc_Audit: the audit trail and the keys it is signed with.

For operators only (P2): the NRF gives tokens for them to consumers of type OAM.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import JSONResponse, Response

from nfs.common.audit.trail import AuditTrail
from nfs.common.models.audit import AuditPage, KeySetModel
from nfs.common.nf import NetworkFunction

MAX_SEQUENCE = 10**12 - 2


def add_audit_routes(nf: NetworkFunction, trail: AuditTrail) -> None:
    name = nf.nf_type.lower()
    service = f"n{name}-audit"
    nf.metrics.gauge(
        f"{name}_audit_records", "Records in the audit trail: never fewer", lambda: trail.length
    )

    @nf.app.get(f"/{service}/v1/records", tags=[service], response_model=AuditPage)
    async def audit_records(
        after: Annotated[int, Query(ge=0, le=MAX_SEQUENCE)] = 0,
    ) -> Response:
        return JSONResponse(trail.page(after))  # as it was signed: no model writes it anew

    @nf.app.get(f"/{service}/v1/keys", tags=[service])
    async def audit_keys() -> KeySetModel:
        return KeySetModel.model_validate(trail.keys.jwks)
