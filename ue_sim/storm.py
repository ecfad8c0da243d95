"""A storm: many UEs register, some at once, are all registered for a moment, and leave again."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from nfs.common.percentiles import percentiles
from ue_sim.gnb import Gnb, GnbConfig
from ue_sim.ue.config import UeConfig
from ue_sim.ue.equipment import UserEquipment
from ue_sim.ue.errors import ProcedureRejected

IN_FLIGHT = 50
"""Procedures at the same time, unless an arrival rate is given."""

Progress = Callable[[str, int], None]
"""Called with what has been done (``registered``, ``deregistered``), and how often."""


@dataclass(frozen=True, slots=True)
class StormConfig:
    """``count`` UEs with consecutive SUPIs from ``first`` on, in turn at ``gnbs`` gNBs.

    With ``rate`` they arrive at so many per second, however many are registering already; without,
    ``in_flight`` of them are registering at any time.
    """

    count: int
    first: UeConfig = UeConfig()
    gnb: GnbConfig = GnbConfig()
    gnbs: int = 1
    rate: float | None = None
    in_flight: int = IN_FLIGHT
    pdu: bool = False
    """Each UE establishes a PDU session too."""


@dataclass
class _Procedure:
    """How often one procedure was completed, how often and why it failed, and how long it took.

    ``latencies`` in milliseconds.
    """

    latencies: list[float] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.perf_counter)
    ended: float = 0.0

    async def run(self, since: float, procedure: Callable[[], Awaitable[Any]]) -> bool:
        try:
            await procedure()
        except ProcedureRejected as rejected:
            self.causes[rejected.cause] += 1
            return False
        except ConnectionError:
            self.causes["N2_LOST"] += 1
            return False
        self.ended = time.perf_counter()
        self.latencies.append((self.ended - since) * 1000)
        return True

    @property
    def per_second(self) -> float:
        return len(self.latencies) / (self.ended - self.began) if self.latencies else 0.0

    def to_json(self, done: str) -> dict[str, Any]:
        return {
            done: len(self.latencies),
            "failed": self.causes.total(),
            "causes": dict(self.causes),
            "perSecond": round(self.per_second, 1),
            "latencyMs": percentiles(self.latencies),
        }


async def storm(
    config: StormConfig, n2: str, progress: Progress = lambda _what, _count: None
) -> dict[str, Any]:
    """Returns {registered, failed, causes, perSecond, latencyMs: {p50, p95, p99}}.

    With ``pdu`` there is the same of the PDU sessions under ``sessions``. ``latencyMs`` counts from
    the UE's arrival. Raises OSError or NgSetupError when there is no AMF for the gNBs.
    """
    registration, session = _Procedure(), _Procedure()
    registered: list[UserEquipment] = []

    async def arrive(ue: UserEquipment, since: float) -> None:
        if not await registration.run(since, ue.register):
            return
        registered.append(ue)
        progress("registered", len(registered))
        if config.pdu:
            await session.run(time.perf_counter(), ue.establish_session)

    leaving = _Procedure()

    async def leave(ue: UserEquipment, since: float) -> None:
        if await leaving.run(since, ue.deregister):
            progress("deregistered", len(leaving.latencies))

    async with _gnbs(config, n2) as gnbs:
        ues = [UserEquipment(c, gnbs[i % len(gnbs)]) for i, c in enumerate(_ues(config))]
        registration.began = session.began = time.perf_counter()
        await (_at_rate(ues, config.rate, arrive) if config.rate else _some(ues, config, arrive))
        await _some(registered, config, leave)
    result = registration.to_json("registered") | {"deregistered": len(leaving.latencies)}
    return result | ({"sessions": session.to_json("established")} if config.pdu else {})


def _ues(config: StormConfig) -> list[UeConfig]:
    digits = config.first.digits
    numbers = range(int(digits), int(digits) + config.count)
    return [dataclasses.replace(config.first, supi=f"imsi-{n:0{len(digits)}d}") for n in numbers]


@asynccontextmanager
async def _gnbs(config: StormConfig, n2: str) -> AsyncIterator[list[Gnb]]:
    async with AsyncExitStack() as stack:
        gnbs = []
        for number in range(config.gnbs):
            gnb_id = config.gnb.gnb_id + number
            gnb = Gnb(dataclasses.replace(config.gnb, gnb_id=gnb_id))
            stack.push_async_callback(gnb.stop)
            await gnb.start(n2)
            gnbs.append(gnb)
        yield gnbs


_Step = Callable[[UserEquipment, float], Awaitable[None]]


async def _at_rate(ues: list[UserEquipment], rate: float, step: _Step) -> None:
    """``rate`` per second; what comes too late counts from when it was due."""
    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number, ue in enumerate(ues):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(_awaited(step(ue, due)))


async def _some(ues: list[UserEquipment], config: StormConfig, step: _Step) -> None:
    """``in_flight`` at any time."""
    waiting = iter(list(ues))

    async def worker() -> None:
        for ue in waiting:
            await step(ue, time.perf_counter())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(config.in_flight, len(ues))):
            tasks.create_task(worker())


async def _awaited(step: Awaitable[None]) -> None:
    await step
