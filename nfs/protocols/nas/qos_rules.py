"""QoS rules (TS 24.501 clause 9.11.4.13)."""

from __future__ import annotations

from dataclasses import dataclass

from nfs.protocols.nas.enums import QosRuleOperation
from nfs.protocols.nas.framing import Codec, Malformed
from nfs.protocols.nas.ies.primitives import need
from nfs.protocols.nas.packet_filters import PacketFilter, decode_filters, encode_filter

_DEFAULT_RULE = 0x10
_SEGREGATION = 0x40


@dataclass(frozen=True, slots=True)
class QosRule:
    """``deleted_filters``: identifiers, for the operation that deletes packet filters only."""

    id: int
    operation: QosRuleOperation
    is_default: bool = False
    packet_filters: tuple[PacketFilter, ...] = ()
    precedence: int | None = None
    qfi: int | None = None
    deleted_filters: tuple[int, ...] = ()
    segregation: bool = False


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
    filters: tuple[PacketFilter, ...] = ()
    deleted: tuple[int, ...] = ()
    if operation is QosRuleOperation.MODIFY_AND_DELETE_FILTERS:
        need(body, 1 + count)
        deleted, rest = tuple(octet & 15 for octet in body[1 : 1 + count]), body[1 + count :]
    else:
        filters, rest = decode_filters(body[1:], count)
    if len(rest) not in (0, 2):
        raise Malformed("a QoS rule ends with precedence and QFI, or with neither")
    return QosRule(
        rule_id,
        operation,
        bool(body[0] & _DEFAULT_RULE),
        filters,
        rest[0] if rest else None,
        rest[1] & 63 if rest else None,
        deleted,
        bool(rest and rest[1] & _SEGREGATION),
    )


def _encode_rules(rules: tuple[QosRule, ...]) -> bytes:
    return b"".join(_encode_rule(rule) for rule in rules)


def _encode_rule(rule: QosRule) -> bytes:
    count = len(rule.packet_filters) + len(rule.deleted_filters)
    body = bytes((rule.operation << 5 | _DEFAULT_RULE * rule.is_default | count,))
    body += b"".join(encode_filter(f) for f in rule.packet_filters) + bytes(rule.deleted_filters)
    if rule.precedence is not None and rule.qfi is not None:
        body += bytes((rule.precedence, _SEGREGATION * rule.segregation | rule.qfi))
    return bytes((rule.id,)) + len(body).to_bytes(2) + body


RULES = Codec(_decode_rules, _encode_rules)
