"""The checks in their order: compliance, subscription, operator policy (L7)."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent, RefusalClass
from nfs.workflow.admission.compliance import compliance
from nfs.workflow.admission.operator_policy import operator_policy
from nfs.workflow.admission.subscription import subscription
from nfs.workflow.policies import Policies
from nfs.workflow.refusal import Refusal

log = structlog.get_logger("admission")

Check = Callable[[OperatorIntent, IntentSubmission, Policies], str | None]
"""The rule that an intent breaks, for the operator's log; None if it breaks none."""

_CHECKS: tuple[tuple[RefusalClass, str, Check], ...] = (
    (RefusalClass.COMPLIANCE, "the network may not do this", compliance),
    (RefusalClass.SUBSCRIPTION, "the subscription does not include this", subscription),
    (RefusalClass.OPERATOR_POLICY, "this operator does not offer this", operator_policy),
)


def admit(intent: OperatorIntent, request: IntentSubmission, policies: Policies) -> None:
    """Let ``intent`` and every sub-intent pass, or raise the Refusal of the first class that fails.

    Only what the subscription says grants anything; no word of the text does (D12).
    """
    parts = [
        intent.model_copy(update={"kind": part.kind, "slots": part.slots, "sub_intents": []})
        for part in intent.sub_intents
    ]
    for cause, reason, check in _CHECKS:
        for wish in (intent, *parts):
            rule = check(wish, request, policies)
            if rule is not None:
                log.info("intent refused", kind=wish.kind.value, cause=cause.value, rule=rule)
                raise Refusal(cause, reason)
