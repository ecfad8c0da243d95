"""Packet filters of QoS rules as SDF filters of PDRs (TS 29.244 clause 8.2.5)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from nfs.protocols.nas import PacketFilter, PacketFilterDirection
from nfs.protocols.nas.packet_filters import ComponentType
from nfs.protocols.pfcp import SdfFilter
from nfs.smf import qos

if TYPE_CHECKING:
    from nfs.smf.sm_context import QosFlow, SmContext

LOWEST_PRECEDENCE = 65535
NOTHING = SdfFilter("permit out ip from 0.0.0.0/32 to assigned")
"""For the direction that a flow's packet filters are not for: no filter would be all packets."""


@dataclass(frozen=True, slots=True)
class DetectedFlow:
    """A QoS flow and how its packets are told from others; no filters are all packets."""

    flow: QosFlow
    precedence: int
    downlink: tuple[SdfFilter, ...] = ()
    uplink: tuple[SdfFilter, ...] = ()


def detected_flows(session: SmContext) -> dict[int, DetectedFlow]:
    """The session's flows by QFI, with the filters of all their QoS rules."""
    return {flow.qfi: _detected(session, flow) for flow in session.flows.values()}


def _detected(session: SmContext, flow: QosFlow) -> DetectedFlow:
    rules = [rule for rule in session.rules.values() if rule.qfi == flow.qfi]
    if any(rule.is_default for rule in rules):
        return DetectedFlow(flow, LOWEST_PRECEDENCE)
    precedences = [rule.precedence for rule in rules if rule.precedence is not None]
    precedence = min(precedences, default=qos.ASSURED_PRECEDENCE - flow.qfi)
    filters = [f for rule in rules for f in rule.packet_filters]
    return DetectedFlow(
        flow,
        precedence,
        _sdf_filters(filters, PacketFilterDirection.DOWNLINK),
        _sdf_filters(filters, PacketFilterDirection.UPLINK),
    )


def _sdf_filters(
    filters: list[PacketFilter], direction: PacketFilterDirection
) -> tuple[SdfFilter, ...]:
    of_direction = [
        sdf_filter(f)
        for f in filters
        if f.direction in (direction, PacketFilterDirection.BIDIRECTIONAL)
    ]
    if filters and not of_direction:
        return (NOTHING,)
    return () if SdfFilter() in of_direction else tuple(of_direction)


def sdf_filter(packet_filter: PacketFilter) -> SdfFilter:
    """One without a flow description or anything else matches all packets."""
    values = {component.type: component.value for component in packet_filter.components}
    tos = values.get(ComponentType.TYPE_OF_SERVICE_TRAFFIC_CLASS)
    spi = values.get(ComponentType.SECURITY_PARAMETER_INDEX)
    label = values.get(ComponentType.FLOW_LABEL)
    return SdfFilter(
        _flow_description(values),
        tos,
        int.from_bytes(spi) if spi else None,
        int.from_bytes(label) & 0xFFFFF if label else None,
    )


def _flow_description(values: dict[ComponentType, bytes]) -> str | None:
    def first(*kinds: ComponentType) -> bytes | None:
        return next((values[kind] for kind in kinds if kind in values), None)

    protocol = first(ComponentType.PROTOCOL_IDENTIFIER_NEXT_HEADER)
    remote = first(
        ComponentType.IPV4_REMOTE_ADDRESS, ComponentType.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH
    )
    local = first(ComponentType.IPV4_LOCAL_ADDRESS, ComponentType.IPV6_LOCAL_ADDRESS_PREFIX_LENGTH)
    remote_port = first(ComponentType.SINGLE_REMOTE_PORT, ComponentType.REMOTE_PORT_RANGE)
    local_port = first(ComponentType.SINGLE_LOCAL_PORT, ComponentType.LOCAL_PORT_RANGE)
    if not any((protocol, remote, local, remote_port, local_port)):
        return None
    name = str(protocol[0]) if protocol else "ip"
    far = _network(remote) if remote else "any"
    near = _network(local) if local else "assigned"
    return f"permit out {name} from {far}{_ports(remote_port)} to {near}{_ports(local_port)}"


def _network(value: bytes) -> str:
    """An IPv4 address and its mask, or an IPv6 prefix and its length."""
    if len(value) == 8:
        length = int.from_bytes(value[4:]).bit_count()
        return str(IPv4Network((value[:4], length), strict=False))
    return str(IPv6Network((value[:16], min(value[16], 128)), strict=False))


def _ports(value: bytes | None) -> str:
    if value is None:
        return ""
    first, last = int.from_bytes(value[:2]), int.from_bytes(value[-2:])
    return f" {first}" if first == last else f" {first}-{last}"
