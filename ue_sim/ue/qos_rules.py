"""Which QoS flow an uplink packet goes into (TS 24.501 clause 6.2.5.1.1, TS 23.501 5.7.1.5)."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

from nfs.protocols.ip import IpPacket
from nfs.protocols.nas import Component, PacketFilter, PacketFilterDirection, QosRule
from nfs.protocols.nas.packet_filters import ComponentType

_ESP = 50
_LAST = 256


def select_qfi(rules: Iterable[QosRule], packet: IpPacket) -> int | None:
    """Of the first rule by precedence with a filter that matches; None: the packet is dropped."""
    for rule in sorted(rules, key=_order):
        if any(_matches(f, packet) for f in rule.packet_filters):
            return rule.qfi
    return None


def _order(rule: QosRule) -> int:
    return _LAST if rule.precedence is None else rule.precedence


def _matches(packet_filter: PacketFilter, packet: IpPacket) -> bool:
    if packet_filter.direction is PacketFilterDirection.DOWNLINK or packet_filter.unread:
        return False
    return all(_component(component, packet) for component in packet_filter.components)


def _component(component: Component, packet: IpPacket) -> bool:
    """The UE is the local end, and sends."""
    value = component.value
    match component.type:
        case ComponentType.MATCH_ALL:
            return True
        case ComponentType.IPV4_REMOTE_ADDRESS | ComponentType.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH:
            return packet.destination in _network(value)
        case ComponentType.IPV4_LOCAL_ADDRESS | ComponentType.IPV6_LOCAL_ADDRESS_PREFIX_LENGTH:
            return packet.source in _network(value)
        case ComponentType.PROTOCOL_IDENTIFIER_NEXT_HEADER:
            return packet.protocol == value[0]
        case ComponentType.SINGLE_LOCAL_PORT | ComponentType.LOCAL_PORT_RANGE:
            return _in_range(packet.source_port, value)
        case ComponentType.SINGLE_REMOTE_PORT | ComponentType.REMOTE_PORT_RANGE:
            return _in_range(packet.destination_port, value)
        case ComponentType.SECURITY_PARAMETER_INDEX:
            return packet.protocol == _ESP and packet.payload[:4] == value
        case ComponentType.TYPE_OF_SERVICE_TRAFFIC_CLASS:
            return packet.traffic_class & value[1] == value[0] & value[1]
        case ComponentType.FLOW_LABEL:
            return packet.flow_label == int.from_bytes(value) & 0xFFFFF
        case _:
            return False


def _network(value: bytes) -> IPv4Network | IPv6Network:
    """An IPv4 address and its mask, or an IPv6 prefix and its length."""
    if len(value) == 8:
        return IPv4Network((value[:4], int.from_bytes(value[4:]).bit_count()), strict=False)
    return IPv6Network((value[:16], min(value[16], 128)), strict=False)


def _in_range(port: int | None, value: bytes) -> bool:
    first, last = int.from_bytes(value[:2]), int.from_bytes(value[-2:])
    return port is not None and first <= port <= last
