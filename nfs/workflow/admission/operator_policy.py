"""Operator policy: what this operator offers, and how much of it."""

from __future__ import annotations

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent
from nfs.workflow.policies import Policies


def operator_policy(
    intent: OperatorIntent, _request: IntentSubmission, policies: Policies
) -> str | None:
    """What is not offered, or too much; None if all is well."""
    if intent.kind not in policies.operator.offered:
        return f"{intent.kind} is not offered"
    slots = intent.slots.to_json()
    for name, largest in policies.operator.maximum.items():
        if slots.get(name, 0) > largest:
            return f"{name} is over {largest:g}"
    return None
