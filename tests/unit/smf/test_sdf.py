"""Packet filters of QoS rules as the UPF is told of them (TS 29.244 clause 8.2.5)."""

from __future__ import annotations

import pytest

from nfs.common.identities import Snssai
from nfs.protocols.nas import (
    MATCH_ALL,
    Component,
    ComponentType,
    PacketFilter,
    PacketFilterDirection,
    QosRule,
    QosRuleOperation,
)
from nfs.smf.address_pool import UeAddress
from nfs.smf.n4.sdf import NOTHING, detected_flows, sdf_filter
from nfs.smf.sm_context import QosFlow, SmContext

C = ComponentType
BOTH, UPLINK = PacketFilterDirection.BIDIRECTIONAL, PacketFilterDirection.UPLINK
HTTPS = (Component(C.SINGLE_REMOTE_PORT, b"\x01\xbb"),)
IPV6_HOST = bytes.fromhex("20010db8") + bytes(11) + b"\x01"


@pytest.mark.parametrize(
    ("components", "description"),
    [
        (MATCH_ALL, None),
        (HTTPS, "permit out ip from any 443 to assigned"),
        (
            (
                Component(C.PROTOCOL_IDENTIFIER_NEXT_HEADER, b"\x11"),
                Component(C.IPV4_REMOTE_ADDRESS, bytes.fromhex("c6336400ffffff00")),
                Component(C.LOCAL_PORT_RANGE, b"\x13\x88\x13\x90"),
            ),
            "permit out 17 from 198.51.100.0/24 to assigned 5000-5008",
        ),
        (
            (Component(C.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH, IPV6_HOST + b"\x80"),),
            "permit out ip from 2001:db8::1/128 to assigned",
        ),
    ],
)
def test_components_as_a_flow_description(
    components: tuple[Component, ...], description: str | None
) -> None:
    assert sdf_filter(PacketFilter(1, BOTH, components)).flow_description == description


def test_a_flow_of_one_direction_takes_nothing_of_the_other() -> None:
    rule = QosRule(2, QosRuleOperation.CREATE, False, (PacketFilter(1, UPLINK, HTTPS),), 100, 2)
    session = SmContext("ref", "imsi-1", 1, "internet", Snssai(1), "amf", "http://amf", UeAddress())
    session.flows, session.rules = {2: QosFlow(2, 7)}, {2: rule}
    detected = detected_flows(session)[2]
    assert detected.uplink == (sdf_filter(rule.packet_filters[0]),)
    assert detected.downlink == (NOTHING,)
