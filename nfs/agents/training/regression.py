"""Logistic regression by gradient descent: the model that sites train together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Weights = list[float]
"""One for each feature, and the bias last."""

LARGEST = 30.0
"""Beyond it the logistic function is 0 or 1 as far as a float can tell its logarithm."""


@dataclass(frozen=True, slots=True)
class Sample:
    """``features`` have mean 0 and deviation 1 over all sites, roughly; ``label`` is 0 or 1."""

    features: tuple[float, ...]
    label: int


def probability(weights: Sequence[float], features: Sequence[float]) -> float:
    """That the label is 1."""
    *factors, bias = weights
    logit = bias + sum(w * x for w, x in zip(factors, features, strict=True))
    return 1 / (1 + math.exp(-max(-LARGEST, min(LARGEST, logit))))


def loss(weights: Sequence[float], samples: Sequence[Sample]) -> float:
    """Mean cross-entropy."""
    total = 0.0
    for sample in samples:
        right = probability(weights, sample.features)
        total -= math.log(right if sample.label else 1 - right)
    return total / len(samples)


def accuracy(weights: Sequence[float], samples: Sequence[Sample]) -> float:
    """The part of the samples whose label is the more probable one."""
    right = sum((probability(weights, s.features) >= 0.5) == bool(s.label) for s in samples)
    return right / len(samples)


def train(weights: Sequence[float], samples: Sequence[Sample], epochs: int, rate: float) -> Weights:
    """``epochs`` steps of full-batch gradient descent."""
    current = list(weights)
    for _ in range(epochs):
        gradient = [0.0] * len(current)
        for sample in samples:
            error = probability(current, sample.features) - sample.label
            for index, feature in enumerate(sample.features):
                gradient[index] += error * feature
            gradient[-1] += error
        current = [w - rate * g / len(samples) for w, g in zip(current, gradient, strict=True)]
    return current
