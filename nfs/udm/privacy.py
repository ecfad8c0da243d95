"""Privacy rules of subscribers, as they set them (TS 23.273 clause 5.4, in spirit)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nfs.common.models.privacy import PrivacyEffect, PrivacyRule, PrivacySubject
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import NEW, Conflict, Store

RULES = "privacy-rules"
MAX_RULES = 64
"""Of one subscriber."""


class Privacy:
    def __init__(self, store: Store) -> None:
        self._store = store

    def rules(self, supi: str) -> list[PrivacyRule]:
        """Those in force, the oldest first."""
        kept = self._store.get(RULES, supi)
        rules = [PrivacyRule.model_validate(rule) for rule in kept.value["rules"]] if kept else []
        now = datetime.now(UTC)
        return [rule for rule in rules if rule.until is None or rule.until > now]

    def set(self, supi: str, rule: PrivacyRule) -> None:
        """In place of what the same intent has set before. Raises SbiProblem 409 for too many."""

        def with_rule(rules: list[PrivacyRule]) -> list[PrivacyRule]:
            others = [other for other in rules if other.intent_id != rule.intent_id]
            if len(others) >= MAX_RULES:
                raise SbiProblem(409, "INFEASIBLE", f"{MAX_RULES} rules are the most")
            return [*others, rule]

        self._change(supi, with_rule)

    def remove(self, supi: str, intent_id: str) -> bool:
        """Whether the intent had set a rule."""
        there = any(rule.intent_id == intent_id for rule in self.rules(supi))
        self._change(supi, lambda rules: [r for r in rules if r.intent_id != intent_id])
        return there

    def allows(self, supi: str, subject: PrivacySubject, party: str | None) -> bool:
        """Whether ``party`` may use that; None is one that has no name here."""
        for rule in reversed(self.rules(supi)):
            if subject in rule.subjects and rule.party in (None, party):
                return rule.effect is PrivacyEffect.ALLOW
        return True

    def lcs_privacy_data(self, supi: str) -> dict[str, Any]:
        """LcsPrivacyData of TS 29.503 clause 6.1.6.2.41: for anybody, without the exceptions."""
        allowed = self.allows(supi, PrivacySubject.LOCATION, None)
        indication = "LOCATION_ALLOWED" if allowed else "LOCATION_DISALLOWED"
        return {"lpi": {"locationPrivacyInd": indication}}

    def _change(self, supi: str, change: Callable[[list[PrivacyRule]], list[PrivacyRule]]) -> None:
        while True:
            kept = self._store.get(RULES, supi)
            rules = [rule.to_json() for rule in change(self.rules(supi))]
            try:
                version = kept.version if kept else NEW
                self._store.put(RULES, supi, {"rules": rules}, expect=version)
            except Conflict:
                continue
            return
