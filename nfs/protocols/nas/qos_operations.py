"""What operations on QoS rules and QoS flow descriptions make of a session's QoS.

The checks are those of TS 24.501 clauses 6.3.2.4 and 6.4.2.5; the UE applies them to what the
network commands, the SMF to what the UE asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from nfs.protocols.nas.causes import SmCause
from nfs.protocols.nas.enums import QosFlowOperation, QosRuleOperation
from nfs.protocols.nas.packet_filters import Component, ComponentType, PacketFilter
from nfs.protocols.nas.qos_flows import QosFlowDescription
from nfs.protocols.nas.qos_rules import QosRule

MAX_PACKET_FILTERS = 16
"""What every UE has room for (9.11.4.9)."""


GBR_FIVE_QIS = frozenset({1, 2, 3, 4, 65, 66, 67, *range(71, 77), *range(82, 91)})
"""5QIs of flows with reserved resources (TS 23.501 table 5.7.4-1)."""


class QosError(Exception):
    """An operation that is not carried out; ``cause`` says what kind of error it has."""

    def __init__(self, cause: SmCause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason


@dataclass(frozen=True, slots=True)
class QosState:
    """The authorized QoS rules by identifier and QoS flow descriptions by QFI of one session."""

    rules: dict[int, QosRule] = field(default_factory=dict)
    flows: dict[int, QosFlowDescription] = field(default_factory=dict)


def apply(
    state: QosState,
    rules: Iterable[QosRule] | None,
    flows: Iterable[QosFlowDescription] | None,
    max_packet_filters: int = MAX_PACKET_FILTERS,
) -> QosState:
    """The state after all operations; raises QosError, and then none is carried out.

    To create what is there replaces it, to delete what is not there is no error.
    """
    new_flows, new_rules = dict(state.flows), dict(state.rules)
    for flow in flows or ():
        _apply_flow(new_flows, flow)
    for rule in rules or ():
        _apply_rule(new_rules, rule)
    _check_whole(QosState(new_rules, new_flows), max_packet_filters)
    return QosState(new_rules, new_flows)


def _semantic(reason: str) -> QosError:
    return QosError(SmCause.SEMANTIC_ERROR_IN_THE_QOS_OPERATION, reason)


def _syntactical(reason: str) -> QosError:
    return QosError(SmCause.SYNTACTICAL_ERROR_IN_THE_QOS_OPERATION, reason)


def _apply_flow(flows: dict[int, QosFlowDescription], flow: QosFlowDescription) -> None:
    known = flows.get(flow.qfi)
    match flow.operation:
        case QosFlowOperation.CREATE:
            flows[flow.qfi] = flow
        case QosFlowOperation.DELETE:
            flows.pop(flow.qfi, None)
        case QosFlowOperation.MODIFY:
            if known is None:
                raise _semantic(f"QoS flow {flow.qfi} is not there to be modified")
            flows[flow.qfi] = _merged(known, flow)


_PARAMETERS = (
    "five_qi",
    "gfbr_uplink",
    "gfbr_downlink",
    "mfbr_uplink",
    "mfbr_downlink",
    "averaging_window",
    "eps_bearer_identity",
)


def _merged(known: QosFlowDescription, change: QosFlowDescription) -> QosFlowDescription:
    """The E bit says whether the parameters replace all that were given, or are added to them."""
    if not change.extends:
        five_qi = known.five_qi if change.five_qi is None else change.five_qi
        return replace(change, operation=QosFlowOperation.CREATE, five_qi=five_qi)
    given = {n: value for n in _PARAMETERS if (value := getattr(change, n)) is not None}
    return replace(known, **given)


def _apply_rule(rules: dict[int, QosRule], rule: QosRule) -> None:
    known = rules.get(rule.id)
    _check_form(rule)
    if rule.operation is QosRuleOperation.CREATE:
        if known is not None and known.is_default and not rule.is_default:
            raise _semantic(f"QoS rule {rule.id} is there already, as the default one")
        rules[rule.id] = rule  # instead of a former one (clause 6.3.2.4 a)
        return
    if rule.operation is QosRuleOperation.DELETE:
        if known is not None and known.is_default:
            raise _semantic("the default QoS rule is not deleted")
        rules.pop(rule.id, None)
        return
    if known is None:
        raise _semantic(f"QoS rule {rule.id} is not there")
    rules[rule.id] = replace(
        known,
        packet_filters=_filters(known, rule),
        precedence=known.precedence if rule.precedence is None else rule.precedence,
        qfi=rule.qfi or known.qfi,
    )


def _filters(known: QosRule, change: QosRule) -> tuple[PacketFilter, ...]:
    there = {f.id for f in known.packet_filters}
    match change.operation:
        case QosRuleOperation.MODIFY_AND_ADD_FILTERS:
            if there & {f.id for f in change.packet_filters}:
                raise QosError(
                    SmCause.SYNTACTICAL_ERROR_IN_PACKET_FILTERS, "a packet filter is there already"
                )
            return known.packet_filters + change.packet_filters
        case QosRuleOperation.MODIFY_AND_REPLACE_FILTERS:
            return change.packet_filters
        case QosRuleOperation.MODIFY_AND_DELETE_FILTERS:
            if not there.issuperset(change.deleted_filters):
                raise _syntactical("a packet filter to be deleted is not there")
            left = (f for f in known.packet_filters if f.id not in change.deleted_filters)
            return tuple(left)
        case _:
            return known.packet_filters


_WITH_FILTERS = {
    QosRuleOperation.CREATE,
    QosRuleOperation.MODIFY_AND_ADD_FILTERS,
    QosRuleOperation.MODIFY_AND_REPLACE_FILTERS,
}


def _check_form(rule: QosRule) -> None:
    """What is wrong with an operation whatever there is already."""
    op, count = rule.operation, len(rule.packet_filters)
    if op in (QosRuleOperation.RESERVED, QosRuleOperation.RESERVED_7):
        raise _syntactical(f"operation {int(op)} on QoS rule {rule.id} is reserved")
    if (op in _WITH_FILTERS) != bool(count):
        raise _syntactical(f"{op.name} of QoS rule {rule.id} with {count} packet filters")
    if op is QosRuleOperation.MODIFY_AND_DELETE_FILTERS and not rule.deleted_filters:
        raise _syntactical(f"no packet filter of QoS rule {rule.id} to be deleted is named")
    if op is QosRuleOperation.CREATE and (rule.qfi is None or rule.precedence is None):
        raise _syntactical(f"QoS rule {rule.id} without precedence and QFI")
    if len({f.id for f in rule.packet_filters}) < count:
        reason = f"two packet filters of QoS rule {rule.id} have one identifier"
        raise QosError(SmCause.SYNTACTICAL_ERROR_IN_PACKET_FILTERS, reason)
    for f in rule.packet_filters:
        _check_filter(f)


_EXCLUSIVE = (
    {ComponentType.IPV4_REMOTE_ADDRESS, ComponentType.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH},
    {ComponentType.IPV4_LOCAL_ADDRESS, ComponentType.IPV6_LOCAL_ADDRESS_PREFIX_LENGTH},
    {ComponentType.IPV4_REMOTE_ADDRESS, ComponentType.IPV6_LOCAL_ADDRESS_PREFIX_LENGTH},
    {ComponentType.IPV4_LOCAL_ADDRESS, ComponentType.IPV6_REMOTE_ADDRESS_PREFIX_LENGTH},
    {ComponentType.SINGLE_LOCAL_PORT, ComponentType.LOCAL_PORT_RANGE},
    {ComponentType.SINGLE_REMOTE_PORT, ComponentType.REMOTE_PORT_RANGE},
)
_RANGES = (ComponentType.LOCAL_PORT_RANGE, ComponentType.REMOTE_PORT_RANGE)
_LONGEST_PREFIX = 128


def _check_filter(f: PacketFilter) -> None:
    kinds = [component.type for component in f.components]
    if f.unread or not kinds or len(set(kinds)) < len(kinds):
        reason = f"packet filter {f.id} is empty, or has a component twice or of no known type"
        raise QosError(SmCause.SYNTACTICAL_ERROR_IN_PACKET_FILTERS, reason)
    if any(pair <= set(kinds) for pair in _EXCLUSIVE):
        reason = f"packet filter {f.id} has components that exclude each other"
        raise QosError(SmCause.SYNTACTICAL_ERROR_IN_PACKET_FILTERS, reason)
    if len(kinds) > 1 and ComponentType.MATCH_ALL in kinds:
        reason = f"packet filter {f.id} matches all, and not all"
        raise QosError(SmCause.SEMANTIC_ERRORS_IN_PACKET_FILTERS, reason)
    if any(_matches_nothing(component) for component in f.components):
        reason = f"packet filter {f.id} can match no packet"
        raise QosError(SmCause.SEMANTIC_ERRORS_IN_PACKET_FILTERS, reason)


def _matches_nothing(component: Component) -> bool:
    value = component.value
    if component.type in _RANGES:
        return value[:2] > value[2:]
    if component.type.name.startswith("IPV6"):
        return value[-1] > _LONGEST_PREFIX
    return False


def _check_whole(state: QosState, max_packet_filters: int) -> None:
    """What has to hold for all rules and flows of a session together."""
    if sum(rule.is_default for rule in state.rules.values()) > 1:
        raise _semantic("there is a default QoS rule already")
    precedences = [rule.precedence for rule in state.rules.values()]
    if len(set(precedences)) < len(precedences):
        raise _semantic("two QoS rules have one precedence")
    for flow in state.flows.values():
        rates = flow.gfbr_uplink, flow.gfbr_downlink, flow.mfbr_uplink, flow.mfbr_downlink
        if flow.five_qi is None or (flow.five_qi in GBR_FIVE_QIS and None in rates):
            raise _syntactical(f"QoS flow {flow.qfi} without its 5QI, or without its bit rates")
    for rule in state.rules.values():
        # A flow without a description has its QFI as 5QI, and no bit rates.
        if rule.qfi not in state.flows and rule.qfi in GBR_FIVE_QIS:
            raise _semantic(f"QoS rule {rule.id} is of GBR flow {rule.qfi}, which is not there")
        if not rule.packet_filters:
            raise _semantic(f"QoS rule {rule.id} has no packet filter left")
    filters = sum(len(rule.packet_filters) for rule in state.rules.values())
    if filters > max_packet_filters:
        raise _semantic(f"{filters} packet filters are more than the UE has room for")
