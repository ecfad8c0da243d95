"""The rules of a language: what speaks for a kind, and which slots the words give."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from nfs.semantics.analyser.beginnings import Beginnings, beginnings
from nfs.semantics.analyser.words import Words, words
from nfs.semantics.resources import load
from nfs.semantics.vocabulary import Kind

_ASKING_FOR_CAPABILITY = 3.3
_FURTHER_SHARE = 0.3
_FURTHER_LIMIT = 1.5


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that speak for ``kind`` with ``weight``, and slots that then hold.

    A text without any of ``beginnings`` does not match.
    """

    kind: Kind
    weight: float
    pattern: re.Pattern[str]
    beginnings: Beginnings | None
    constants: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A rule that matched, and where; captured slots point into the text by offsets."""

    rule: Rule
    match: re.Match[str]

    @property
    def text(self) -> str:
        return self.match[0]

    def captures(self) -> dict[str, tuple[int, int]]:
        """Capture name (without a distinguishing digit) to the span it took."""
        return {
            name.rstrip("0123456789"): self.match.span(name)
            for name, value in self.match.groupdict().items()
            if value
        }


class Rules:
    """All rules of one language."""

    def __init__(self, language: str) -> None:
        self._words: Words = words(language)
        self.all = [*self._of_kinds(language), *self._of_capabilities(language)]
        self._nouns = [
            (name, self._words.compile(rf"\b(?:{entry['nouns']})\b"))
            for name, entry in load("capabilities", language).items()
        ]
        self._always: list[int] = []
        self._by_beginning: defaultdict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(self.all):
            if rule.beginnings is None:
                self._always.append(number)
            for beginning in rule.beginnings or ():
                self._by_beginning[beginning].append(number)

    def _rule(
        self, kind: Kind, weight: float, template: str, constants: dict[str, str] | None = None
    ) -> Rule:
        beginnings = self._words.needed(template)
        return Rule(kind, weight, self._words.compile(template), beginnings, constants or {})

    def _of_kinds(self, language: str) -> list[Rule]:
        return [
            self._rule(Kind(kind), weight, pattern, *constants)
            for kind, rules in load("kinds", language).items()
            for weight, pattern, *constants in rules
        ]

    def _of_capabilities(self, language: str) -> list[Rule]:
        return [
            self._rule(Kind.AGENT_INVOKE, _ASKING_FOR_CAPABILITY, phrase, {"capability": name})
            for name, entry in load("capabilities", language).items()
            for phrase in entry["phrases"]
        ]

    def evidence(self, text: str) -> list[Evidence]:
        """Every rule that lower-case ``text`` matches: the weightiest first, then the longest."""
        likely = set(self._always)
        for beginning in beginnings(text):
            likely.update(self._by_beginning.get(beginning, ()))
        found = [
            Evidence(rule, match)
            for rule in map(self.all.__getitem__, sorted(likely))
            if (match := rule.pattern.search(text))
        ]
        return sorted(found, key=lambda e: (-e.rule.weight, -len(e.text)))

    def named_capability(self, text: str) -> str | None:
        """The well-known capability that lower-case ``text`` names first."""
        found = [(m.start(), name) for name, noun in self._nouns if (m := noun.search(text))]
        return min(found)[1] if found else None


def scores(evidence: list[Evidence]) -> dict[Kind, float]:
    """Weight of each kind: its strongest rule and, with diminishing returns, its others."""
    weights: dict[Kind, dict[object, float]] = {}
    for item in evidence:
        rule = item.rule
        statement = rule.constants.get("capability", rule.pattern)
        weights.setdefault(rule.kind, {}).setdefault(statement, rule.weight)
    return {
        kind: found[0] + min(_FURTHER_SHARE * sum(found[1:]), _FURTHER_LIMIT)
        for kind, found in ((kind, [*said.values()]) for kind, said in weights.items())
    }


@cache
def rules(language: str) -> Rules:
    return Rules(language)
