"""A core, a gNB and a UE in one process, for tests of one procedure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nfs.amf.app import Amf
from nfs.amf.ue.context import UeContext
from nfs.common.trace import Record
from nfs.testbed import Testbed, TestbedConfig
from ue_sim import Gnb, GnbConfig, UeConfig, UserEquipment
from ue_sim.ue.sessions import Sessions

QUICK = {"T3511": 0.02, "T3540": 0.2}
"""Timers of the UE that are not what a test is about."""


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.005)


@dataclass
class OneUe:
    testbed: Testbed
    gnb: Gnb
    ue: UserEquipment
    begun: int = 0
    """How much of the trace is of no interest any more."""

    @property
    def amf(self) -> Amf:
        amf = self.testbed.nfs["amf"]
        assert isinstance(amf, Amf)
        return amf

    @property
    def context(self) -> UeContext:
        """What the AMF knows about the UE."""
        context = self.amf.registry.context(self.ue.supi)
        assert context is not None
        return context

    @property
    def sessions(self) -> Sessions:
        """5GSM of the UE, for what its user does not do."""
        return self.ue._sessions

    @property
    def connected(self) -> bool:
        """As the AMF sees it."""
        ue = self.amf.registry.get(self.ue.supi)
        return ue is not None and ue.connected

    def count(self, name: str) -> int:
        """Messages with this in their name on N1 and N2 at the AMF so far."""
        return sum(name in record.name for record in self.trace)

    @property
    def trace(self) -> list[Record]:
        return list(self.testbed.platform.trace)[self.begun :]

    def forget(self) -> None:
        """Count from now on."""
        self.begun += len(self.trace)

    async def idle(self) -> None:
        await self.ue.go_idle()
        await until(lambda: not self.connected)


@asynccontextmanager
async def one_ue(
    amf: dict[str, Any] | None = None,
    timers: dict[str, float] | None = None,
    state: Path | None = None,
    *,
    agents: bool = False,
    udm: dict[str, Any] | None = None,
    smf: dict[str, Any] | None = None,
    gnb: dict[str, Any] | None = None,
) -> AsyncIterator[OneUe]:
    """``amf``: configuration of the AMF; ``timers`` of the UE. The UE is not registered.

    Only what registration and sessions need runs, unless the test is about ``agents``.
    """
    config = TestbedConfig(amf=amf or {}, udm=udm or {}, smf=smf or {})
    only = None if agents else ("nrf", "ausf", "udm", "smf", "upf", "amf")
    async with (
        Testbed(config, sockets=False, state=state, only=only) as testbed,
        another_ue(testbed, timers, gnb) as run,
    ):
        run.begun = 0
        yield run


@asynccontextmanager
async def another_ue(
    testbed: Testbed, timers: dict[str, float] | None = None, gnb: dict[str, Any] | None = None
) -> AsyncIterator[OneUe]:
    """The same subscriber, at a core that has served it before."""
    cell = Gnb(GnbConfig(**gnb or {}))
    await cell.start(testbed.n2)
    ue = UserEquipment(UeConfig(timers=QUICK | (timers or {})), cell)
    run = OneUe(testbed, cell, ue)
    run.forget()
    try:
        yield run
    finally:
        await cell.stop()


async def operator(run: OneUe, method: str, path: str = "", **request: Any) -> int:
    """Namf_OAM."""
    nrf = run.testbed.nfs["nrf"]
    uri = f"{run.amf.api_root}/namf-oam/v1/ue-contexts/{run.ue.supi}{path}"
    answer = await nrf.sbi.request(method, uri, peer="AMF", **request)
    return answer.status
