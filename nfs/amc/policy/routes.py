"""Namc_Policy: the rules of access control, for operators only."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from nfs.amc.policy import RuleStore
from nfs.amc.policy.change import put_rule, remove_rule
from nfs.common.audit import AuditTrail
from nfs.common.models.policy import PolicyRule, PolicyRules
from nfs.common.nf import NetworkFunction

SERVICE = "namc-policy"
_ROOT = f"/{SERVICE}/v1/rules"

RulePath = Annotated[str, Path(max_length=64)]


def add_policy_routes(nf: NetworkFunction, rules: RuleStore, audit: AuditTrail) -> None:
    app = nf.app

    @app.get(_ROOT, tags=[SERVICE], response_model_exclude_none=True)
    async def policy_rules() -> PolicyRules:
        return PolicyRules(rules=rules.current())

    @app.get(f"{_ROOT}/{{rule_id}}", tags=[SERVICE], response_model_exclude_none=True)
    async def policy_rule(rule_id: RulePath) -> PolicyRule:
        return rules.find(rule_id)

    @app.put(f"{_ROOT}/{{rule_id}}", tags=[SERVICE], response_model_exclude_none=True)
    async def put_policy_rule(rule_id: RulePath, rule: PolicyRule, answer: Response) -> PolicyRule:
        answer.status_code = 201 if put_rule(rules, audit, rule_id, rule) else 200
        return rule

    @app.delete(f"{_ROOT}/{{rule_id}}", status_code=204, tags=[SERVICE])
    async def remove_policy_rule(rule_id: RulePath) -> None:
        remove_rule(rules, audit, rule_id)
