"""The QoS agent at the SMF: offers ``/capability/qos-assurance``.

It turns what a user asks of a flow into a standardised 5QI (TS 23.501 table 5.7.4-1) and has the
SMF add a QoS flow with it.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol

from pydantic import Field, ValidationError

from nfs.common.agents.host import AgentHost, Caller
from nfs.common.agents.identity import AgentAccount, AgentDescription, AgentIdentity
from nfs.common.agents.task import DataItem, Task, TaskFailed, TaskRejected
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store
from nfs.smf.five_qi import Choice, FiveQi, Infeasible, QosDemand, choose_five_qi
from nfs.smf.sm_context import Gbr, QosFlow

CAPABILITY = "/capability/qos-assurance"
TRUSTED_TEMPLATES = ("core.intent", "core.amf")
"""Agents that may name a subscriber: they have checked who asks. A UE's agent may not."""


class QosTask(QosDemand):
    """The input of a task: whose flow, in which PDU session, for how long."""

    supi: str = Field(min_length=1, max_length=64)
    pdu_session_id: int = Field(ge=1, le=15)
    duration_seconds: int | None = Field(default=None, gt=0)
    application: str | None = Field(default=None, max_length=256)
    intent_id: str | None = Field(default=None, min_length=1, max_length=64)
    """By which ``release-qos-flow`` finds the flow."""


class Assure(Protocol):
    """Adds a QoS flow to a PDU session (TS 23.502 clause 4.3.3); raises SbiProblem."""

    def __call__(
        self,
        supi: str,
        pdu_session_id: int,
        five_qi: int,
        gbr: Gbr | None,
        *,
        intent_id: str | None,
        duration_seconds: float | None,
    ) -> Awaitable[QosFlow]: ...


DESCRIPTION = AgentDescription(
    template="core.qos",
    instance="qos",
    name="QoS assurance",
    description=(
        "Adds a QoS flow to a PDU session of a subscriber so that latency, jitter, throughput and "
        "loss stay within standardised 5QI values. It cannot promise less than 5 ms, or anything "
        "beyond the radio and core network."
    ),
    capabilities=(CAPABILITY,),
)


class QosAgent:
    """The agent with its identity and its task endpoint on the SMF's application."""

    def __init__(
        self, nf: NetworkFunction, store: Store, account: AgentAccount, assure: Assure
    ) -> None:
        self.identity = AgentIdentity(nf, store, DESCRIPTION, account, end_point=nf.api_root)
        self._nf = nf
        self._assure = assure
        self._host = AgentHost(nf, self.identity, self.perform)

    async def start(self) -> None:
        await self.identity.start()
        self._nf.spawn(self._host.report_health())

    async def stop(self) -> None:
        await self.identity.stop()

    async def perform(self, task: Task, caller: Caller) -> list[DataItem]:
        """Assure a flow; the product has qfi, fiveQi and what the 5QI stands for."""
        await self._check_actor(caller)
        try:
            asked = QosTask.model_validate(task.data)
        except ValidationError as error:
            wrong = error.errors()[0]
            detail = f"{'/'.join(map(str, wrong['loc']))}: {wrong['msg']}"
            raise TaskRejected(f"the input cannot be used: {detail}") from None
        choice = choose_five_qi(asked)
        if isinstance(choice, Infeasible):
            raise TaskRejected(choice.reason, DataItem(data={"bestOffer": _facts(choice.best)}))
        flow = await self._add_flow(asked, choice)
        return [DataItem(data=_product(asked, choice, flow))]

    async def _check_actor(self, caller: Caller) -> None:
        path = f"/namc-identity/v1/identities/{caller.actor}"
        identity = await self._nf.call_amc("namc-identity", "GET", path)
        if identity.json().get("template") not in TRUSTED_TEMPLATES:
            raise TaskRejected("only the network's own agents may ask for a subscriber's flow")

    async def _add_flow(self, asked: QosTask, choice: Choice) -> QosFlow:
        try:
            return await self._assure(
                asked.supi,
                asked.pdu_session_id,
                choice.five_qi.value,
                choice.gbr,
                intent_id=asked.intent_id,
                duration_seconds=asked.duration_seconds,
            )
        except SbiProblem as problem:
            raise TaskFailed(problem.detail or problem.cause) from problem


def _facts(row: FiveQi) -> dict[str, Any]:
    return {
        "fiveQi": row.value,
        "resourceType": row.resource_type.value,
        "packetDelayBudgetMs": row.packet_delay_budget,
        "packetErrorRate": row.packet_error_rate,
    }


def _product(asked: QosTask, choice: Choice, flow: QosFlow) -> dict[str, Any]:
    product = {"qfi": flow.qfi} | _facts(choice.five_qi)
    if asked.duration_seconds is not None:
        product["durationSeconds"] = asked.duration_seconds
    if choice.gbr is not None:
        product["guaranteedUplinkKbps"] = choice.gbr.uplink_kbps
        product["guaranteedDownlinkKbps"] = choice.gbr.downlink_kbps
    return product
