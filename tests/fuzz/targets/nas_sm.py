"""5GSM at both sides: every octet string is a message, an answer, or discarded; the QoS that it
asks for is carried out or has a cause."""

from __future__ import annotations

import contextlib
from ipaddress import IPv4Address, IPv6Address

from targets import nas_plain

from nfs.protocols.nas import (
    MATCH_ALL,
    Offer,
    PacketFilter,
    PacketFilterDirection,
    PduSessionEstablishmentRequest,
    PduSessionModificationCommand,
    PduSessionModificationRequest,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    decode,
    encode,
)
from nfs.protocols.nas.qos_operations import QosError, QosState, apply
from nfs.protocols.nas.sm_reception import SmReceived, SmRefused, receive_at_network, receive_at_ue

_ALL = (PacketFilter(1, PacketFilterDirection.BIDIRECTIONAL, MATCH_ALL),)
_STATE = QosState(
    {1: QosRule(1, QosRuleOperation.CREATE, True, _ALL, 255, 1)},
    {1: QosFlowDescription(1, QosFlowOperation.CREATE, 9)},
)
_OFFER = Offer(IPv4Address("8.8.8.8"), IPv6Address("2001:db8::1"), 1400)
_QOS = (
    "7a001002000d21310921100a2d0000ffff00008002",
    "7a000a0100020a000200010040",
    "79001202204301010702030100400303010040",
    "790003024000",
)


def seeds() -> list[bytes]:
    messages = [octets for octets in nas_plain.seeds() if octets[:1] == b"\x2e"]
    messages += [bytes.fromhex("2e0109c9" + qos) for qos in _QOS]
    messages += [bytes.fromhex("2e0100cb" + qos) for qos in _QOS]
    ipcp = "80211001000010810600000000830600000000000d00000300"
    messages.append(bytes.fromhex("2e0101c1ffff93a17b001a80" + ipcp))
    return messages


def one(octets: bytes) -> None:
    for outcome in (receive_at_network(octets), receive_at_ue(octets)):
        if isinstance(outcome, SmRefused):
            assert decode(encode(outcome.answer)) == outcome.answer
        if not isinstance(outcome, SmReceived):
            continue
        match outcome.message:
            case PduSessionEstablishmentRequest(epco=epco):
                answer = _OFFER.answer(epco)
                assert epco is not None or answer is None
            case (
                PduSessionModificationRequest(
                    requested_qos_rules=rules, requested_qos_flow_descriptions=flows
                )
                | PduSessionModificationCommand(qos_rules=rules, qos_flow_descriptions=flows)
            ):
                with contextlib.suppress(QosError):
                    after = apply(_STATE, rules, flows)
                    assert sum(rule.is_default for rule in after.rules.values()) <= 1
