"""Makes a classifier's weights: logistic regression by stochastic gradient descent (AdaGrad).

Plain Python without randomness from outside: the same examples give the same weights.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from nfs.semantics.classifier.classifier import SCALE
from nfs.semantics.classifier.features import features
from nfs.semantics.examples import Line

Example = tuple[str, str]
"""Text and kind."""

EPOCHS = 20
RATE = 0.3
RARE = 2
"""A feature of fewer examples is left out: it says more about them than about the language."""
_STEADY = 1e-3
_FLAT = 2e-4
_SEED = 1
_NEGLIGIBLE = 0.15


def examples(language: str, lines: Iterable[Line]) -> list[Example]:
    """Of the lines of ``language``. Raises KeyError for one that is not labelled."""
    return [(line["text"], line["kind"]) for line in lines if line["lang"] == language]


def digest(examples: Iterable[Example]) -> str:
    """Which examples weights were made of."""
    return hashlib.sha256(json.dumps(list(examples)).encode()).hexdigest()


def train(examples: Sequence[Example]) -> dict[str, Any]:
    """The document that a Classifier is made of."""
    seen = [(features(text), kind) for text, kind in examples]
    common = Counter(feature for found, _ in seen for feature in found)
    kinds = sorted({kind for _, kind in seen})
    number = {kind: at for at, kind in enumerate(kinds)}
    data = [
        ([feature for feature in found if common[feature] >= RARE], len(found), number[kind])
        for found, kind in seen
    ]
    weights: dict[str, list[float]] = {}
    squares: dict[str, list[float]] = {}
    for feature, count in common.items():
        if count >= RARE:
            weights[feature] = [0.0] * len(kinds)
            squares[feature] = [_STEADY] * len(kinds)
    order = random.Random(_SEED)  # noqa: S311 - an order, not a secret
    for _ in range(EPOCHS):
        order.shuffle(data)
        for found, length, kind in data:
            share = 1 / math.sqrt(length)
            errors = _errors(weights, found, share, kind, len(kinds))
            _learn(weights, squares, found, [error * share for error in errors])
    return {
        "examples": digest(examples),
        "kinds": kinds,
        "bias": [0] * len(kinds),
        "weights": {feature: _kept(weights[feature]) for feature in sorted(weights)},
    }


def _errors(
    weights: dict[str, list[float]], found: list[str], share: float, kind: int, kinds: int
) -> list[float]:
    """By kind: how much more likely the text is taken for it than it is."""
    scores = [0.0] * kinds
    for feature in found:
        for at, weight in enumerate(weights[feature]):
            scores[at] += weight * share
    highest = max(scores)
    likely = [math.exp(score - highest) for score in scores]
    total = sum(likely)
    return [value / total - (at == kind) for at, value in enumerate(likely)]


def _learn(
    weights: dict[str, list[float]],
    squares: dict[str, list[float]],
    found: list[str],
    slopes: list[float],
) -> None:
    """One step down ``slopes`` for the features ``found``."""
    steep = [(at, slope) for at, slope in enumerate(slopes) if abs(slope) >= _FLAT]
    for feature in found:
        square, weight = squares[feature], weights[feature]
        for at, slope in steep:
            square[at] += slope * slope
            weight[at] -= RATE * slope / math.sqrt(square[at])


def _kept(weights: list[float]) -> list[int]:
    return [
        value
        for at, weight in enumerate(weights)
        if abs(weight) >= _NEGLIGIBLE
        for value in (at, round(weight * SCALE))
    ]
