"""The tool save-power: a UE registers seldom, and need not listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.connection.power_saving import save_power, t3512_seconds
from nfs.amf.tools.models import OfIntent, served
from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


class PowerSaving(OfIntent):
    """``mico``: nobody need reach the device while it is idle."""

    mico: bool = False


class Saving(SbiModel):
    """``t3512Seconds``: between two registrations of an idle UE."""

    t3512_seconds: int
    mico: bool


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: PowerSaving) -> Saving:
        context = served(amf, given.supi)
        save_power(amf, context, given.intent_id, mico=given.mico)
        return Saving(t3512_seconds=t3512_seconds(amf, context), mico=given.mico)

    return Tool(
        name="save-power",
        purpose="have the battery of a device last longer",
        description="Lengthens the periodic registration timer T3512 of a UE and, if wanted, has "
        "it in MICO mode (TS 23.501 clause 5.4.1.3). stop-saving-power takes it back.",
        input=PowerSaving,
        output=Saving,
        perform=perform,
        pre_conditions=("device.registered",),
        post_conditions=("power.saved",),
    )
