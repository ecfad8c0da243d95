"""QoS flows as the UE and the gNB are told about them (TS 24.501 9.11.4.12, 9.11.4.13)."""

from __future__ import annotations

from ipaddress import IPv4Address

from nfs.protocols.nas import (
    MATCH_ALL,
    PacketFilter,
    PacketFilterDirection,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
)
from nfs.protocols.nas.packet_filters import Component, ComponentType
from nfs.protocols.ngap import GbrQos, QosFlowSetup
from nfs.smf.sm_context import QosFlow, SmContext

DEFAULT_PRECEDENCE = 255
ASSURED_PRECEDENCE = 64
"""Lower than the default rule's: it is looked at first. Flow by flow one less. 70 to 99 are for
rules that a UE derives (TS 24.501 clause 6.2.5.1.1.2)."""

_ARP_PRIORITY = 8
_ONE_HOST = bytes((255, 255, 255, 255))


def default_rule(flow: QosFlow) -> QosRule:
    return QosRule(
        id=flow.qfi,
        operation=QosRuleOperation.CREATE,
        is_default=True,
        packet_filters=(PacketFilter(1, PacketFilterDirection.BIDIRECTIONAL, MATCH_ALL),),
        precedence=DEFAULT_PRECEDENCE,
        qfi=flow.qfi,
    )


def assured_rule(session: SmContext, flow: QosFlow, remote: IPv4Address | None = None) -> QosRule:
    """The packets to and from ``remote`` go to the flow while it lasts. Without one all of the
    session's traffic does: an intent names an application, not its addresses."""
    taken = {rule.precedence for rule in session.rules.values()}
    first = next(number for number in range(256) if number not in taken)
    return QosRule(
        id=session.free_rule_id,
        operation=QosRuleOperation.CREATE,
        is_default=False,
        packet_filters=(PacketFilter(1, PacketFilterDirection.BIDIRECTIONAL, _components(remote)),),
        precedence=ASSURED_PRECEDENCE - flow.qfi if remote is None else first,
        qfi=flow.qfi,
    )


def _components(remote: IPv4Address | None) -> tuple[Component, ...]:
    if remote is None:
        return MATCH_ALL
    return (Component(ComponentType.IPV4_REMOTE_ADDRESS, remote.packed + _ONE_HOST),)


def deleted_rule(rule: QosRule) -> QosRule:
    return QosRule(rule.id, QosRuleOperation.DELETE)


def description(flow: QosFlow) -> QosFlowDescription:
    return QosFlowDescription(
        qfi=flow.qfi,
        operation=QosFlowOperation.CREATE,
        five_qi=flow.five_qi,
        gfbr_uplink=flow.gbr.uplink_kbps if flow.gbr else None,
        gfbr_downlink=flow.gbr.downlink_kbps if flow.gbr else None,
        mfbr_uplink=flow.gbr.max_uplink_kbps if flow.gbr else None,
        mfbr_downlink=flow.gbr.max_downlink_kbps if flow.gbr else None,
    )


def deleted_description(flow: QosFlow) -> QosFlowDescription:
    return QosFlowDescription(qfi=flow.qfi, operation=QosFlowOperation.DELETE)


def setup(flow: QosFlow) -> QosFlowSetup:
    """The flow as the gNB is asked to set it up (TS 38.413 clause 9.3.1.12)."""
    gbr = None
    if flow.gbr is not None:
        rates = flow.gbr
        gbr = GbrQos(
            mfbr_downlink=rates.max_downlink_kbps * 1000,
            mfbr_uplink=rates.max_uplink_kbps * 1000,
            gfbr_downlink=rates.downlink_kbps * 1000,
            gfbr_uplink=rates.uplink_kbps * 1000,
        )
    return QosFlowSetup(flow.qfi, flow.five_qi, _ARP_PRIORITY, gbr=gbr)
