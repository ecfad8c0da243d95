"""QoS rules, QoS flow descriptions and session elements (TS 24.501 clause 9.11.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from nfs.protocols.nas.enums import (
    PacketFilterDirection,
    PduSessionType,
    QosFlowOperation,
    QosRuleOperation,
)
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies import need


@dataclass(frozen=True, slots=True)
class PacketFilter:
    """``components`` are the octets of figure 9.11.4.13.4; a single 01 matches everything."""

    id: int
    direction: PacketFilterDirection
    components: bytes


@dataclass(frozen=True, slots=True)
class QosRule:
    id: int
    operation: QosRuleOperation
    is_default: bool
    packet_filters: tuple[PacketFilter, ...]
    precedence: int | None
    qfi: int | None


def _decode_rules(octets: bytes) -> tuple[QosRule, ...]:
    rules, position = [], 0
    while position < len(octets):
        need(octets, position + 3)
        end = position + 3 + int.from_bytes(octets[position + 1 : position + 3])
        need(octets, end)
        rules.append(_decode_rule(octets[position], octets[position + 3 : end]))
        position = end
    return tuple(rules)


def _decode_rule(rule_id: int, body: bytes) -> QosRule:
    need(body, 1)
    operation, count = QosRuleOperation(body[0] >> 5), body[0] & 15
    filters, position = [], 1
    for _ in range(count):
        need(body, position + 2)
        end = position + 2 + body[position + 1]
        if operation is QosRuleOperation.MODIFY_AND_DELETE_FILTERS:
            raise Malformed("deletion of packet filters is not read")
        direction = PacketFilterDirection(body[position] >> 4 & 3)
        components = need(body, end)[position + 2 : end]
        filters.append(PacketFilter(body[position] & 15, direction, components))
        position = end
    rest = body[position:]
    if len(rest) not in (0, 2):
        raise Malformed("a QoS rule ends with precedence and QFI, or with neither")
    return QosRule(
        rule_id,
        operation,
        bool(body[0] & 16),
        tuple(filters),
        rest[0] if rest else None,
        rest[1] & 63 if rest else None,
    )


def _encode_rules(rules: tuple[QosRule, ...]) -> bytes:
    out = b""
    for rule in rules:
        body = bytes((rule.operation << 5 | rule.is_default << 4 | len(rule.packet_filters),))
        for f in rule.packet_filters:
            body += bytes((f.direction << 4 | f.id, len(f.components))) + f.components
        if rule.precedence is not None and rule.qfi is not None:
            body += bytes((rule.precedence, rule.qfi))
        out += bytes((rule.id,)) + len(body).to_bytes(2) + body
    return out


@dataclass(frozen=True, slots=True)
class QosFlowDescription:
    """Bit rates in kbit/s; parameters of other kinds are kept as they came."""

    qfi: int
    operation: QosFlowOperation
    five_qi: int | None = None
    gfbr_uplink: int | None = None
    gfbr_downlink: int | None = None
    mfbr_uplink: int | None = None
    mfbr_downlink: int | None = None
    others: tuple[tuple[int, bytes], ...] = ()


_FIVE_QI = 1
_RATES = ((2, "gfbr_uplink"), (3, "gfbr_downlink"), (4, "mfbr_uplink"), (5, "mfbr_downlink"))
_MORE_PARAMETERS = 0x40


_UNITS = 25


def encode_rate(kbps: int) -> bytes:
    """Unit and value, in the finest unit that the value fits (table 9.11.4.14.1)."""
    unit = next(u for u in range(1, _UNITS + 1) if kbps <= 0xFFFF * _unit(u))
    return bytes((unit,)) + (kbps // _unit(unit)).to_bytes(2)


def _unit(number: int) -> int:
    """1, 4, 16, 64 and 256 kbit/s are units 1 to 5; then the same in Mbit/s, and so on."""
    thousands, fours = divmod(number - 1, 5)
    return int(1000**thousands * 4**fours)


def decode_rate(octets: bytes) -> int:
    need(octets, 3)
    if not 1 <= octets[0] <= _UNITS:
        raise Malformed(f"unit {octets[0]} of a bit rate")
    return int.from_bytes(octets[1:3]) * _unit(octets[0])


def _decode_descriptions(octets: bytes) -> tuple[QosFlowDescription, ...]:
    found, position = [], 0
    names = dict(_RATES)
    while position < len(octets):
        need(octets, position + 3)
        qfi, operation, count = octets[position : position + 3]
        position += 3
        values: dict[str, int] = {}
        others: list[tuple[int, bytes]] = []
        for _ in range(count & 63):
            need(octets, position + 2)
            kind, end = octets[position], position + 2 + octets[position + 1]
            value = need(octets, end)[position + 2 : end]
            if kind == _FIVE_QI and value:
                values["five_qi"] = value[0]
            elif kind in names:
                values[names[kind]] = decode_rate(value)
            else:
                others.append((kind, value))
            position = end
        flow_operation = QosFlowOperation(operation >> 5)
        found.append(QosFlowDescription(qfi & 63, flow_operation, others=tuple(others), **values))
    return tuple(found)


def _encode_descriptions(descriptions: tuple[QosFlowDescription, ...]) -> bytes:
    out = b""
    for d in descriptions:
        parameters = []
        if d.five_qi is not None:
            parameters.append((_FIVE_QI, bytes((d.five_qi,))))
        for kind, name in _RATES:
            if (rate := getattr(d, name)) is not None:
                parameters.append((kind, encode_rate(rate)))
        parameters += d.others
        more = _MORE_PARAMETERS if parameters else 0
        out += bytes((d.qfi, d.operation << 5, more | len(parameters)))
        out += b"".join(bytes((kind, len(value))) + value for kind, value in parameters)
    return out


@dataclass(frozen=True, slots=True)
class SessionAmbr:
    """``octets`` as they came, for a sender that chose other units than we would."""

    downlink_kbps: int
    uplink_kbps: int
    octets: bytes | None = field(default=None, compare=False, repr=False)


def _decode_ambr(octets: bytes) -> SessionAmbr:
    need(octets, 6)
    return SessionAmbr(decode_rate(octets[:3]), decode_rate(octets[3:6]), octets)


def _encode_ambr(ambr: SessionAmbr) -> bytes:
    return ambr.octets or encode_rate(ambr.downlink_kbps) + encode_rate(ambr.uplink_kbps)


@dataclass(frozen=True, slots=True)
class PduAddress:
    type: PduSessionType
    ipv4: str | None = None
    interface_id: bytes | None = None


def _decode_address(octets: bytes) -> PduAddress:
    kind = PduSessionType(need(octets, 1)[0] & 7)
    if octets[0] >> 3 or len(octets) != {1: 5, 2: 9, 3: 13}.get(kind, 0):
        raise Malformed("a PDU address of another length")
    interface_id = octets[1:9] if kind is not PduSessionType.IPV4 else None
    ipv4 = str(IPv4Address(octets[-4:])) if kind is not PduSessionType.IPV6 else None
    return PduAddress(kind, ipv4, interface_id)


def _encode_address(address: PduAddress) -> bytes:
    v4 = IPv4Address(address.ipv4).packed if address.ipv4 else b""
    return bytes((address.type,)) + (address.interface_id or b"") + v4


@dataclass(frozen=True, slots=True)
class ProtocolConfigurationOptions:
    """Containers of TS 24.008 clause 10.5.6.3: identifier and octets."""

    containers: tuple[tuple[int, bytes], ...]

    DNS_IPV4 = 0x000D
    MTU_IPV4 = 0x0010

    @classmethod
    def request(cls) -> ProtocolConfigurationOptions:
        return cls(((cls.DNS_IPV4, b""), (cls.MTU_IPV4, b"")))

    def answer(self, dns_ipv4: str, mtu: int) -> ProtocolConfigurationOptions:
        """What the network gives to those who asked for it."""
        offered = {
            self.DNS_IPV4: IPv4Address(dns_ipv4).packed,
            self.MTU_IPV4: mtu.to_bytes(2),
        }
        asked = {identifier for identifier, _ in self.containers}
        return ProtocolConfigurationOptions(
            tuple((i, octets) for i, octets in offered.items() if i in asked)
        )


def _decode_options(octets: bytes) -> ProtocolConfigurationOptions:
    if need(octets, 1)[0] != 0x80:
        raise Malformed("configuration protocol other than PPP")
    containers, position = [], 1
    while position < len(octets):
        need(octets, position + 3)
        end = position + 3 + octets[position + 2]
        identifier = int.from_bytes(octets[position : position + 2])
        containers.append((identifier, need(octets, end)[position + 3 : end]))
        position = end
    return ProtocolConfigurationOptions(tuple(containers))


def _encode_options(options: ProtocolConfigurationOptions) -> bytes:
    out = b"\x80"
    for identifier, octets in options.containers:
        out += identifier.to_bytes(2) + bytes((len(octets),)) + octets
    return out


RULES = Codec(_decode_rules, _encode_rules)
DESCRIPTIONS = Codec(_decode_descriptions, _encode_descriptions)
AMBR = Codec(_decode_ambr, _encode_ambr)
ADDRESS = Codec(_decode_address, _encode_address)
OPTIONS = Codec(_decode_options, _encode_options)
