"""list-sessions: the PDU sessions of a device, with their QoS flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.models.smf_tools import QosFlowInfo, SessionInfo, SessionList
from nfs.common.tools import Tool
from nfs.smf.sm_context import State

if TYPE_CHECKING:
    from nfs.smf.app import Smf
    from nfs.smf.sm_context import QosFlow, SmContext


class Device(SbiModel):
    supi: str = Field(min_length=1, max_length=64)


def tool(smf: Smf) -> Tool[Device, SessionList]:
    async def perform(device: Device) -> SessionList:
        found = [s for s in smf.sessions.of_device(device.supi) if s.state is not State.INACTIVE]
        return SessionList(sessions=[_info(session) for session in found])

    return Tool(
        name="list-sessions",
        purpose="SM characteristics",
        description="The PDU sessions of a device: data network, slice, addresses and QoS flows.",
        input=Device,
        output=SessionList,
        perform=perform,
        pre_conditions=("device.registered",),
    )


def _info(session: SmContext) -> SessionInfo:
    downlink, uplink = session.ambr
    address = session.address.to_json()
    return SessionInfo(
        pdu_session_id=session.pdu_session_id,
        dnn=session.dnn,
        s_nssai=str(session.s_nssai),
        ipv4=address.get("ipv4"),
        ipv6_prefix=address.get("ipv6Prefix"),
        connected=session.downlink_tunnel is not None,
        ambr_downlink_kbps=downlink // 1000,
        ambr_uplink_kbps=uplink // 1000,
        qos_flows=[_flow(flow) for flow in session.flows.values()],
    )


def _flow(flow: QosFlow) -> QosFlowInfo:
    return QosFlowInfo(
        qfi=flow.qfi,
        five_qi=flow.five_qi,
        guaranteed_downlink_kbps=flow.gbr.downlink_kbps if flow.gbr else None,
        guaranteed_uplink_kbps=flow.gbr.uplink_kbps if flow.gbr else None,
        intent_id=flow.intent_id,
    )
