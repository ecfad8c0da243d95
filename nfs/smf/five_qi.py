"""Which standardised 5QI keeps what is asked of a flow (TS 23.501 table 5.7.4-1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from nfs.common.models.base import SbiModel
from nfs.smf.marking import dscp
from nfs.smf.sm_context import Gbr


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
    """What is asked: latency and jitter in ms, throughputs in Mbit/s, the others in percent."""

    latency: float | None = Field(default=None, gt=0, lt=1e6)
    jitter: float | None = Field(default=None, gt=0, lt=1e6)
    downlink_throughput: float | None = Field(default=None, gt=0, le=100_000)
    uplink_throughput: float | None = Field(default=None, gt=0, le=100_000)
    reliability: float | None = Field(default=None, ge=0, le=100)
    packet_loss: float | None = Field(default=None, ge=0, le=100)
    instead_of: int | None = Field(default=None, ge=1, le=255)
    """A 5QI that has not kept this: another flow must go before those of it."""

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
        """Milliseconds a packet may take; no bound when only other figures are asked. What takes
        no longer than that varies by no more."""
        asked = [bound for bound in (self.latency, self.jitter) if bound is not None]
        if asked:
            return min(asked)
        measurable = self.guaranteed or self.reliability is not None or self.packet_loss is not None
        return float("inf") if measurable else DEFAULT_DELAY


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
    extreme reliability is asked, only a guaranteed one is fast enough, or another has failed.
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
    if demand.instead_of is not None and fitting:
        candidates = [row for row in reserved if dscp(row.value) > dscp(demand.instead_of)]
        if not candidates:
            first = max(fitting, key=lambda row: dscp(row.value))
            return Infeasible(f"nothing goes before flows of 5QI {demand.instead_of}", first)
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
