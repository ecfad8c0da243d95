"""Packet filters of QoS rules (TS 24.501 figure 9.11.4.13.3, table 9.11.4.13.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from nfs.protocols.nas.enums import PacketFilterDirection
from nfs.protocols.nas.ies.primitives import need


class ComponentType(IntEnum):
    """Packet filter component type identifiers."""

    MATCH_ALL = 0x01
    IPV4_REMOTE_ADDRESS = 0x10
    IPV4_LOCAL_ADDRESS = 0x11
    IPV6_REMOTE_ADDRESS_PREFIX_LENGTH = 0x21
    IPV6_LOCAL_ADDRESS_PREFIX_LENGTH = 0x23
    PROTOCOL_IDENTIFIER_NEXT_HEADER = 0x30
    SINGLE_LOCAL_PORT = 0x40
    LOCAL_PORT_RANGE = 0x41
    SINGLE_REMOTE_PORT = 0x50
    REMOTE_PORT_RANGE = 0x51
    SECURITY_PARAMETER_INDEX = 0x60
    TYPE_OF_SERVICE_TRAFFIC_CLASS = 0x70
    FLOW_LABEL = 0x80
    DESTINATION_MAC_ADDRESS = 0x81
    SOURCE_MAC_ADDRESS = 0x82
    C_TAG_VID = 0x83
    S_TAG_VID = 0x84
    C_TAG_PCP_DEI = 0x85
    S_TAG_PCP_DEI = 0x86
    ETHERTYPE = 0x87
    DESTINATION_MAC_ADDRESS_RANGE = 0x88
    SOURCE_MAC_ADDRESS_RANGE = 0x89


_LENGTHS = {
    ComponentType.MATCH_ALL: 0,
    ComponentType.IPV4_REMOTE_ADDRESS: 8,
    ComponentType.IPV4_LOCAL_ADDRESS: 8,
    ComponentType.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH: 17,
    ComponentType.IPV6_LOCAL_ADDRESS_PREFIX_LENGTH: 17,
    ComponentType.PROTOCOL_IDENTIFIER_NEXT_HEADER: 1,
    ComponentType.SINGLE_LOCAL_PORT: 2,
    ComponentType.LOCAL_PORT_RANGE: 4,
    ComponentType.SINGLE_REMOTE_PORT: 2,
    ComponentType.REMOTE_PORT_RANGE: 4,
    ComponentType.SECURITY_PARAMETER_INDEX: 4,
    ComponentType.TYPE_OF_SERVICE_TRAFFIC_CLASS: 2,
    ComponentType.FLOW_LABEL: 3,
    ComponentType.DESTINATION_MAC_ADDRESS: 6,
    ComponentType.SOURCE_MAC_ADDRESS: 6,
    ComponentType.C_TAG_VID: 2,
    ComponentType.S_TAG_VID: 2,
    ComponentType.C_TAG_PCP_DEI: 1,
    ComponentType.S_TAG_PCP_DEI: 1,
    ComponentType.ETHERTYPE: 2,
    ComponentType.DESTINATION_MAC_ADDRESS_RANGE: 12,
    ComponentType.SOURCE_MAC_ADDRESS_RANGE: 12,
}
"""Octets of the value of each component."""


@dataclass(frozen=True, slots=True)
class Component:
    """``value`` in network order: an IPv4 address and its mask, an IPv6 prefix and its length in
    bits, ports, ..."""

    type: ComponentType
    value: bytes = b""


@dataclass(frozen=True, slots=True)
class PacketFilter:
    """All ``components`` have to match. ``unread``: octets from the first component on that is not
    of table 9.11.4.13.1 or is cut short; a filter with such octets is a syntactical error (#45)."""

    id: int
    direction: PacketFilterDirection
    components: tuple[Component, ...]
    unread: bytes = b""


MATCH_ALL = (Component(ComponentType.MATCH_ALL),)


def decode_filter(header: int, contents: bytes) -> PacketFilter:
    components, position = [], 0
    while position < len(contents):
        length = _LENGTHS.get(contents[position])  # type: ignore[call-overload]
        if length is None or position + 1 + length > len(contents):
            break
        end = position + 1 + length
        kind = ComponentType(contents[position])
        components.append(Component(kind, contents[position + 1 : end]))
        position = end
    direction = PacketFilterDirection(header >> 4 & 3)
    return PacketFilter(header & 15, direction, tuple(components), contents[position:])


def encode_filter(f: PacketFilter) -> bytes:
    contents = b"".join(bytes((c.type,)) + c.value for c in f.components) + f.unread
    return bytes((f.direction << 4 | f.id, len(contents))) + contents


def decode_filters(octets: bytes, count: int) -> tuple[tuple[PacketFilter, ...], bytes]:
    """``count`` packet filters, and the octets after them."""
    filters, position = [], 0
    for _ in range(count):
        need(octets, position + 2)
        end = position + 2 + octets[position + 1]
        filters.append(decode_filter(octets[position], need(octets, end)[position + 2 : end]))
        position = end
    return tuple(filters), octets[position:]
