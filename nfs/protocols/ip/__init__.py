"""User packets: IPv4 (RFC 791), IPv6 (RFC 8200), UDP (RFC 768), ICMP echo (RFC 792, 4443), router
discovery (RFC 4861)."""

from nfs.protocols.ip.icmp import Echo, answer_echo, echo_request, read_echo
from nfs.protocols.ip.packet import (
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    IpError,
    IpPacket,
    build,
    mark_dscp,
    parse,
    summary,
)
from nfs.protocols.ip.router_discovery import (
    RouterAdvertisement,
    is_router_solicitation,
    read_router_advertisement,
    router_advertisement,
    router_solicitation,
)
from nfs.protocols.ip.udp import Datagram, datagram, read_datagram

__all__ = [
    "ICMP",
    "ICMPV6",
    "TCP",
    "UDP",
    "Datagram",
    "Echo",
    "IpError",
    "IpPacket",
    "RouterAdvertisement",
    "answer_echo",
    "build",
    "datagram",
    "echo_request",
    "is_router_solicitation",
    "mark_dscp",
    "parse",
    "read_datagram",
    "read_echo",
    "read_router_advertisement",
    "router_advertisement",
    "router_solicitation",
    "summary",
]
