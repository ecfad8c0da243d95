"""release-qos-flow: takes back the QoS flows that an intent has added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.common.sbi.problem import SbiProblem
from nfs.common.tools import Tool
from nfs.smf.modification import release_flow

if TYPE_CHECKING:
    from nfs.smf.app import Smf


class FlowsOfIntent(SbiModel):
    supi: str = Field(min_length=1, max_length=64)
    intent_id: str = Field(min_length=1, max_length=64)


class FlowsReleased(SbiModel):
    qfis: list[int]


def tool(smf: Smf) -> Tool[FlowsOfIntent, FlowsReleased]:
    async def perform(which: FlowsOfIntent) -> FlowsReleased:
        qfis = []
        for known in smf.sessions.of_device(which.supi):
            session = await smf.sessions.find(known.ref)
            for flow in list(session.flows.values()):
                if flow.intent_id == which.intent_id:
                    await release_flow(smf, session, flow)
                    qfis.append(flow.qfi)
        if not qfis:
            detail = f"{which.supi} has no QoS flow of intent {which.intent_id}"
            raise SbiProblem(404, "QOS_FLOW_NOT_FOUND", detail)
        return FlowsReleased(qfis=qfis)

    return Tool(
        name="release-qos-flow",
        purpose="Traffic treatment",
        description="Takes back the QoS flows that an intent has added to a device's sessions.",
        input=FlowsOfIntent,
        output=FlowsReleased,
        perform=perform,
        pre_conditions=("session.active",),
        post_conditions=("flow.released",),
    )
