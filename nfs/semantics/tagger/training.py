"""Makes a tagger's weights: an averaged perceptron over labelled texts.

The same texts, read by the same grammar, give the same weights.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from nfs.semantics.analyser.analysis import plain, words_of
from nfs.semantics.analyser.script import script
from nfs.semantics.examples import Line
from nfs.semantics.letters import without_vowel_signs
from nfs.semantics.tagger.features import Span, features, shapes, tokens
from nfs.semantics.tagger.tagger import BEGIN, INSIDE, MAX_TOKENS, OUTSIDE, tags_of
from nfs.semantics.vocabulary import FREE_TEXT_SLOTS, Kind

Sentence = tuple[Kind, list[str], list[str]]
"""Kind, tokens and their tags."""

FEWEST = 150
"""Sentences below which a tagger guesses more than it knows."""
EPOCHS = 12
_UNSCORED = "free-text-unscored"
"""Tag of a labelled text whose free-text slots are not given."""
_SEED = 1
_NEGLIGIBLE = 0.05
_SCALE = 100


def sentences(language: str, lines: Iterable[Line]) -> list[Sentence]:
    """Those of ``language`` with one wish whose slots are words of their text, all of them."""
    found = []
    for line in lines:
        if line["lang"] != language or line.get("subIntents") or "slots" not in line:
            continue
        if _UNSCORED in line.get("tags", ()):
            continue
        text = words_of(line["text"], language)
        spans = tokens(text)[:MAX_TOKENS]
        tags = _tags(text, spans, line["slots"], language)
        if tags is not None:
            found.append((Kind(line["kind"]), shapes(text, spans), tags))
    return found


def _tags(
    text: str, spans: list[Span], slots: Mapping[str, Any], language: str
) -> list[str] | None:
    """None when a slot's words are not in the text."""
    tags = [OUTSIDE] * len(spans)
    for slot in FREE_TEXT_SLOTS & slots.keys():
        value = plain(without_vowel_signs(str(slots[slot])), language)
        place = script(language).place_of(value, text)
        if place is None:
            return None
        inside = [n for n, (s, e) in enumerate(spans) if s >= place.start() and e <= place.end()]
        for number in inside:
            tags[number] = (BEGIN if number == inside[0] else INSIDE) + slot
    return tags


def train(data: list[Sentence]) -> dict[str, Any]:
    """The document that a Tagger is made of."""
    tags = sorted({tag for _, _, used in data for tag in used} | {OUTSIDE})
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    totals: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    order, steps = random.Random(_SEED), 0  # noqa: S311 - an order, not a secret
    data = list(data)
    for _ in range(EPOCHS):
        order.shuffle(data)
        for kind, said, right in data:
            before = OUTSIDE
            for at, tag in enumerate(right):
                steps += 1
                own = features(said, at, before)
                seen = [*own, *(f"{kind.value} {feature}" for feature in own)]
                scores = {
                    each: sum(weights[f][each] for f in seen if f in weights)
                    for each in tags_of(kind, before, tags)
                }
                guess = max(scores, key=scores.__getitem__)
                if guess != tag:
                    _correct(weights, totals, seen, tag, guess, steps)
                before = tag
    averaged = {
        feature: {t: w - totals[feature][t] / steps for t, w in by_tag.items()}
        for feature, by_tag in weights.items()
    }
    number = {tag: n for n, tag in enumerate(tags)}
    kept = {
        feature: [
            value
            for tag, weight in sorted(by_tag.items())
            if abs(weight) >= _NEGLIGIBLE
            for value in (number[tag], round(weight * _SCALE))
        ]
        for feature, by_tag in sorted(averaged.items())
    }
    return {
        "tags": tags,
        "weights": {f: flat for f, flat in kept.items() if flat},
    }


def _correct(  # noqa: PLR0917
    weights: dict[str, dict[str, float]],
    totals: dict[str, dict[str, float]],
    seen: list[str],
    tag: str,
    guess: str,
    steps: int,
) -> None:
    for feature in seen:
        for each, change in ((tag, 1.0), (guess, -1.0)):
            weights[feature][each] += change
            totals[feature][each] += change * steps
