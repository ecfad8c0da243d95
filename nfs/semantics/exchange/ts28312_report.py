"""An IntentReport of the Intent NRM (TS 28.312 clause 6.2.1) from the result of an intent.

Attribute names are those of 3GPP's OpenAPI file, also where it misspells them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from pydantic import JsonValue

from nfs.semantics.exchange.exact import Document
from nfs.semantics.intent import (
    ExpectationTarget,
    IntentStatus,
    OperatorIntent,
    OperatorResult,
    RefusalClass,
    TargetCondition,
)

INVALID_EXPRESSION = "INVALID_INTENT_EXPRESSION"
CONFLICT = "INTENT_CONFLICT"


class NotFulfilled(StrEnum):
    """notFulfilledState: how far an intent is, or why it is not fulfilled."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    COMPLIANT = "COMPLIANT"
    DEGRADED = "DEGRADED"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    FAILED = "FULFILMENTFAILED"


_STATES: Mapping[IntentStatus, NotFulfilled | None] = {
    IntentStatus.ACKNOWLEDGED: NotFulfilled.ACKNOWLEDGED,
    IntentStatus.IN_PROGRESS: NotFulfilled.ACKNOWLEDGED,
    IntentStatus.FULFILLED: None,
    IntentStatus.DEGRADED: NotFulfilled.DEGRADED,
    IntentStatus.EXPIRED: NotFulfilled.TERMINATED,
    IntentStatus.FAILED: NotFulfilled.FAILED,
    IntentStatus.REJECTED: NotFulfilled.FAILED,
    IntentStatus.CANCELLED: NotFulfilled.TERMINATED,
    IntentStatus.NEEDS_INPUT: NotFulfilled.SUSPENDED,
}
_INFEASIBLE: Mapping[RefusalClass, str | None] = {
    RefusalClass.NOT_UNDERSTOOD: INVALID_EXPRESSION,
    RefusalClass.LANGUAGE: INVALID_EXPRESSION,
    RefusalClass.OUT_OF_SCOPE: INVALID_EXPRESSION,
    RefusalClass.INFEASIBLE: None,
    RefusalClass.TARGET_UNKNOWN: None,
    RefusalClass.CAPABILITY_NOT_FOUND: None,
}
"""Classes that say that it cannot be done, with 3GPP's reason where it has one."""


def to_intent_report(result: OperatorResult, intent: OperatorIntent | None = None) -> Document:
    """The IntentReport of ``result``; with the intent, its targets are told one by one.

    ``conflicts`` in the result's output are IntentConflictReports.
    """
    conflicts = result.output.get("conflicts")
    report: Document = {
        "id": result.intent_id,
        "objectClass": "IntentReport",
        "intentReference": result.intent_id,
        "intentFulfilmentReport": {
            "intentFulfilmentInfo": _fulfilment(_STATES[result.status], _reasons(result)),
            "expectationFulfilmentResult": [*_expectations(result, intent)],
        },
    }
    if (feasibility := _feasibility(result)) is not None:
        report["intentFeasibilityCheckReport"] = feasibility
    if conflicts:
        report["intentConflictReports"] = conflicts
    return report


def _fulfilment(state: NotFulfilled | None, reasons: list[JsonValue]) -> Document:
    if state is None:
        return {"fulfilmentStatus": "FULFILLED"}
    told: Document = {"fulfilmentStatus": "NOT_FULFILLED", "notFullfilledState": state.value}
    return told | {"notFulfilledReasons": reasons} if reasons else told


def _reasons(result: OperatorResult) -> list[JsonValue]:
    told = (result.cause, result.output.get("reason"), result.question)
    return [str(reason) for reason in told if reason is not None]


def _expectations(result: OperatorResult, intent: OperatorIntent | None) -> Iterator[Document]:
    """As ``to_ts28312`` numbers them: the intent itself, then each of its steps that was told."""
    yield _expectation("0", result, intent.targets() if intent else [])
    steps = intent.sub_intents if intent else []
    told = result.output.get("results")
    parts = told if isinstance(told, list) else []
    for number, (step, part) in enumerate(zip(steps, parts, strict=False), 1):
        outcome = OperatorResult.model_validate(part)
        yield _expectation(str(number), outcome, step.slots.targets())


def _expectation(
    expectation_id: str, result: OperatorResult, targets_wanted: list[ExpectationTarget]
) -> Document:
    wanted = {target.target_name: target for target in targets_wanted}
    reached = {target.target_name: target.value for target in result.achieved}
    targets: list[JsonValue] = [
        _target(name, wanted.get(name), reached.get(name))
        for name in dict.fromkeys((*wanted, *reached))
    ]
    return {
        "expectaitonId": expectation_id,
        "expectationFulfilmentInfo": _fulfilment(_STATES[result.status], []),
        "targetFulfilmentResult": targets,
    }


def _target(name: str, wanted: ExpectationTarget | None, value: float | None) -> Document:
    """What was measured fulfils a target or degrades it; what was not is only acknowledged."""
    if value is None:
        return {
            "targetName": name,
            "targetFulfilmentInfo": _fulfilment(NotFulfilled.ACKNOWLEDGED, []),
        }
    state = None if wanted is None or _meets(value, wanted) else NotFulfilled.DEGRADED
    return {
        "targetName": name,
        "targetFulfilmentInfo": _fulfilment(state, []),
        "targetAchievedValue": value,
    }


def _meets(value: float, wanted: ExpectationTarget) -> bool:
    if wanted.target_condition is TargetCondition.AT_MOST:
        return value <= wanted.target_value_range
    return value >= wanted.target_value_range


def _feasibility(result: OperatorResult) -> Document | None:
    """None while it is not known, and where what failed was no question of feasibility."""
    if result.output.get("conflicts"):
        return {"feasibilityCheckResult": "INFEASIBLE", "infeasibilityReason": CONFLICT}
    if result.cause is not None and result.cause in _INFEASIBLE:
        reason = _INFEASIBLE[result.cause] or str(result.output.get("reason", result.cause.value))
        return {"feasibilityCheckResult": "INFEASIBLE", "infeasibilityReason": reason}
    if result.status in {IntentStatus.FULFILLED, IntentStatus.IN_PROGRESS}:
        return {"feasibilityCheckResult": "FEASIBLE"}
    return None
