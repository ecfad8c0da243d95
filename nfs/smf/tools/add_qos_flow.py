"""add-qos-flow: a QoS flow with guaranteed rates for the packets to and from one address."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool
from nfs.smf.five_qi import Infeasible, QosDemand, choose_five_qi
from nfs.smf.modification import add_flow
from nfs.smf.sm_context import sm_context_ref

if TYPE_CHECKING:
    from nfs.smf.app import Smf


class FlowWanted(QosDemand):
    """``intent_id`` is what ``release-qos-flow`` finds the flow by."""

    supi: str = Field(min_length=1, max_length=64)
    pdu_session_id: int = Field(ge=1, le=15)
    intent_id: str = Field(min_length=1, max_length=64)
    remote_address: IPv4Address


class FlowAdded(SbiModel):
    qfi: int
    five_qi: int
    packet_delay_budget_ms: int
    guaranteed_downlink_kbps: int
    guaranteed_uplink_kbps: int


def tool(smf: Smf) -> Tool[FlowWanted, FlowAdded]:
    async def perform(wanted: FlowWanted) -> FlowAdded:
        choice = choose_five_qi(wanted)
        if isinstance(choice, Infeasible) or choice.gbr is None:
            reason = choice.reason if isinstance(choice, Infeasible) else "no rate is asked for"
            raise SbiProblem(403, "INFEASIBLE", reason)
        session = await smf.sessions.find(sm_context_ref(wanted.supi, wanted.pdu_session_id))
        flow = await add_flow(
            smf,
            session,
            choice.five_qi.value,
            choice.gbr,
            intent_id=wanted.intent_id,
            remote=wanted.remote_address,
        )
        return FlowAdded(
            qfi=flow.qfi,
            five_qi=flow.five_qi,
            packet_delay_budget_ms=choice.five_qi.packet_delay_budget,
            guaranteed_downlink_kbps=choice.gbr.downlink_kbps,
            guaranteed_uplink_kbps=choice.gbr.uplink_kbps,
        )

    return Tool(
        name="add-qos-flow",
        purpose="Traffic treatment",
        description=(
            "Adds a QoS flow with guaranteed rates to a PDU session, for the packets that the "
            "device exchanges with one address."
        ),
        input=FlowWanted,
        output=FlowAdded,
        perform=perform,
        pre_conditions=("session.active",),
        post_conditions=("flow.added",),
    )
