"""The UE's radio: the cell that it camps on, its connection, handover to other cells."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable

from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.gnb import Gnb, RrcConnection
from ue_sim.gnb.errors import HandoverFailed
from ue_sim.gnb.handover import arrive, prepare
from ue_sim.gnb.indications import transfer_status
from ue_sim.gnb.path_switch import switch_path
from ue_sim.radio.cell import Cell, OnNas, OnPacket, RadioConnection
from ue_sim.ue.errors import ProcedureRejected


class Access:
    """``on_nas`` gets what comes on the connection of the moment, None when it is released;
    ``on_paged`` the 5G-S-TMSIs that the cell pages."""

    def __init__(
        self,
        cell: Cell,
        on_nas: Callable[[bytes | None], None],
        on_paged: Callable[[FiveGSTmsi], None],
    ) -> None:
        self.cell = cell
        self.connection: RadioConnection | None = None
        self.on_packet: OnPacket = lambda *_: None
        """Gets downlink user packets."""
        self._on_nas = on_nas
        self._on_paged = on_paged
        self._listens: OnNas | None = None
        self._barred: weakref.WeakKeyDictionary[Cell, str] = weakref.WeakKeyDictionary()
        self._idle = asyncio.Event()
        cell.camped.add(on_paged)

    @property
    def connected(self) -> bool:
        return self.connection is not None

    def connect(self) -> RadioConnection:
        """Raises ProcedureRejected for a cell that is barred."""
        self._listens = self._listener()
        self._use(self.cell.connect_ue(self._listens))
        self._idle.clear()
        assert self.connection is not None  # noqa: S101 - in use now
        return self.connection

    def release(self) -> None:
        """There is no connection any more, as far as the UE is concerned."""
        self.connection = None
        self._idle.set()

    async def go_idle(self) -> None:
        """The gNB asks the AMF for release (inactivity); returns when that is done."""
        if self.connection is not None:
            await self.connection.inactive()
            await self._idle.wait()

    def bar(self, why: str) -> None:
        """The cell is not to be used again: its network is not a genuine one."""
        self._barred[self.cell] = why

    def camp_on(self, cell: Cell) -> None:
        """Select another cell, without a connection to it yet (idle mode)."""
        self.cell.camped.discard(self._on_paged)
        self.cell, self.connection = cell, None
        cell.camped.add(self._on_paged)

    async def hand_over(self, gnb: Gnb, *, xn: bool = False) -> None:
        """Go to another gNB with the connection, by N2 or by Xn; raises HandoverFailed."""
        if not isinstance(self.connection, RrcConnection):
            raise HandoverFailed("there is no connection, or to a gNB of another process")
        former, arrived = self.connection, self._listener()
        if xn:
            self._listens = arrived
            connection = await switch_path(former, gnb, arrived)
        else:
            command = await prepare(former, gnb)
            await transfer_status(former)
            self._listens = arrived
            connection = await arrive(gnb, command, arrived)
        self.camp_on(gnb)
        self._use(connection)

    def send_packet(self, session_id: int, qfi: int, packet: bytes) -> bool:
        """Whether there is a connection with resources for the session."""
        connection = self.connection
        return connection is not None and connection.send_packet(session_id, qfi, packet)

    def _use(self, connection: RadioConnection) -> None:
        def packet_arrived(session_id: int, packet: bytes, qfi: int | None) -> None:
            if self.connection is connection:
                self.on_packet(session_id, packet, qfi)

        connection.listen(packet_arrived)
        self.connection = connection

    def _listener(self) -> OnNas:
        """What still comes on a former connection is of no concern."""
        if (why := self._barred.get(self.cell)) is not None:
            raise ProcedureRejected("connecting", "CELL_BARRED", why)

        def arrived(octets: bytes | None) -> None:
            if self._listens is arrived:
                self._on_nas(octets)

        return arrived
