"""report-session-load: how many PDU sessions there are, and what they may and must be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nfs.common.models.base import SbiModel
from nfs.common.tools import Tool
from nfs.smf.sm_context import State

if TYPE_CHECKING:
    from nfs.smf.app import Smf


class Everything(SbiModel):
    """Nothing to choose."""


class SessionLoad(SbiModel):
    """``connected``: sessions with a tunnel to the gNB; rates in kbit/s, of all sessions together:
    what their AMBRs allow, and what is guaranteed to their flows."""

    sessions: int
    connected: int
    ambr_downlink_kbps: int
    ambr_uplink_kbps: int
    guaranteed_downlink_kbps: int
    guaranteed_uplink_kbps: int


def tool(smf: Smf) -> Tool[Everything, SessionLoad]:
    async def perform(_: Everything) -> SessionLoad:
        sessions = [s for s in smf.sessions if s.state is not State.INACTIVE]
        guaranteed = [f.gbr for s in sessions for f in s.flows.values() if f.gbr is not None]
        return SessionLoad(
            sessions=len(sessions),
            connected=sum(s.downlink_tunnel is not None for s in sessions),
            ambr_downlink_kbps=sum(s.ambr[0] for s in sessions) // 1000,
            ambr_uplink_kbps=sum(s.ambr[1] for s in sessions) // 1000,
            guaranteed_downlink_kbps=sum(gbr.downlink_kbps for gbr in guaranteed),
            guaranteed_uplink_kbps=sum(gbr.uplink_kbps for gbr in guaranteed),
        )

    return Tool(
        name="report-session-load",
        purpose="Analytics",
        description="How many PDU sessions there are, how many of them are connected, the rates "
        "that they may have together and those that are guaranteed to their flows.",
        input=Everything,
        output=SessionLoad,
        perform=perform,
    )
