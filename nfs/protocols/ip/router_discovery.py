"""How a UE gets its IPv6 prefix: router discovery (RFC 4861, TS 23.501 clause 5.8.2.2.2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

from nfs.protocols.ip.packet import ICMPV6, IpPacket, build, checksum, pseudo_header

ROUTER = IPv6Address("fe80::1")
"""The address of the only router on a UE's link."""
_ALL_ROUTERS = IPv6Address("ff02::2")
_SOLICITATION, _ADVERTISEMENT = 133, 134
_HOP_LIMIT = 255
"""What comes with another was forwarded, and is ignored."""
_HEAD = struct.Struct("!BBHBBHII")
"""Type, code, checksum, hop limit, flags, router lifetime, reachable time, retransmission timer."""
_PREFIX = struct.Struct("!BBBBIII16s")
"""Type, length, prefix length, flags, valid and preferred lifetime, reserved, prefix."""
_MTU = struct.Struct("!BBHI")
_PREFIX_INFORMATION, _MTU_OPTION = 3, 5
_AUTONOMOUS = 0x40
_ROUTER_LIFETIME = 0xFFFF
_FOREVER = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class RouterAdvertisement:
    """``prefix``: the one to make addresses of, if any."""

    prefix: IPv6Network | None = None
    mtu: int | None = None


def router_solicitation(source: IPv6Address) -> bytes:
    return _build(source, _ALL_ROUTERS, struct.pack("!BBHI", _SOLICITATION, 0, 0, 0))


def is_router_solicitation(packet: IpPacket) -> bool:
    return _is(packet, _SOLICITATION, 8)


def router_advertisement(destination: IPv6Address, prefix: IPv6Network, mtu: int) -> bytes:
    """With the prefix of a PDU session, which never changes as long as it lasts."""
    head = _HEAD.pack(_ADVERTISEMENT, 0, 0, 64, 0, _ROUTER_LIFETIME, 0, 0)
    option = _PREFIX.pack(
        *(_PREFIX_INFORMATION, 4, prefix.prefixlen, _AUTONOMOUS),
        *(_FOREVER, _FOREVER, 0, prefix.network_address.packed),
    )
    return _build(ROUTER, destination, head + option + _MTU.pack(_MTU_OPTION, 1, 0, mtu))


def read_router_advertisement(packet: IpPacket) -> RouterAdvertisement | None:
    """None for all else, and for one that is not as RFC 4861 clause 6.1.2 has it."""
    if not _is(packet, _ADVERTISEMENT, _HEAD.size):
        return None
    prefix, mtu, options = None, None, packet.payload[_HEAD.size :]
    while options:
        length = options[1] * 8 if len(options) > 1 else 0
        if not 0 < length <= len(options):
            return None
        if options[0] == _PREFIX_INFORMATION and length == _PREFIX.size:
            _, _, bits, flags, _, _, _, network = _PREFIX.unpack_from(options)
            if flags & _AUTONOMOUS and bits <= 128 and prefix is None:
                prefix = IPv6Network((network, bits), strict=False)
        elif options[0] == _MTU_OPTION and length == _MTU.size:
            mtu = _MTU.unpack_from(options)[3]
        options = options[length:]
    return RouterAdvertisement(prefix, mtu)


def _is(packet: IpPacket, kind: int, least: int) -> bool:
    payload = packet.payload
    if packet.protocol != ICMPV6 or len(payload) < least or packet.octets[7] != _HOP_LIMIT:
        return False
    summed = pseudo_header(packet.source, packet.destination, ICMPV6, len(payload)) + payload
    return payload[:2] == bytes((kind, 0)) and not checksum(summed)


def _build(source: IPv6Address, destination: IPv6Address, message: bytes) -> bytes:
    summed = pseudo_header(source, destination, ICMPV6, len(message)) + message
    message = message[:2] + checksum(summed).to_bytes(2) + message[4:]
    return build(source, destination, ICMPV6, message, hop_limit=_HOP_LIMIT)
