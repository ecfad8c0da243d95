"""Flow descriptions of SDF filters: IPFilterRules (RFC 6733 clause 4.3.1, TS 29.212 5.4.2).

``permit out 17 from 192.0.2.7 5000-5010 to assigned`` is written for downlink packets: ``from`` is
the far end, ``to`` the UE. An uplink packet is compared with its ends exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from nfs.protocols.ip import IpPacket
from nfs.protocols.ip.packet import ICMP, ICMPV6, TCP, UDP, Address

MAX_PORT_RANGES = 64
_PROTOCOLS = {"ip": None, "icmp": ICMP, "tcp": TCP, "udp": UDP, "icmpv6": ICMPV6}


@dataclass(frozen=True, slots=True)
class End:
    """Where packets come from or go to; None is any address, no range is any port."""

    network: IPv4Network | IPv6Network | None = None
    ports: tuple[tuple[int, int], ...] = ()

    def matches(self, address: Address, port: int | None) -> bool:
        if self.network is not None and (
            address.version != self.network.version or address not in self.network
        ):
            return False
        if not self.ports:
            return True
        return port is not None and any(low <= port <= high for low, high in self.ports)


@dataclass(frozen=True, slots=True)
class FlowDescription:
    """``protocol`` None is any."""

    protocol: int | None
    remote: End
    local: End

    @classmethod
    def parse(cls, text: str) -> FlowDescription:
        """Raises ValueError."""
        words = text.split()
        if words[:2] != ["permit", "out"] or len(words) < 3 or words[3:4] != ["from"]:
            raise ValueError(f"not a flow description: {text!r}")
        if "to" not in words[4:]:
            raise ValueError(f"a flow description without `to`: {text!r}")
        to = words.index("to", 4)
        return cls(_protocol(words[2]), _end(words[4:to]), _end(words[to + 1 :]))

    def matches(self, packet: IpPacket, *, uplink: bool) -> bool:
        if self.protocol is not None and packet.protocol != self.protocol:
            return False
        source = packet.source, packet.source_port
        destination = packet.destination, packet.destination_port
        remote, local = (destination, source) if uplink else (source, destination)
        return self.remote.matches(*remote) and self.local.matches(*local)


def _protocol(word: str) -> int | None:
    if word in _PROTOCOLS:
        return _PROTOCOLS[word]
    number = int(word)
    if not 0 <= number <= 255:
        raise ValueError(f"protocol {number}")
    return number


def _end(words: list[str]) -> End:
    if not words:
        raise ValueError("an end without an address")
    ports = tuple(_range(word) for word in ",".join(words[1:2]).split(",") if word)
    if len(ports) > MAX_PORT_RANGES:
        raise ValueError(f"more than {MAX_PORT_RANGES} ranges of ports")
    if words[0] in ("any", "assigned"):
        return End(None, ports)
    return End(ip_network(words[0], strict=False), ports)


def _range(word: str) -> tuple[int, int]:
    low, _, high = word.partition("-")
    first, last = int(low), int(high or low)
    if not 0 <= first <= last <= 65535:
        raise ValueError(f"ports {word}")
    return first, last
