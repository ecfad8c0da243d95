"""UEs whose gNB process has gone look for a cell again (TS 38.304 clause 5.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from ue_sim.radio.client import RemoteCell
from ue_sim.radio.frames import CellInformation
from ue_sim.ue.equipment import UserEquipment
from ue_sim.ue.errors import ProcedureRejected
from ue_sim.ue.mm_state import MmState

PAUSE = 2.0
"""Seconds between two searches."""

Tell = Callable[[str, str], None]


class CellSelection:
    """The cell that UEs camp on, of a gNB at one of ``addresses`` (``port``: of those without)."""

    def __init__(self, addresses: Sequence[str], port: int) -> None:
        self._addresses, self._port = addresses, port
        self.cell: RemoteCell | None = None
        self._information: CellInformation | None = None

    async def select(self) -> RemoteCell:
        """Raises ConnectionError."""
        found = await RemoteCell.search(*self._addresses, port=self._port)
        self.cell, self._information = found
        return self.cell

    async def close(self) -> None:
        if self.cell is not None:
            await self.cell.close()

    async def reselect(self, ues: Sequence[UserEquipment], tell: Tell) -> None:
        """Whenever the cell is lost, until cancelled.

        UEs stay registered meanwhile, in idle mode; in another tracking area they say where they
        are (TS 24.501 clause 5.5.1.3.2).
        """
        while self.cell is not None:
            await self.cell.lost.wait()
            tell("radio", "link lost")
            before = self._information
            while self.cell.lost.is_set():
                try:
                    await self.select()
                except ConnectionError:
                    await asyncio.sleep(PAUSE)
            assert self._information is not None  # noqa: S101 - just found
            tell("radio", f"camped on {self._information.name}")
            moved = before is None or before.tac != self._information.tac
            await asyncio.gather(*(self._camp(ue, tell, moved=moved) for ue in ues))

    async def _camp(self, ue: UserEquipment, tell: Tell, *, moved: bool) -> None:
        assert self.cell is not None  # noqa: S101 - just found
        try:
            if moved and ue.modem.state is MmState.REGISTERED:
                await ue.move_to(self.cell)
            else:
                ue.modem.camp_on(self.cell)
        except (ProcedureRejected, ConnectionError) as error:
            tell(ue.supi, str(error))
