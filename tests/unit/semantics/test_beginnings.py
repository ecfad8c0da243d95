"""Which rules are tried on a text: never fewer than match it."""

from __future__ import annotations

import re

import pytest
from intent_lines import labelled

from nfs.semantics.analyser.beginnings import beginnings, needed
from nfs.semantics.analyser.rules import rules
from nfs.semantics.analyser.script import script
from nfs.semantics.letters import lower


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bwhere (?:is|are) (\w+)", {"whe"}),
        (r"\b(?:find|locate|track) \w+", {"fin", "loc", "tra"}),
        (r"\b(?:the )?phone\b", {"pho"}),
        (r"\w+ (?:must|may) not", {"not"}),
        (r"(?:please )?\w+", None),
        (r"s\b", None),
    ],
)
def test_a_pattern_needs_one_of_its_words(pattern: str, words: set[str] | None) -> None:
    assert needed(pattern) == words


def test_every_word_begins_with_up_to_three_letters() -> None:
    assert beginnings("is it low-cost") == {"i", "is", "it", "l", "lo", "low", "c", "co", "cos"}


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "hi", "ja", "zh"])
def test_no_rule_that_matches_is_left_out(language: str) -> None:
    every = rules(language)
    for line in labelled("everyday", language):
        text = lower(script(language).read(line["text"]))
        tried = [item.rule.pattern for item in every.evidence(text)]
        matching = [rule.pattern for rule in every.all if re.search(rule.pattern, text)]
        assert sorted(map(id, tried)) == sorted(map(id, matching))
