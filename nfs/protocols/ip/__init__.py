"""User packets: IPv4 (RFC 791), IPv6 (RFC 8200), UDP (RFC 768), ICMP echo (RFC 792, 4443)."""

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
    "answer_echo",
    "build",
    "datagram",
    "echo_request",
    "mark_dscp",
    "parse",
    "read_datagram",
    "read_echo",
    "summary",
]
