"""Alignment of the profile with the vocabularies of others: which slot a term of theirs is near to.

The conversions of ``nfs.semantics.exchange`` are exact: what they refuse, they tell with what comes
near to it. Others read all of this in the profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from nfs.common.yaml_text import load_yaml


class Relation(StrEnum):
    """How near a foreign term is to a slot, with the names of SKOS."""

    EXACT = "exact"
    CLOSE = "close"
    BROAD = "broad"
    NARROW = "narrow"


CONFIDENCE: Mapping[Relation, float] = {
    Relation.EXACT: 1.0,
    Relation.CLOSE: 0.9,
    Relation.NARROW: 0.6,
    Relation.BROAD: 0.4,
}
"""How far one may take the term for the slot without asking."""


class UnknownTerm(LookupError):
    """The vocabulary, or the term of it, is aligned with nothing."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """``factor`` times the foreign value is the slot's; ``value`` is what the term itself says."""

    slot: str
    relation: Relation
    factor: float = 1
    value: str | None = None
    why: str | None = None

    @property
    def confidence(self) -> float:
        return CONFIDENCE[self.relation]


def align(vocabulary: str, term: str) -> Alignment:
    """What ``term`` of a foreign vocabulary (``ts28312``, ``camara``, ``tmf921``) is near to.

    Raises UnknownTerm.
    """
    try:
        return alignments()[vocabulary][term]
    except KeyError:
        raise UnknownTerm(f"{vocabulary} {term!r} is aligned with no slot") from None


def hint(vocabulary: str, term: str) -> str:
    """What comes near to a foreign term, for people; empty if nothing does."""
    try:
        found = align(vocabulary, term)
    except UnknownTerm:
        return ""
    factor = "" if found.factor == 1 else f" times {found.factor}"
    why = f": {found.why}" if found.why else ""
    return f"near to it is {found.slot}{factor} ({found.relation.value}{why})"


@cache
def alignments() -> Mapping[str, Mapping[str, Alignment]]:
    """Every alignment, by vocabulary and term."""
    text = resources.files(__package__).joinpath("alignment.yaml").read_text("utf-8")
    data: dict[str, dict[str, dict[str, Any]]] = load_yaml(text)
    return {
        vocabulary: {
            term: Alignment(**entry | {"relation": Relation(entry["relation"])})
            for term, entry in terms.items()
        }
        for vocabulary, terms in data.items()
    }
