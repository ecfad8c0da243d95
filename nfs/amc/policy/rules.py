"""The rules: those of ``default_rules.yaml``, and those an operator stored, which come before them.

A default rule that was deleted stays deleted: the store has a mark in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import structlog
from pydantic import ValidationError

from nfs.common.models.policy import PolicyRule
from nfs.common.sbi.problem import SbiProblem
from nfs.common.store import Document, Store, follow
from nfs.common.yaml_text import load_yaml

RULES = "policy-rules"
MAX_RULES = 1000
_DELETED = {"deleted": True}

log = structlog.get_logger("amc")


class PolicyUnavailable(SbiProblem):
    """A rule cannot be read: nothing may be decided with what is left of them."""

    def __init__(self) -> None:
        super().__init__(503, "POLICY_UNAVAILABLE", "the policy of this network cannot be read")


class RuleStore:
    """The rules in memory, every change first in the store; instances follow each other."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._defaults = {rule.id: rule for rule in _default_rules()}
        self._stored: dict[str, PolicyRule | None] = {}
        self._unreadable: set[str] = set()
        self._valid: dict[str, PolicyRule] = {}
        for rule_id, kept in store.scan(RULES):
            self._read(rule_id, kept)
        self._merge()

    def current(self) -> list[PolicyRule]:
        """In the order of their identifiers. Raises PolicyUnavailable."""
        if self._unreadable:
            raise PolicyUnavailable
        return list(self._valid.values())

    def get(self, rule_id: str) -> PolicyRule | None:
        return self._valid.get(rule_id)

    def find(self, rule_id: str) -> PolicyRule:
        """Raises SbiProblem 404 RULE_NOT_FOUND."""
        rule = self.get(rule_id)
        if rule is None:
            raise SbiProblem(404, "RULE_NOT_FOUND", "there is no such rule")
        return rule

    def put(self, rule: PolicyRule) -> bool:
        """Whether it is new. Raises SbiProblem 403 TOO_MANY_RULES."""
        if rule.id not in self._stored and len(self._stored) >= MAX_RULES:
            raise SbiProblem(403, "TOO_MANY_RULES", f"at most {MAX_RULES} rules are stored")
        new = rule.id not in self._valid
        self._store.put(RULES, rule.id, rule.to_json())
        self._keep(rule.id, rule)
        return new

    def remove(self, rule_id: str) -> None:
        """Raises SbiProblem 404 RULE_NOT_FOUND. One that cannot be read can be removed."""
        if rule_id not in self._unreadable:
            self.find(rule_id)
        if rule_id in self._defaults:
            self._store.put(RULES, rule_id, _DELETED)
            self._keep(rule_id, None)
        else:
            self._store.delete(RULES, rule_id)
            self._take_over(rule_id, None)

    async def follow(self) -> None:
        """Take over what other instances write, for ever."""
        known = lambda: self._stored.keys() | self._unreadable  # noqa: E731
        await follow(self._store, RULES, known, self._take_over)

    def _keep(self, rule_id: str, rule: PolicyRule | None) -> None:
        self._unreadable.discard(rule_id)
        self._stored[rule_id] = rule
        self._merge()

    def _take_over(self, rule_id: str, kept: Document | None) -> None:
        self._read(rule_id, kept)
        self._merge()

    def _read(self, rule_id: str, kept: Document | None) -> None:
        self._unreadable.discard(rule_id)
        self._stored.pop(rule_id, None)
        if kept is None:
            return
        try:
            deleted = kept.value == _DELETED
            self._stored[rule_id] = None if deleted else PolicyRule.model_validate(kept.value)
        except ValidationError as error:
            log.warning("a rule cannot be read: all is denied", rule=rule_id, reason=str(error))
            self._unreadable.add(rule_id)

    def _merge(self) -> None:
        both = sorted((self._defaults | self._stored).items())
        self._valid = {rule_id: rule for rule_id, rule in both if rule is not None}


def _default_rules() -> Iterator[PolicyRule]:
    text = resources.files(__package__).joinpath("default_rules.yaml").read_text("utf-8")
    for rule in load_yaml(text):
        yield PolicyRule.model_validate(rule)
