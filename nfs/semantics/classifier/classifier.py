"""The classifier as it is used."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib import resources
from typing import Any

from nfs.semantics.classifier.features import features
from nfs.semantics.packed import PAIR, packed
from nfs.semantics.vocabulary import Kind

WEIGHTS = "weights.json"
SCALE = 100
"""Weights are stored as whole hundredths."""


class Classifier:
    """``document``: ``kinds``, ``bias`` of each, and ``weights`` by feature: a flat list of a
    kind's number and its weight, in turn."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._kinds = [Kind(name) for name in document["kinds"]]
        self._bias: list[float] = [value / SCALE for value in document["bias"]]
        self._weights = {feature: packed(flat) for feature, flat in document["weights"].items()}

    def probabilities(self, text: str) -> dict[Kind, float]:
        """How likely ``text`` as a whole is of each kind; together 1."""
        found = features(text)
        if not found:
            return {}
        share = 1 / math.sqrt(len(found)) / SCALE
        scores = list(self._bias)
        for feature in found:
            for kind, weight in PAIR.iter_unpack(self._weights.get(feature, b"")):
                scores[kind] += weight * share
        highest = max(scores)
        likely = [math.exp(score - highest) for score in scores]
        total = sum(likely)
        return {kind: value / total for kind, value in zip(self._kinds, likely, strict=True)}


@cache
def classifier(language: str) -> Classifier | None:
    """The packaged classifier of a language; None where there is none."""
    folder = resources.files("nfs.semantics").joinpath("lexicon", language)
    file = folder.joinpath(WEIGHTS)
    return Classifier(json.loads(file.read_text("utf-8"))) if file.is_file() else None
