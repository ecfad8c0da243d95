"""N3 of a gNB: one tunnel for each PDU session, between the radio and the UPF (TS 29.281).

gNBs of one process that have the same address share its socket: GTP-U has one port.
"""

from __future__ import annotations

import asyncio
import errno
import random
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import structlog

from nfs.common.trace import Interface, Trace
from nfs.protocols import gtpu
from nfs.protocols.gtpu import (
    PORT,
    EchoRequest,
    EchoResponse,
    EndMarker,
    ErrorIndication,
    GPdu,
    GtpuError,
    PduSessionContainer,
    SupportedExtensionHeadersNotification,
    UnsupportedExtensionHeader,
)
from nfs.protocols.ngap import GtpTunnel
from nfs.transports.datagram import Address, DatagramEndpoint, open_datagram

if TYPE_CHECKING:
    from ue_sim.gnb.rrc import RrcConnection

log = structlog.get_logger("gnb")

_OTHER_LOOPBACK_HOSTS = IPv4Address("127.32.0.0"), 1 << 21
_TRIES = 5
_TRACED = 10
"""G-PDUs of each tunnel and direction."""


@dataclass(eq=False)
class Tunnel:
    """The gNB's end of one; the UPF's end is in the resources of the session."""

    teid: int
    ue: RrcConnection
    session_id: int
    packets: int = 0


class N3Endpoint:
    """The socket of one address, and all tunnels that end there."""

    def __init__(self) -> None:
        self.tunnels: dict[int, Tunnel] = {}
        self.users = 0
        self.traces: list[Trace] = []
        self._teid = random.getrandbits(24)
        self._socket: DatagramEndpoint | None = None

    @property
    def address(self) -> str:
        return self._socket.address[0] if self._socket else ""

    async def start(self, url: str) -> None:
        """Raises OSError."""
        self._socket = await open_datagram(url, PORT, self._received)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    def new_teid(self) -> int:
        self._teid = self._teid % 0xFFFFFFFF + 1
        return self._teid if self._teid not in self.tunnels else self.new_teid()

    def send(self, message: gtpu.GtpuMessage, to: Address, tunnel: Tunnel | None = None) -> None:
        octets = gtpu.encode(message)
        self._record("gNB", "UPF", octets, tunnel)
        if self._socket is not None:
            self._socket.send(octets, to)

    def _received(self, octets: bytes, source: Address) -> None:
        try:
            message = gtpu.decode(octets)
        except UnsupportedExtensionHeader as error:
            self.send(SupportedExtensionHeadersNotification(error.sequence or 0), source)
            return
        except GtpuError as error:
            log.warning("GTP-U message dropped", source=source[0], reason=str(error))
            return
        match message:
            case GPdu(teid, packet, container):
                self._downlink(teid, packet, container, source, octets)
            case EchoRequest(sequence):
                self.send(EchoResponse(sequence), source)
            case ErrorIndication(teid, address):
                self._unknown_at_the_upf(GtpTunnel(address, teid))
            case EndMarker(teid):
                self._record("UPF", "gNB", octets, None)
                log.debug("end marker", teid=teid)
            case _:
                pass

    def _downlink(
        self,
        teid: int,
        packet: bytes,
        container: PduSessionContainer | None,
        source: Address,
        octets: bytes,
    ) -> None:
        tunnel = self.tunnels.get(teid)
        if tunnel is None:
            self.send(ErrorIndication(teid, self.address), (source[0], PORT))
            return
        self._record("UPF", "gNB", octets, tunnel)
        qfi = container.qfi if container else None
        tunnel.ue.on_packet(tunnel.session_id, packet, qfi)

    def _unknown_at_the_upf(self, end: GtpTunnel) -> None:
        """TS 23.527 clause 5.3.3.2: the tunnel is of no use any more."""
        for tunnel in list(self.tunnels.values()):
            resources = tunnel.ue.sessions.get(tunnel.session_id)
            if resources is not None and resources.uplink == end:
                log.warning("the UPF does not know the tunnel", session=tunnel.session_id)
                del self.tunnels[tunnel.teid]

    def _record(self, source: str, target: str, octets: bytes, tunnel: Tunnel | None) -> None:
        if tunnel is not None:
            tunnel.packets += 1
            if tunnel.packets > _TRACED:
                return
        for trace in self.traces:
            trace.record(Interface.N3, source, target, gtpu.name_of(octets), octets)


_endpoints: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, N3Endpoint]] = (
    WeakKeyDictionary()
)


class GnbUserPlane:
    """``address``: what UPFs are told; of ``address`` as configured if nothing could be bound."""

    def __init__(self, address: str, trace: Trace | None = None) -> None:
        self.address = address
        self._trace = trace
        self._url = ""
        self._endpoint: N3Endpoint | None = None

    async def start(self, kind: str) -> None:
        """``kind``: udp or memory. Without a socket there is signalling only, and a warning."""
        if self._endpoint is not None:
            return
        try:
            await self._open(f"{kind}://{self.address}")
        except OSError as error:
            if error.errno == errno.EADDRINUSE and await self._open_elsewhere(kind):
                return
            log.warning("gNB without user plane", reason=str(error))

    async def _open_elsewhere(self, kind: str) -> bool:
        """Another process has the usual address: Linux has more of them for loop-back."""
        first, count = _OTHER_LOOPBACK_HOSTS
        if not IPv4Address(self.address).is_loopback:
            return False
        for _ in range(_TRIES):
            host = first + random.randrange(count)  # noqa: S311 - no secret
            try:
                await self._open(f"{kind}://{host}")
            except OSError:
                continue
            return True
        return False

    async def _open(self, url: str) -> None:
        shared = _endpoints.setdefault(asyncio.get_running_loop(), {})
        endpoint = shared.get(url)
        if endpoint is None:
            endpoint = N3Endpoint()
            await endpoint.start(url)
            shared[url] = endpoint
        endpoint.users += 1
        if self._trace is not None:
            endpoint.traces.append(self._trace)
        self._url, self._endpoint, self.address = url, endpoint, endpoint.address

    async def stop(self) -> None:
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is None:
            return
        if self._trace is not None:
            endpoint.traces.remove(self._trace)
        endpoint.users -= 1
        if not endpoint.users:
            _endpoints[asyncio.get_running_loop()].pop(self._url, None)
            await endpoint.close()

    def open(self, ue: RrcConnection, session_id: int) -> GtpTunnel:
        """The gNB's end of a session's tunnel, in place of one it had here."""
        self._close(ue, session_id)
        return self.open_another(ue, session_id)

    def open_another(self, ue: RrcConnection, session_id: int) -> GtpTunnel:
        """One more end for a session, until the UPF knows which of them it is."""
        endpoint = self._endpoint or N3Endpoint()
        tunnel = Tunnel(endpoint.new_teid(), ue, session_id)
        endpoint.tunnels[tunnel.teid] = tunnel
        return GtpTunnel(self.address, tunnel.teid)

    def release(self, ue: RrcConnection, *session_ids: int) -> None:
        """The resources of these sessions."""
        for session_id in session_ids:
            self._close(ue, session_id)
            ue.sessions.pop(session_id, None)

    def _close(self, ue: RrcConnection, session_id: int) -> None:
        resources = ue.sessions.get(session_id)
        if resources is not None:
            self.close(ue, resources.downlink)

    def close(self, ue: RrcConnection, end: GtpTunnel) -> None:
        """One end, if it is this UE's."""
        if self._endpoint is not None:
            tunnel = self._endpoint.tunnels.get(end.teid)
            if tunnel is not None and tunnel.ue is ue:
                del self._endpoint.tunnels[tunnel.teid]

    def uplink(self, ue: RrcConnection, session_id: int, qfi: int, packet: bytes) -> bool:
        """Whether there is a tunnel for it."""
        resources = ue.sessions.get(session_id)
        if resources is None or self._endpoint is None:
            return False
        tunnel = self._endpoint.tunnels.get(resources.downlink.teid)
        if tunnel is None:
            return False
        message = GPdu(resources.uplink.teid, packet, PduSessionContainer(qfi, uplink=True))
        self._endpoint.send(message, (resources.uplink.address, PORT), tunnel)
        return True
