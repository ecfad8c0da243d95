"""The decision of AAC 4: verified context, then rules. What is not explicitly allowed is denied.

The pipeline (D6): who asks is authenticated, and its tokens validated, by the NF that asks for a
decision; ``context`` builds on that; a rule decides; the caller enforces and records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nfs.amc.policy.conditions import applies
from nfs.amc.policy.context import Trust, flaw
from nfs.amc.policy.obligations import KNOWN
from nfs.amc.policy.rules import PolicyUnavailable
from nfs.common.models.policy import AccessRequest, Decision, Effect, PolicyRule, Reason


class DecisionPoint:
    """``rules`` gives the rules of now, or raises PolicyUnavailable."""

    def __init__(self, rules: Callable[[], Sequence[PolicyRule]], trust: Trust) -> None:
        self._rules = rules
        self._trust = trust

    def decide(self, request: AccessRequest) -> Decision:
        try:
            rules = self._rules()
        except PolicyUnavailable:
            return Decision(allowed=False, reason_code=Reason.POLICY_UNAVAILABLE)
        if (reason := flaw(request, self._trust)) is not None:
            return Decision(allowed=False, reason_code=reason)
        return judged([rule for rule in rules if applies(rule, request)])


def judged(applicable: Sequence[PolicyRule]) -> Decision:
    """One prohibition outweighs all permissions; of those, all obligations are to be met."""
    if denying := [rule.id for rule in applicable if rule.effect is Effect.DENY]:
        return Decision(allowed=False, reason_code=Reason.PROHIBITED, rule_ids=denying)
    if not applicable:
        return Decision(allowed=False, reason_code=Reason.NOT_PERMITTED)
    rule_ids = [rule.id for rule in applicable]
    obligations = [obligation for rule in applicable for obligation in rule.obligations]
    if any(obligation.name not in KNOWN for obligation in obligations):
        return Decision(allowed=False, reason_code=Reason.OBLIGATION_UNMET, rule_ids=rule_ids)
    return Decision(
        allowed=True, reason_code=Reason.PERMITTED, obligations=obligations, rule_ids=rule_ids
    )
