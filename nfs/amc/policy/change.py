"""An operator changes the rules: who, and from what to what, is in the audit trail."""

from __future__ import annotations

from typing import Any

from nfs.amc.policy.rules import RuleStore
from nfs.common.audit import AuditTrail
from nfs.common.models.policy import PolicyRule
from nfs.common.sbi.problem import SbiProblem


def put_rule(rules: RuleStore, audit: AuditTrail, rule_id: str, rule: PolicyRule) -> bool:
    """Whether it is new. Raises SbiProblem: 400 MANDATORY_IE_INCORRECT, 403 TOO_MANY_RULES."""
    with audit.action("policy.put-rule", target=f"rule:{rule_id}") as entry:
        if rule.id != rule_id:
            raise SbiProblem(400, "MANDATORY_IE_INCORRECT", "id is not that of the path")
        entry.before, entry.after = _described(rules, rule_id), rule.to_json()
        return rules.put(rule)


def remove_rule(rules: RuleStore, audit: AuditTrail, rule_id: str) -> None:
    """Raises SbiProblem 404 RULE_NOT_FOUND."""
    with audit.action("policy.remove-rule", target=f"rule:{rule_id}") as entry:
        entry.before = _described(rules, rule_id)
        rules.remove(rule_id)


def _described(rules: RuleStore, rule_id: str) -> dict[str, Any] | None:
    rule = rules.get(rule_id)
    return rule.to_json() if rule else None
