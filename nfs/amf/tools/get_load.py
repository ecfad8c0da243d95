"""The tool get-load: how much the AMF of a UE has to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nfs.amf.tools.models import served
from nfs.common.models.amf_events import Supi
from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool

if TYPE_CHECKING:
    from nfs.amf.app import Amf


class Device(SbiModel):
    supi: Supi


class Load(SbiModel):
    """``overloaded``: gNBs have been told so (TS 38.413 clause 8.7.6)."""

    overloaded: bool
    connections: int
    max_connections: int | None = None


def tool(amf: Amf) -> Tool[Any, Any]:
    async def perform(given: Device) -> Load:
        served(amf, given.supi)
        return Load(
            overloaded=amf.n2.overload.action is not None,
            connections=len(amf.n2.ues),
            max_connections=amf.config.max_connections,
        )

    return Tool(
        name="get-load",
        purpose="know whether the network has too much to do",
        description="Whether the AMF that serves a UE is overloaded, and how many UEs are "
        "connected to it.",
        input=Device,
        output=Load,
        perform=perform,
        pre_conditions=("device.registered",),
    )
