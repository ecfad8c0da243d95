"""The QoS agent at the SMF: offers ``/capability/qos-assurance``.

It turns what a user asks of a flow into a standardised 5QI (TS 23.501 table 5.7.4-1) and has the
SMF add a QoS flow with it.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import Field, ValidationError

from nfs.common.agents.host import AgentHost, Caller
from nfs.common.agents.identity import AgentAccount, AgentDescription, AgentIdentity
from nfs.common.agents.task import DataItem, Task, TaskFailed, TaskRejected
from nfs.common.models.base import SbiModel
from nfs.common.nf import NetworkFunction
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Store
from nfs.smf.sm_context import Gbr, QosFlow

CAPABILITY = "/capability/qos-assurance"
TRUSTED_TEMPLATES = ("core.intent", "core.amf")
"""Agents that may name a subscriber: they have checked who asks. A UE's agent may not."""


class ResourceType(StrEnum):
    GBR = "GBR"
    NON_GBR = "NON_GBR"
    DELAY_CRITICAL_GBR = "DELAY_CRITICAL_GBR"


class Use(StrEnum):
    """Which flows of ordinary subscribers a 5QI is for."""

    ANY = "any"
    UPLINK = "uplink streaming"
    DEDICATED = "signalling, mission critical, V2X or satellite"


@dataclass(frozen=True, slots=True)
class FiveQi:
    """A row of the table: ``packet_delay_budget`` and ``averaging_window`` in ms."""

    value: int
    resource_type: ResourceType
    priority: int
    packet_delay_budget: int
    packet_error_rate: float
    averaging_window: int | None = None
    use: Use = Use.ANY


def _rows(resource_type: ResourceType, *rows: tuple[int, int, int, float, Use]) -> list[FiveQi]:
    window = None if resource_type is ResourceType.NON_GBR else 2000
    return [FiveQi(v, resource_type, p, pdb, per, window, use) for v, p, pdb, per, use in rows]


STANDARDISED = (
    *_rows(
        ResourceType.GBR,
        (1, 20, 100, 1e-2, Use.ANY),
        (2, 40, 150, 1e-3, Use.ANY),
        (3, 30, 50, 1e-3, Use.ANY),
        (4, 50, 300, 1e-6, Use.ANY),
        (65, 7, 75, 1e-2, Use.DEDICATED),
        (66, 20, 100, 1e-2, Use.DEDICATED),
        (67, 15, 100, 1e-3, Use.DEDICATED),
        (71, 56, 150, 1e-6, Use.UPLINK),
        (72, 56, 300, 1e-4, Use.UPLINK),
        (73, 56, 300, 1e-8, Use.UPLINK),
        (74, 56, 500, 1e-8, Use.UPLINK),
        (76, 56, 500, 1e-4, Use.UPLINK),
    ),
    *_rows(
        ResourceType.NON_GBR,
        (5, 10, 100, 1e-6, Use.DEDICATED),
        (6, 60, 300, 1e-6, Use.ANY),
        (7, 70, 100, 1e-3, Use.ANY),
        (8, 80, 300, 1e-6, Use.ANY),
        (9, 90, 300, 1e-6, Use.ANY),
        (10, 90, 1100, 1e-6, Use.DEDICATED),
        (69, 5, 60, 1e-6, Use.DEDICATED),
        (70, 55, 200, 1e-6, Use.DEDICATED),
        (79, 65, 50, 1e-2, Use.DEDICATED),
        (80, 68, 10, 1e-6, Use.ANY),
    ),
    *_rows(
        ResourceType.DELAY_CRITICAL_GBR,
        (82, 19, 10, 1e-4, Use.ANY),
        (83, 22, 10, 1e-4, Use.ANY),
        (84, 24, 30, 1e-5, Use.ANY),
        (85, 21, 5, 1e-5, Use.ANY),
        (86, 18, 5, 1e-4, Use.ANY),
        (87, 25, 5, 1e-3, Use.ANY),
        (88, 25, 10, 1e-3, Use.ANY),
        (89, 25, 15, 1e-4, Use.ANY),
        (90, 25, 20, 1e-4, Use.ANY),
    ),
)
"""TS 23.501 table 5.7.4-1; 5QI 75 is reserved there and has no characteristics."""

DEFAULT_DELAY = 100
"""Milliseconds that "make it better" asks for: the budget of interactive services (5QI 7)."""
DEFAULT_ERROR_RATE = 1e-3
EXTREME_RELIABILITY = 99.99
"""Percent from which only a flow with reserved resources keeps the promise under congestion."""
MINIMUM_GUARANTEED = 64
"""kbit/s guaranteed to a direction of a GBR flow for which the user asked nothing."""


class QosDemand(SbiModel):
    """What is asked: latency in ms, throughputs in Mbit/s, reliability and loss in percent."""

    latency: float | None = Field(default=None, gt=0, lt=1e6)
    downlink_throughput: float | None = Field(default=None, gt=0, le=100_000)
    uplink_throughput: float | None = Field(default=None, gt=0, le=100_000)
    reliability: float | None = Field(default=None, ge=0, le=100)
    packet_loss: float | None = Field(default=None, ge=0, le=100)

    @property
    def extreme(self) -> bool:
        return (self.reliability or 0) >= EXTREME_RELIABILITY

    @property
    def guaranteed(self) -> bool:
        return bool(self.downlink_throughput or self.uplink_throughput) or self.extreme

    @property
    def error_rate(self) -> float:
        """The packet error rate that reliability and loss leave room for."""
        asked = [DEFAULT_ERROR_RATE]
        if self.reliability is not None:
            asked.append(round(1 - self.reliability / 100, 12))
        if self.packet_loss is not None:
            asked.append(self.packet_loss / 100)
        return min(asked[1:] or asked)

    @property
    def delay_budget(self) -> float:
        """Milliseconds a packet may take; no bound when only other figures are asked."""
        if self.latency is not None:
            return self.latency
        measurable = self.guaranteed or self.reliability is not None or self.packet_loss is not None
        return float("inf") if measurable else DEFAULT_DELAY


class QosTask(QosDemand):
    """The input of a task: whose flow, in which PDU session, for how long."""

    supi: str = Field(min_length=1, max_length=64)
    pdu_session_id: int = Field(ge=1, le=15)
    duration_seconds: int | None = Field(default=None, gt=0)
    application: str | None = Field(default=None, max_length=256)


@dataclass(frozen=True, slots=True)
class Choice:
    five_qi: FiveQi
    gbr: Gbr | None


@dataclass(frozen=True, slots=True)
class Infeasible:
    """No standardised 5QI fits; ``best`` comes nearest to what was asked."""

    reason: str
    best: FiveQi


def choose_five_qi(demand: QosDemand) -> Choice | Infeasible:
    """The least demanding standardised 5QI that keeps what ``demand`` asks.

    Least demanding is the longest packet delay budget, then the highest packet error rate, then
    the lowest priority. A flow without reserved resources is preferred unless a throughput or an
    extreme reliability is asked, or only a guaranteed one is fast enough.
    """
    open_to = {Use.ANY} if demand.downlink_throughput else {Use.ANY, Use.UPLINK}
    rows = [row for row in STANDARDISED if row.use in open_to]
    fitting = [
        row
        for row in rows
        if row.packet_delay_budget <= demand.delay_budget
        and row.packet_error_rate <= demand.error_rate
    ]
    shared = [row for row in fitting if row.resource_type is ResourceType.NON_GBR]
    reserved = [row for row in fitting if row.resource_type is not ResourceType.NON_GBR]
    candidates = reserved if demand.guaranteed else shared or reserved
    if not candidates:
        return _infeasible(demand, rows)
    best = max(candidates, key=_undemanding)
    return Choice(best, None if best in shared else _guaranteed(demand))


def _undemanding(row: FiveQi) -> tuple[int, float, int]:
    return row.packet_delay_budget, row.packet_error_rate, row.priority


def _guaranteed(demand: QosDemand) -> Gbr:
    downlink, uplink = (
        max(MINIMUM_GUARANTEED, round((throughput or 0) * 1000))
        for throughput in (demand.downlink_throughput, demand.uplink_throughput)
    )
    return Gbr(downlink, uplink)


def _infeasible(demand: QosDemand, rows: list[FiveQi]) -> Infeasible:
    reliable = [row for row in rows if row.packet_error_rate <= demand.error_rate]
    if not reliable:
        best = min(rows, key=lambda row: (row.packet_error_rate, row.packet_delay_budget))
        asked = f"a packet error rate of {demand.error_rate:g}"
        return Infeasible(f"{asked} cannot be kept, {best.packet_error_rate:g} can", best)
    best = min(reliable, key=lambda row: (row.packet_delay_budget, row.packet_error_rate))
    asked = f"{demand.delay_budget:g} ms at a packet error rate of {demand.error_rate:g}"
    return Infeasible(f"{asked} cannot be kept, {best.packet_delay_budget} ms can", best)


class Assure(Protocol):
    """Adds a QoS flow to a PDU session (TS 23.502 clause 4.3.3); raises SbiProblem."""

    def __call__(
        self,
        supi: str,
        pdu_session_id: int,
        five_qi: int,
        gbr: Gbr | None,
        duration_seconds: int | None,
    ) -> Awaitable[QosFlow]: ...


DESCRIPTION = AgentDescription(
    template="core.qos",
    instance="qos",
    name="QoS assurance",
    description=(
        "Adds a QoS flow to a PDU session of a subscriber so that latency, throughput and loss "
        "stay within standardised 5QI values. It cannot promise less than 5 ms, jitter, or "
        "anything beyond the radio and core network."
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
                asked.duration_seconds,
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
