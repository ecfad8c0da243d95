"""The tool stop-watching-area: ends what watch-area has begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.tools.models import Nothing, OfIntent, nothing_of
from nfs.amf.tools.watch_area import watched_for
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: OfIntent) -> Nothing:
        mine = watched_for(amf, given)
        if not mine:
            raise nothing_of(given.intent_id)
        for key in mine:
            amf.events.delete(key)
        return Nothing()

    return Tool(
        name="stop-watching-area",
        purpose="no longer be told when a device enters or leaves an area",
        description="Unsubscribes what watch-area has subscribed to for an intent.",
        input=OfIntent,
        output=Nothing,
        perform=perform,
        pre_conditions=("area.watched",),
    )
