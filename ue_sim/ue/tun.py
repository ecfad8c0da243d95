"""A TUN device for each PDU session, where this process may make one."""

from __future__ import annotations

from ipaddress import IPv4Interface

import structlog

from nfs.transports.tun import Tun
from ue_sim.ue.packet_interface import NoUserPlane, PacketInterface

log = structlog.get_logger("ue")

NAME = "uesimtun%d"
DEFAULT_MTU = 1400


class SessionTun:
    """The kernel's packets go into the session and back; raises OSError."""

    def __init__(
        self, interface: PacketInterface, mtu: int | None = None, name: str = NAME
    ) -> None:
        addresses = [IPv4Interface(a) for a in interface.addresses if a.version == 4]
        self._interface = interface
        self._tun = Tun(name, addresses, mtu or DEFAULT_MTU)
        self.name = self._tun.name
        interface.received.append(self._tun.send)
        self._tun.start(self._from_kernel)

    def _from_kernel(self, packet: bytes) -> None:
        try:
            self._interface.send(packet)
        except NoUserPlane as error:
            log.debug("packet dropped", tun=self.name, reason=str(error))

    def close(self) -> None:
        if self._tun.send in self._interface.received:
            self._interface.received.remove(self._tun.send)
        self._tun.close()
