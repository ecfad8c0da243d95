"""The UEs' side of the radio link: the cell of a gNB of another process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable

import structlog

from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.radio.cell import OnNas, OnPacket
from ue_sim.radio.frames import (
    CellInformation,
    DownlinkNas,
    DownlinkPacket,
    Frame,
    FrameDecoder,
    Inactive,
    Page,
    RadioLinkError,
    Release,
    Setup,
    UplinkNas,
    UplinkPacket,
    encode,
)
from ue_sim.radio.server import MAX_UNSENT, RADIO_PORT

log = structlog.get_logger("ue")

CELL_SEARCH = 5.0
"""Seconds until a gNB has told about its cell."""
_READ = 65_536


class RemoteCell:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.camped: set[Callable[[FiveGSTmsi], None]] = set()
        self.lost = asyncio.Event()
        """Set when there is no radio link to the gNB any more."""
        self._reader, self._writer = reader, writer
        self._found: asyncio.Future[CellInformation] = asyncio.get_running_loop().create_future()
        self._numbers = itertools.count(1)
        self._connections: dict[int, OnNas] = {}
        self._receivers: dict[int, RemoteConnection] = {}
        self._task = asyncio.ensure_future(self._read())

    @classmethod
    async def search(
        cls, *addresses: str, port: int = RADIO_PORT
    ) -> tuple[RemoteCell, CellInformation]:
        """The cell of the first gNB that answers; raises ConnectionError."""
        reasons = []
        for address in addresses:
            host, there = _split(address, port)
            try:
                async with asyncio.timeout(CELL_SEARCH):
                    cell = cls(*await asyncio.open_connection(host, there))
                    try:
                        return cell, await cell._found
                    except BaseException:
                        await cell.close()
                        raise
            except (OSError, TimeoutError) as error:
                reasons.append(f"{host}:{there}: {error or 'no answer'}")
        raise ConnectionError("no cell found: " + "; ".join(reasons))

    def connect_ue(self, on_nas: OnNas, /) -> RemoteConnection:
        number = next(self._numbers)
        self._connections[number] = on_nas
        connection = self._receivers[number] = RemoteConnection(self, number)
        return connection

    async def close(self) -> None:
        self._writer.close()
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def send(self, frame: Frame) -> None:
        if self.lost.is_set() or self._writer.is_closing():
            raise ConnectionError("there is no radio link")
        self._writer.write(encode(frame))
        await self._writer.drain()

    def send_packet(self, frame: UplinkPacket) -> bool:
        """Like a radio, it loses what it has no room for."""
        if self.lost.is_set() or self._writer.is_closing():
            return False
        if self._writer.transport.get_write_buffer_size() <= MAX_UNSENT:
            self._writer.write(encode(frame))
        return True

    async def _read(self) -> None:
        decoder = FrameDecoder()
        reason = "the gNB has ended the radio link"
        try:
            while octets := await self._reader.read(_READ):
                for frame in decoder.feed(octets):
                    self._handle(frame)
        except (RadioLinkError, ConnectionError) as error:
            reason = str(error)
            log.warning("radio link lost", reason=reason)
        finally:
            self.lost.set()
            self._writer.close()
            if not self._found.done():
                self._found.set_exception(ConnectionError(reason))
            for number in list(self._connections):
                self._release(number)

    def _handle(self, frame: Frame) -> None:
        match frame:
            case CellInformation() if not self._found.done():
                self._found.set_result(frame)
            case DownlinkNas(connection, nas) if connection in self._connections:
                self._connections[connection](nas)
            case DownlinkPacket(connection, session_id, qfi, packet) if (
                connection in self._receivers
            ):
                self._receivers[connection].on_packet(session_id, packet, qfi)
            case Release(connection):
                self._release(connection)
            case Page(tmsi):
                for paged in list(self.camped):
                    paged(tmsi)
            case _:
                log.debug("frame ignored", frame=type(frame).__name__)

    def _release(self, number: int) -> None:
        self._receivers.pop(number, None)
        on_nas = self._connections.pop(number, None)
        if on_nas is not None:
            on_nas(None)


class RemoteConnection:
    """The RRC connection of one UE; the first NAS message sets it up."""

    def __init__(self, cell: RemoteCell, number: int) -> None:
        self._cell, self._number = cell, number
        self._set_up = False
        self.on_packet: OnPacket = lambda *_: None

    def listen(self, on_packet: OnPacket, /) -> None:
        self.on_packet = on_packet

    def send_packet(self, session_id: int, qfi: int, packet: bytes) -> bool:
        """Whether the session has resources is known at the gNB only."""
        return self._cell.send_packet(UplinkPacket(self._number, session_id, qfi, packet))

    async def send_nas(
        self,
        octets: bytes,
        tmsi: FiveGSTmsi | None = None,
        establishment_cause: str = "mo-Signalling",
    ) -> None:
        if self._set_up:
            await self._cell.send(UplinkNas(self._number, octets))
        else:
            self._set_up = True
            await self._cell.send(Setup(self._number, octets, establishment_cause, tmsi))

    async def inactive(self) -> None:
        await self._cell.send(Inactive(self._number))


def _split(address: str, port: int) -> tuple[str, int]:
    """``127.0.0.1``, ``127.0.0.1:4998``, ``[::1]:4998`` or ``::1``; raises ValueError."""
    if address.startswith("["):
        host, _, given = address[1:].partition("]")
        return host, int(given.removeprefix(":") or port)
    if address.count(":") == 1:
        host, _, given = address.partition(":")
        return host, int(given)
    return address, port
