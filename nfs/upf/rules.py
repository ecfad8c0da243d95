"""The rules of a session as packets meet them (TS 29.244 clause 5.2.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

from nfs.protocols.ip import IpPacket
from nfs.protocols.pfcp import (
    ApplyAction,
    BitRate,
    CreateFar,
    CreatePdr,
    CreateQer,
    ForwardingParameters,
    FTeid,
    GateStatus,
    OuterHeaderCreation,
    SdfFilter,
    SourceInterface,
    UeIpAddress,
    UpdateFar,
    UpdateQer,
)
from nfs.protocols.pfcp.flow_description import FlowDescription
from nfs.upf.token_bucket import TokenBucket

_ESP = 50
_DSCP = 0xFC


@dataclass(frozen=True, slots=True)
class Filter:
    """One SDF filter; what is None is not looked at."""

    flow: FlowDescription | None
    traffic_class: tuple[int, int] | None
    security_parameter_index: int | None
    flow_label: int | None

    @classmethod
    def of(cls, sdf: SdfFilter) -> Filter:
        """Raises ValueError for a flow description that cannot be read."""
        tos = sdf.tos_traffic_class
        return cls(
            FlowDescription.parse(sdf.flow_description) if sdf.flow_description else None,
            (tos[0], tos[1]) if tos else None,
            sdf.security_parameter_index,
            sdf.flow_label,
        )

    def matches(self, packet: IpPacket, *, uplink: bool) -> bool:
        if self.flow is not None and not self.flow.matches(packet, uplink=uplink):
            return False
        if self.traffic_class is not None:
            value, mask = self.traffic_class
            if packet.traffic_class & mask != value & mask:
                return False
        if self.flow_label is not None and packet.flow_label != self.flow_label:
            return False
        spi = self.security_parameter_index
        return spi is None or (
            packet.protocol == _ESP and int.from_bytes(packet.payload[:4]) == spi
        )


@dataclass(frozen=True, slots=True)
class Pdr:
    """``rule`` with what is worked out of it once."""

    rule: CreatePdr
    teid: int | None
    addresses: tuple[IPv4Address | IPv6Network, ...]
    filters: tuple[Filter, ...]

    @classmethod
    def of(cls, rule: CreatePdr, f_teid: FTeid | None) -> Pdr:
        """Raises ValueError."""
        ue = (a for address in rule.pdi.ue_ip_addresses for a in ue_addresses(address))
        filters = tuple(Filter.of(sdf) for sdf in rule.pdi.sdf_filters)
        return cls(rule, f_teid.teid if f_teid else None, tuple(ue), filters)

    @property
    def uplink(self) -> bool:
        return self.rule.pdi.source_interface is SourceInterface.ACCESS

    def detects_uplink(self, packet: IpPacket, teid: int, qfi: int | None) -> bool:
        qfis = self.rule.pdi.qfis
        if not self.uplink or self.teid != teid or (qfis and qfi not in qfis):
            return False
        return self._filtered(packet, uplink=True)

    def detects_downlink(self, packet: IpPacket) -> bool:
        if self.rule.pdi.source_interface is not SourceInterface.CORE:
            return False
        if self.addresses and not any(is_at(packet.destination, a) for a in self.addresses):
            return False
        return self._filtered(packet, uplink=False)

    def _filtered(self, packet: IpPacket, *, uplink: bool) -> bool:
        return not self.filters or any(f.matches(packet, uplink=uplink) for f in self.filters)


def ue_addresses(address: UeIpAddress) -> tuple[IPv4Address | IPv6Network, ...]:
    found: list[IPv4Address | IPv6Network] = []
    if address.ipv4:
        found.append(IPv4Address(address.ipv4))
    if address.ipv6:
        prefix = f"{address.ipv6}/{address.ipv6_prefix_length}"
        network = ip_network(prefix, strict=False)
        assert isinstance(network, IPv6Network)  # noqa: S101 - of an IPv6 address
        found.append(network)
    return tuple(found)


def is_at(address: IPv4Address | IPv6Address, ue: IPv4Address | IPv6Network) -> bool:
    if isinstance(ue, IPv6Network):
        return address.version == 6 and address in ue
    return address == ue


@dataclass(slots=True)
class Far:
    rule: CreateFar

    @property
    def action(self) -> ApplyAction:
        return self.rule.apply_action

    @property
    def outer_header(self) -> OuterHeaderCreation | None:
        parameters = self.rule.forwarding_parameters
        return parameters.outer_header_creation if parameters else None

    @property
    def tos(self) -> int:
        """Transport level marking: the DSCP in its place in the traffic class."""
        parameters = self.rule.forwarding_parameters
        marking = parameters.transport_level_marking if parameters else None
        return 0 if marking is None else marking >> 8 & marking & _DSCP

    def change(self, update: UpdateFar) -> None:
        rule, new = self.rule, update.forwarding_parameters
        parameters = rule.forwarding_parameters
        if new is not None:
            old = parameters or ForwardingParameters(destination_interface=SourceInterface.ACCESS)
            destination = new.destination_interface
            parameters = ForwardingParameters(
                destination_interface=old.destination_interface
                if destination is None
                else destination,
                network_instance=new.network_instance or old.network_instance,
                outer_header_creation=new.outer_header_creation or old.outer_header_creation,
                transport_level_marking=old.transport_level_marking
                if new.transport_level_marking is None
                else new.transport_level_marking,
            )
        self.rule = CreateFar(
            far_id=rule.far_id,
            apply_action=rule.apply_action if update.apply_action is None else update.apply_action,
            forwarding_parameters=parameters,
            bar_id=rule.bar_id if update.bar_id is None else update.bar_id,
        )


class Qer:
    """Gates and rate limits; QERs of one correlation identity share ``buckets`` of a session."""

    def __init__(
        self, rule: CreateQer, shared: dict[int, tuple[TokenBucket, TokenBucket]], now: float
    ) -> None:
        self._shared = shared
        self._set(rule, now)

    def _set(self, rule: CreateQer, now: float) -> None:
        self.rule = rule
        self.buckets = None
        if rule.maximum_bit_rate is not None:
            self.buckets = self._buckets(rule, rule.maximum_bit_rate, now)

    def _buckets(
        self, rule: CreateQer, rate: BitRate, now: float
    ) -> tuple[TokenBucket, TokenBucket]:
        """Uplink and downlink."""
        key = rule.correlation_id
        former = self._shared.get(key) if key is not None else None
        if former is not None:
            former[0].change(rate.uplink)
            former[1].change(rate.downlink)
            return former
        buckets = TokenBucket(rate.uplink, now), TokenBucket(rate.downlink, now)
        if key is not None:
            self._shared[key] = buckets
        return buckets

    def change(self, update: UpdateQer, now: float) -> None:
        given = {
            name: value
            for name in ("correlation_id", "gate_status", "maximum_bit_rate", "qfi", "rqi")
            if (value := getattr(update, name)) is not None
        }
        if update.guaranteed_bit_rate is not None:
            given["guaranteed_bit_rate"] = update.guaranteed_bit_rate
        self._set(replace(self.rule, **given), now)

    def passes(self, octets: int, now: float, *, uplink: bool) -> bool:
        closed = GateStatus.UPLINK_CLOSED if uplink else GateStatus.DOWNLINK_CLOSED
        if self.rule.gate_status & closed:
            return False
        return self.buckets is None or self.buckets[0 if uplink else 1].take(octets, now)
