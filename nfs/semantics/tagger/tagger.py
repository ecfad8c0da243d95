"""The tagger as it is used."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from nfs.semantics.packed import PAIR, packed
from nfs.semantics.tagger.features import features, shapes, tokens
from nfs.semantics.vocabulary import PROFILES, Kind

WEIGHTS = "tags.json"
OUTSIDE = "-"
BEGIN, INSIDE = "B ", "I "
Weights = dict[str, bytes]
"""By feature: numbers of tags, each with its weight."""
MAX_TOKENS = 80
"""Of a wish; what comes later names nothing."""


def tags_of(kind: Kind, before: str, tags: list[str]) -> list[str]:
    """The tags that may follow ``before`` in a wish of ``kind``."""
    slot = before[len(BEGIN) :] if before != OUTSIDE else None
    carries = PROFILES[kind].carries
    return [
        tag
        for tag in tags
        if tag == OUTSIDE
        or (tag[len(BEGIN) :] in carries and (tag.startswith(BEGIN) or tag[len(INSIDE) :] == slot))
    ]


class Tagger:
    """``document``: ``tags``, and ``weights`` by feature: a flat list of a tag's number and its
    weight, in turn."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._tags: list[str] = document["tags"]
        self._of_any: Weights = {}
        self._of_kind: dict[str, Weights] = {kind.value: {} for kind in Kind}
        for feature, flat in document["weights"].items():
            kind, _, own = feature.partition(" ")
            pairs = packed(flat)
            if kind in self._of_kind:
                self._of_kind[kind][own] = pairs
            else:
                self._of_any[feature] = pairs
        self._following: dict[tuple[Kind, str], list[int]] = {}

    def slots(self, kind: Kind, text: str) -> list[tuple[str, tuple[int, int]]]:
        """Slots that ``text`` names, each with the offsets of its words, in order."""
        spans = tokens(text)[:MAX_TOKENS]
        said = shapes(text, spans)
        found: list[tuple[str, tuple[int, int]]] = []
        before = OUTSIDE
        for at, (start, end) in enumerate(spans):
            before = self._best(kind, features(said, at, before), before)
            if before.startswith(BEGIN):
                found.append((before[len(BEGIN) :], (start, end)))
            elif before != OUTSIDE:
                slot, (first, _) = found.pop()
                found.append((slot, (first, end)))
        return found

    def _best(self, kind: Kind, seen: list[str], before: str) -> str:
        scores = [0] * len(self._tags)
        for weights in (self._of_any, self._of_kind[kind.value]):
            for feature in seen:
                for tag, weight in PAIR.iter_unpack(weights.get(feature, b"")):
                    scores[tag] += weight
        return self._tags[max(self._may_follow(kind, before), key=scores.__getitem__)]

    def _may_follow(self, kind: Kind, before: str) -> list[int]:
        """Numbers of the tags that may."""
        known = self._following.get((kind, before))
        if known is None:
            known = [self._tags.index(tag) for tag in tags_of(kind, before, self._tags)]
            self._following[kind, before] = known
        return known


@cache
def tagger(language: str) -> Tagger | None:
    """The packaged tagger of a language; None where there is none."""
    file = resources.files("nfs.semantics").joinpath("lexicon", language, WEIGHTS)
    return Tagger(json.loads(file.read_text("utf-8"))) if file.is_file() else None
