"""Where the AMC notifies the gateway of changes of identities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.agw.identity.events import CALLBACK
from nfs.common.models.amc_lifecycle import IdentityEvent

if TYPE_CHECKING:
    from nfs.agw.app import Agw


def add_identity_event_routes(nf: Agw) -> None:
    @nf.app.post(CALLBACK, status_code=204, tags=[nf.callback_service])
    async def identity_event(body: IdentityEvent) -> None:
        await nf.identity_events.notified(body)
