"""Admission of an intent: compliance, then subscription, then operator policy (L7)."""

from __future__ import annotations

import re

import structlog

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.semantics.vocabulary import Kind, capability_id
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Refusal

log = structlog.get_logger("admission")

_WORDING = {
    RefusalClass.COMPLIANCE: "the network may not do this",
    RefusalClass.SUBSCRIPTION: "the subscription does not include this",
    RefusalClass.OPERATOR_POLICY: "this operator does not offer this yet",
}


def admit(intent: OperatorIntent, request: IntentSubmission, policies: Policies) -> None:
    """Let ``intent`` pass or raise the Refusal of the first class that fails.

    Only what the subscription says grants anything; no word of the text does (D12).
    """
    checks = (
        (RefusalClass.COMPLIANCE, _compliance(intent, policies)),
        (RefusalClass.SUBSCRIPTION, _subscription(intent, request, policies)),
        (RefusalClass.OPERATOR_POLICY, _operator(intent, policies)),
    )
    for cause, rule in checks:
        if rule is not None:
            log.info("intent refused", kind=intent.kind.value, cause=cause.value, rule=rule)
            raise Refusal(cause, _WORDING[cause])


def _compliance(intent: OperatorIntent, policies: Policies) -> str | None:
    text = _wish(intent).casefold()
    for rule in policies.compliance:
        if intent.kind in rule.kinds and any(_occurs(term, text) for term in rule.terms):
            return rule.rule
    return None


def _wish(intent: OperatorIntent) -> str:
    """What the user asks for, without the text that an agent is to work on."""
    slots = intent.slots.to_json()
    given = slots.pop("input", "")
    said = intent.description.replace(given, "") if given else intent.description
    return " ".join([said, *map(str, slots.values())])


def _occurs(term: str, text: str) -> bool:
    """Whole words; where words are not spaced, anywhere."""
    term = term.casefold()
    if not term.isascii():
        return term in text
    return re.search(rf"\b{re.escape(term)}", text) is not None


def _subscription(
    intent: OperatorIntent, request: IntentSubmission, policies: Policies
) -> str | None:
    needed = policies.subscription.get(intent.kind)
    if intent.kind is Kind.AGENT_INVOKE and intent.slots.capability is not None:
        needed = capability_id(intent.slots.capability)
    if needed is not None and needed not in request.subscription.scope:
        return f"{needed} is not in the scope"
    return None


def _operator(intent: OperatorIntent, policies: Policies) -> str | None:
    if intent.kind not in policies.operator.offered:
        return f"{intent.kind} is not offered"
    slots = intent.slots.to_json()
    for name, largest in policies.operator.maximum.items():
        if slots.get(name, 0) > largest:
            return f"{name} is over {largest:g}"
    return None
