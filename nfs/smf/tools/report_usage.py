"""report-usage: what the open PDU sessions of a device have carried, counted by their UPFs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool
from nfs.smf.n4.measurement import query_usage
from nfs.smf.sm_context import State
from nfs.smf.tools.list_sessions import Device

if TYPE_CHECKING:
    from nfs.smf.app import Smf


class SessionUsage(SbiModel):
    pdu_session_id: int
    dnn: str
    uplink_octets: int
    downlink_octets: int


class Usage(SbiModel):
    sessions: list[SessionUsage]


def tool(smf: Smf) -> Tool[Device, Usage]:
    async def perform(device: Device) -> Usage:
        sessions = []
        for session in smf.sessions.of_device(device.supi):
            if session.state is State.INACTIVE or session.pfcp is None:
                continue
            uplink, downlink = await query_usage(smf.n4, session, session.pfcp)
            sessions.append(
                SessionUsage(
                    pdu_session_id=session.pdu_session_id,
                    dnn=session.dnn,
                    uplink_octets=uplink,
                    downlink_octets=downlink,
                )
            )
        return Usage(sessions=sessions)

    return Tool(
        name="report-usage",
        purpose="Analytics",
        description="Octets that the open PDU sessions of a device have carried since they began, "
        "uplink and downlink, as their UPFs count them at this moment.",
        input=Device,
        output=Usage,
        perform=perform,
        pre_conditions=("device.registered",),
    )
