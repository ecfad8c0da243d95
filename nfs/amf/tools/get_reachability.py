"""The tool get-reachability: the states of a UE (L14), never where it is."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from nfs.amf.tools.models import served
from nfs.amf.ue.context import Rm
from nfs.common.models.agw import CmState
from nfs.common.models.amf_events import Supi
from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


class Reached(StrEnum):
    """How what comes for a UE reaches it."""

    AT_ONCE = "AT_ONCE"
    BY_PAGING = "BY_PAGING"
    WHEN_IT_IS_BACK = "WHEN_IT_IS_BACK"


class Device(SbiModel):
    supi: Supi


class Reachability(SbiModel):
    rm_state: Rm
    cm_state: CmState
    reached: Reached
    last_seen: datetime


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: Device) -> Reachability:
        return reachability(amf, given.supi)

    return Tool(
        name="get-reachability",
        purpose="know whether a device can be reached",
        description="Registration and connection state of a UE, whether it is reached at once, by "
        "paging or not before it is back (MICO mode, silent for long), and when it was heard last.",
        input=Device,
        output=Reachability,
        perform=perform,
        pre_conditions=("device.registered",),
    )


def reachability(amf: Amf, supi: str) -> Reachability:
    """Raises SbiProblem 404."""
    context, ue = served(amf, supi), amf.registry.get(supi)
    connected = context.rm is Rm.REGISTERED and ue is not None and ue.connected
    reached = Reached.BY_PAGING if amf.paging.reachable(context) else Reached.WHEN_IT_IS_BACK
    return Reachability(
        rm_state=context.rm,
        cm_state=CmState.CONNECTED if connected else CmState.IDLE,
        reached=Reached.AT_ONCE if connected else reached,
        last_seen=datetime.fromtimestamp(context.located_at, UTC),
    )
