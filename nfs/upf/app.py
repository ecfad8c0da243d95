"""The UPF: N4, N3 and N6 on their sockets."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import structlog

from nfs.common.identities import Snssai
from nfs.common.models.nrf import NFProfile
from nfs.common.nf import NetworkFunction, Platform
from nfs.common.trace import Interface
from nfs.protocols import gtpu
from nfs.protocols.gtpu import PORT, GPdu
from nfs.transports.datagram import Address, DatagramEndpoint, open_datagram
from nfs.upf.actions import Action, ToCp, ToN3, ToN6
from nfs.upf.config import UpfConfig
from nfs.upf.data_network import DataNetwork, open_data_network
from nfs.upf.impairment import Link, N3Impairment
from nfs.upf.metrics import add_metrics
from nfs.upf.n4 import N4
from nfs.upf.oam import add_routes as add_oam_routes
from nfs.upf.session import SessionTable
from nfs.upf.user_plane import UserPlane

log = structlog.get_logger("upf")

_TICK = 1.0
"""Seconds between looks at what time makes due."""
_MAX_TRACED = 1024
"""Tunnels."""


class Upf(NetworkFunction):
    nf_type = "UPF"
    services = ("nupf-oam",)

    def __init__(self, config: UpfConfig, platform: Platform) -> None:
        super().__init__(config, platform, title="UPF")
        self.config = config
        self.sessions = SessionTable(config.n3_address or "")
        self.user_plane = UserPlane(self.sessions, config.buffered_packets, config.mtu)
        self.n4 = N4(self.user_plane, self._carry_out, config.guaranteed_kbps, config.max_sessions)
        self._n3: DatagramEndpoint | None = None
        self._n6: DataNetwork | None = None
        self._traced: dict[int, int] = {}
        self._uplink, self._downlink = Link(), Link()
        add_metrics(self)
        add_oam_routes(self.app, self)

    @property
    def profile(self) -> NFProfile:
        """With upfInfo (TS 29.510 clause 6.1.6.2.13)."""
        config = self.config
        interface = {
            "interfaceType": "N3",
            "ipv4EndpointAddresses": [self.sessions.address],
        }
        dnns = [{"dnn": dnn} for dnn in config.dnns]
        slices = (Snssai.parse(s).to_json() for s in config.slices)
        info = {
            "sNssaiUpfInfoList": [{"sNssai": s, "dnnUpfInfoList": dnns} for s in slices],
            "interfaceUpfInfoList": [interface],
            "pduSessionTypes": ["IPV4", "IPV6", "IPV4V6"],
        }
        return super().profile.model_copy(update={"upfInfo": info})

    @property
    def impairment(self) -> N3Impairment:
        """Of N3, in each direction."""
        return self._uplink.impairment

    @impairment.setter
    def impairment(self, impairment: N3Impairment) -> None:
        self._uplink.impairment = self._downlink.impairment = impairment

    @property
    def n6_kind(self) -> str:
        return self._n6.kind if self._n6 else "closed"

    async def start(self) -> None:
        """Raises OSError, which names the end point, for what is taken."""
        config = self.config
        n4, n3 = config.end_points
        self._n3 = await open_datagram(n3, PORT, self._from_n3)
        if not config.n3_address:
            self.sessions.address = self._n3.address[0]
        self._n6 = open_data_network(config, self._n3.address[0])
        self._n6.start(self._from_n6)
        await self.n4.entity.start(n4)
        await super().start()
        self.spawn(self._report_in_time())
        self.spawn(self._monitor_paths())
        log.info("user plane is up", n3=n3, n4=n4, n6=self.n6_kind)

    async def stop(self) -> None:
        await super().stop()
        await self.n4.entity.close()
        if self._n3 is not None:
            await self._n3.close()
        if self._n6 is not None:
            self._n6.close()

    def _from_n3(self, octets: bytes, source: Address) -> None:
        narrow = self.impairment.rate_kbps is not None
        tos = self.user_plane.uplink_marking(octets) if narrow else 0
        self._uplink.send(len(octets), tos, partial(self._arrived, octets, source))

    def _arrived(self, octets: bytes, source: Address) -> None:
        self._trace_n3("gNB", "UPF", octets)
        self._carry_out(self.user_plane.from_n3(octets, source, time.time()))

    def _from_n6(self, packet: bytes) -> None:
        self._carry_out(self.user_plane.from_n6(packet, time.time()))

    def _carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case ToN3(octets, to, tos) if self._n3 is not None:
                    self._trace_n3("UPF", "gNB", octets)
                    send = partial(self._n3.send, octets, to, tos)
                    self._downlink.send(len(octets), tos, send)
                case ToN6(packet) if self._n6 is not None:
                    self._n6.send(packet)
                case ToCp():
                    self.spawn(self.n4.report(action))

    async def _report_in_time(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._carry_out(self.user_plane.reports_due(time.time()))

    async def _monitor_paths(self) -> None:
        while True:
            await asyncio.sleep(self.config.path_probe_seconds)
            self._carry_out(self.user_plane.paths.probe(time.time()))

    def _trace_n3(self, source: str, target: str, octets: bytes) -> None:
        """Signalling, and the first packets of each tunnel: a run has more packets than a trace."""
        if octets[1:2] == bytes((GPdu.TYPE,)):
            teid = int.from_bytes(octets[4:8])
            seen = self._traced.get(teid, 0)
            if seen >= self.config.traced_packets or len(self._traced) >= _MAX_TRACED:
                return
            self._traced[teid] = seen + 1
        self.trace.record(Interface.N3, source, target, gtpu.name_of(octets), octets)
