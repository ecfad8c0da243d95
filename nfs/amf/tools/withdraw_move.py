"""The tool withdraw-move: takes back what announce-move has prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.registration.configuration_update import follow_registration_area
from nfs.amf.tools.models import Nothing, OfIntent, nothing_of, served
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: OfIntent) -> Nothing:
        context = served(amf, given.supi)
        if context.announced.pop(given.intent_id, None) is None:
            raise nothing_of(given.intent_id)
        amf.contexts.save(context)
        follow_registration_area(amf, context)
        return Nothing()

    return Tool(
        name="withdraw-move",
        purpose="no longer be prepared for a move",
        description="Takes the tracking areas that announce-move has added for an intent back.",
        input=OfIntent,
        output=Nothing,
        perform=perform,
        pre_conditions=("move.prepared",),
    )
