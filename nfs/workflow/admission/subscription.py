"""Subscription: what the subscriber has the right to have done."""

from __future__ import annotations

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import Kind, capability_id
from nfs.workflow.policies import Policies


def subscription(
    intent: OperatorIntent, request: IntentSubmission, policies: Policies
) -> str | None:
    """The capability that the intent needs and the scope does not have; None if it has it."""
    needed = policies.subscription.get(intent.kind)
    if intent.kind is Kind.AGENT_INVOKE and intent.slots.capability is not None:
        needed = capability_id(intent.slots.capability)
    if needed is not None and needed not in request.subscription.scope:
        return f"{needed} is not in the scope"
    return None
