"""Operations on QoS rules and flows, and what is wrong with some (TS 24.501 clause 6.3.2.4)."""

from __future__ import annotations

from typing import Any

import pytest

from nfs.protocols.nas import (
    MATCH_ALL,
    Component,
    ComponentType,
    PacketFilter,
    PacketFilterDirection,
    QosFlowDescription,
    QosFlowOperation,
    QosRule,
    QosRuleOperation,
    SmCause,
)
from nfs.protocols.nas.qos_operations import QosError, QosState, apply

BOTH = PacketFilterDirection.BIDIRECTIONAL
HTTPS = (Component(ComponentType.SINGLE_REMOTE_PORT, b"\x01\xbb"),)
Op, FlowOp = QosRuleOperation, QosFlowOperation


def filters(*numbers: int) -> tuple[PacketFilter, ...]:
    return tuple(PacketFilter(number, BOTH, HTTPS) for number in numbers)


def rule(number: int, operation: QosRuleOperation = Op.CREATE, **values: Any) -> QosRule:
    if operation is Op.CREATE:
        values = {"packet_filters": filters(1), "precedence": number, "qfi": 1} | values
    return QosRule(number, operation, **values)


def flow(qfi: int, operation: QosFlowOperation = FlowOp.CREATE, **values: Any) -> Any:
    if operation is FlowOp.CREATE:
        values = {"five_qi": 9} | values
    return QosFlowDescription(qfi, operation, **values)


DEFAULT = QosRule(1, Op.CREATE, True, (PacketFilter(1, BOTH, MATCH_ALL),), 255, 1)
STATE = apply(QosState(), [DEFAULT, rule(2, packet_filters=filters(1, 2))], [flow(1)])


def test_a_flow_with_its_rule_comes_is_changed_and_goes() -> None:
    state = apply(STATE, [rule(3, qfi=2)], [flow(2, mfbr_uplink=64, gfbr_uplink=64)])
    assert state.rules[3].qfi == 2
    state = apply(state, None, [flow(2, FlowOp.MODIFY, mfbr_uplink=128, extends=True)])
    assert (state.flows[2].five_qi, state.flows[2].gfbr_uplink) == (9, 64)
    assert state.flows[2].mfbr_uplink == 128
    state = apply(state, None, [flow(2, FlowOp.MODIFY, five_qi=7)])
    assert (state.flows[2].five_qi, state.flows[2].gfbr_uplink) == (7, None)
    removal = [rule(3, Op.DELETE)], [flow(2, FlowOp.DELETE)]
    assert apply(state, *removal) == STATE
    assert apply(STATE, *removal) == STATE


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (rule(2, Op.MODIFY_AND_ADD_FILTERS, packet_filters=filters(3)), {1, 2, 3}),
        (rule(2, Op.MODIFY_AND_REPLACE_FILTERS, packet_filters=filters(2)), {2}),
        (rule(2, Op.MODIFY_AND_DELETE_FILTERS, deleted_filters=(1,)), {2}),
        (rule(2, Op.MODIFY_WITHOUT_FILTERS, precedence=7, qfi=1), {1, 2}),
        (rule(2), {1}),  # to create what is there replaces it
    ],
)
def test_packet_filters_after_a_change(change: QosRule, left: set[int]) -> None:
    state = apply(STATE, [change], None)
    assert {f.id for f in state.rules[2].packet_filters} == left
    assert state.rules[2].precedence == (change.precedence or 2)


def conflicting(*kinds: tuple[ComponentType, str]) -> QosRule:
    components = tuple(Component(kind, bytes.fromhex(value)) for kind, value in kinds)
    return rule(3, packet_filters=(PacketFilter(1, BOTH, components),))


_C = ComponentType


@pytest.mark.parametrize(
    ("cause", "change"),
    [
        (83, rule(1, Op.DELETE)),
        (83, rule(9, Op.MODIFY_WITHOUT_FILTERS, precedence=1, qfi=1)),
        (83, rule(3, is_default=True)),
        (83, rule(3, precedence=2)),
        (83, rule(3, qfi=65)),
        (83, rule(1)),
        (83, rule(2, Op.MODIFY_AND_DELETE_FILTERS, deleted_filters=(1, 2))),
        (83, rule(3, packet_filters=filters(*range(15)))),
        (83, flow(9, FlowOp.MODIFY, five_qi=7)),
        (84, flow(2, five_qi=None)),
        (84, flow(2, five_qi=1)),
        (84, flow(1, FlowOp.MODIFY, five_qi=1)),
        (84, rule(3, packet_filters=())),
        (84, rule(3, precedence=None)),
        (84, rule(2, Op.RESERVED)),
        (84, rule(2, Op.RESERVED_7)),
        (84, rule(2, Op.DELETE, packet_filters=filters(1))),
        (84, rule(2, Op.MODIFY_AND_DELETE_FILTERS, deleted_filters=(7,))),
        (84, rule(2, Op.MODIFY_AND_DELETE_FILTERS)),
        (44, conflicting((_C.MATCH_ALL, ""), (_C.SINGLE_LOCAL_PORT, "0050"))),
        (44, conflicting((_C.REMOTE_PORT_RANGE, "01bb0050"))),
        (44, conflicting((_C.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH, "00" * 16 + "81"))),
        (45, conflicting()),
        (45, conflicting((_C.SINGLE_LOCAL_PORT, "0050"), (_C.SINGLE_LOCAL_PORT, "0051"))),
        (45, conflicting((_C.SINGLE_REMOTE_PORT, "0050"), (_C.REMOTE_PORT_RANGE, "00500051"))),
        (45, rule(3, packet_filters=filters(1, 1))),
        (45, rule(3, packet_filters=(PacketFilter(1, BOTH, HTTPS, b"\xee"),))),
        (45, rule(2, Op.MODIFY_AND_ADD_FILTERS, packet_filters=filters(2))),
    ],
)
def test_an_operation_in_error_has_its_cause(cause: int, change: Any) -> None:
    rules, flows = ([change], None) if isinstance(change, QosRule) else (None, [change])
    with pytest.raises(QosError) as error:
        apply(STATE, rules, flows)
    assert error.value.cause is SmCause(cause)


def test_a_flow_without_a_description_has_its_qfi_as_5qi() -> None:
    state = apply(STATE, [rule(3, qfi=9)], None)
    assert 9 not in state.flows
