"""The gNB's side of the radio link: UEs of other processes connect to this gNB."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from nfs.common.identities import Plmn
from nfs.protocols.ngap import FiveGSTmsi
from ue_sim.gnb import Gnb, RrcConnection
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

log = structlog.get_logger("gnb")

RADIO_PORT = 4998
"""UERANSIM's radio link has 4997, and other frames."""
MAX_LINKS = 256
MAX_CONNECTIONS = 65_536
"""UEs of one link at a time."""
MAX_UNSENT = 4 << 20
"""Octets that wait for a UE process which does not read; then its link is closed."""
_READ = 65_536


class RadioServer:
    def __init__(self, gnb: Gnb) -> None:
        self._gnb = gnb
        self._links: set[_Link] = set()
        self._server: asyncio.Server | None = None
        self.address = ""

    async def start(self, host: str, port: int = RADIO_PORT) -> None:
        """Raises OSError when the address is taken or is none of this machine."""
        self._server = await asyncio.start_server(self._serve, host, port)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for link in list(self._links):
            link.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._links) >= MAX_LINKS:
            log.warning("too many radio links", links=len(self._links))
            writer.close()
            return
        link = _Link(self._gnb, writer)
        self._links.add(link)
        try:
            await link.serve(reader)
        finally:
            self._links.discard(link)


class _Link:
    """One process of UEs."""

    def __init__(self, gnb: Gnb, writer: asyncio.StreamWriter) -> None:
        self._gnb, self._writer = gnb, writer
        self._connections: dict[int, RrcConnection] = {}

    async def serve(self, reader: asyncio.StreamReader) -> None:
        config = self._gnb.config
        self._send(CellInformation(Plmn.parse(config.plmn), config.tac, config.name))
        self._gnb.camped.add(self._page)
        decoder = FrameDecoder()
        try:
            while octets := await reader.read(_READ):
                for frame in decoder.feed(octets):
                    await self._handle(frame)
        except RadioLinkError as error:
            log.warning("radio link closed", reason=str(error))
        except ConnectionError as error:
            log.info("radio link lost", reason=str(error))
        finally:
            self._gnb.camped.discard(self._page)
            for connection in list(self._connections.values()):
                with contextlib.suppress(ConnectionError):
                    await connection.inactive("radio-connection-with-ue-lost")
            self.close()

    def close(self) -> None:
        self._writer.close()

    async def _handle(self, frame: Frame) -> None:
        if isinstance(frame, Setup):
            await self._set_up(frame)
            return
        if isinstance(frame, UplinkPacket):
            if (sender := self._connections.get(frame.connection)) is not None:
                sender.send_packet(frame.session_id, frame.qfi, frame.packet)
            return
        if not isinstance(frame, UplinkNas | Inactive):
            return
        connection = self._connections.get(frame.connection)
        if connection is None:
            self._send(Release(frame.connection))
            return
        try:
            if isinstance(frame, UplinkNas):
                await connection.send_nas(frame.nas)
            else:
                await connection.inactive()
        except ConnectionError:
            self._gnb.release(connection)

    async def _set_up(self, frame: Setup) -> None:
        number = frame.connection
        if number in self._connections or len(self._connections) >= MAX_CONNECTIONS:
            raise RadioLinkError(f"connection {number} is there, or there are too many")

        def on_nas(octets: bytes | None) -> None:
            if octets is None:
                self._connections.pop(number, None)
                self._send(Release(number))
            else:
                self._send(DownlinkNas(number, octets))

        def on_packet(session_id: int, packet: bytes, qfi: int | None) -> None:
            self._send(DownlinkPacket(number, session_id, qfi, packet))

        connection = self._gnb.connect_ue(on_nas)
        connection.listen(on_packet)
        self._connections[number] = connection
        try:
            await connection.send_nas(frame.nas, frame.tmsi, frame.establishment_cause)
        except ConnectionError as error:
            log.warning("no AMF for the UE", reason=str(error))
            self._gnb.release(connection)

    def _page(self, tmsi: FiveGSTmsi) -> None:
        self._send(Page(tmsi))

    def _send(self, frame: Frame) -> None:
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MAX_UNSENT:
            log.warning("radio link closed", reason="the UEs do not read")
            self._writer.transport.abort()
            return
        self._writer.write(encode(frame))
