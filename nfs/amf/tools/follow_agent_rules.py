"""The tool follow-agent-rules: others find a UE's agent if its subscriber wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.registration.subscription_change import subscription_changed
from nfs.amf.tools.models import Nothing
from nfs.common.models.amf_events import Supi
from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


class Subscriber(SbiModel):
    supi: Supi


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: Subscriber) -> Nothing:
        await subscription_changed(amf, given.supi)
        return Nothing()

    return Tool(
        name="follow-agent-rules",
        purpose="have a device's agent found and reached by others, or not",
        description="Reads the subscriber's rules at the UDM and tells the agent gateway.",
        input=Subscriber,
        output=Nothing,
        perform=perform,
        pre_conditions=("device.registered", "privacy.set"),
    )
