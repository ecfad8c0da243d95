"""The tool stop-saving-power: a UE registers as often as others, and listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.connection.power_saving import stop_saving_power
from nfs.amf.tools.models import Nothing, OfIntent, nothing_of, served
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: OfIntent) -> Nothing:
        if not stop_saving_power(amf, served(amf, given.supi), given.intent_id):
            raise nothing_of(given.intent_id)
        return Nothing()

    return Tool(
        name="stop-saving-power",
        purpose="have a device reached as usual",
        description="Ends what save-power has begun for an intent. A UE in MICO mode learns of it "
        "when it is back.",
        input=OfIntent,
        output=Nothing,
        perform=perform,
        pre_conditions=("power.saved",),
    )
