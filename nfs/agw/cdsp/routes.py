"""Routes of Nagw_Sync: CDSP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

from nfs.common.metrics import counted
from nfs.common.models.agw_sync import Digest, PeerList, SyncAck, SyncMessage
from nfs.common.sbi.access import consumer_of

if TYPE_CHECKING:
    from nfs.agw.app import Agw


def add_sync_routes(agw: Agw) -> None:
    app, root = agw.app, "/nagw-sync/v1"
    updates = agw.metrics.counter("agw_digest_updates", "CDSP updates of peers", "result")

    @app.post(f"{root}/updates", tags=["nagw-sync"])
    async def update(message: SyncMessage, request: Request) -> SyncAck:
        with counted(updates):
            await agw.peers.check(consumer_of(request))
            return await agw.cdsp.receive(message)

    @app.get(f"{root}/peers", tags=["nagw-sync"])
    async def peers() -> PeerList:
        return agw.cdsp.peers

    @app.get(f"{root}/digest", tags=["nagw-sync"])
    async def digest() -> Digest:
        return agw.cdsp.digest
