"""The profile as others read it: kinds, slots with units and ranges, rules, alignments."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from nfs.semantics.ontology.alignment import Alignment, alignments
from nfs.semantics.ontology.rules import CONTRADICTIONS
from nfs.semantics.schema import intent_schema
from nfs.semantics.vocabulary import (
    CAPABILITIES,
    MEASURED,
    PROFILE_NAME,
    PROFILE_VERSION,
    PROFILES,
    VERSION_ADDS,
    TargetCondition,
)


@cache
def profile() -> dict[str, Any]:
    """The document that Niaf_Analysis serves; ``schema`` of a slot is JSON Schema 2020-12."""
    schema = intent_schema()
    slots = schema["$defs"]["Slots"]["properties"]
    return {
        "name": PROFILE_NAME,
        "version": PROFILE_VERSION,
        "understands": list(VERSION_ADDS),
        "schema": schema["$id"],
        "conditions": [condition.value for condition in TargetCondition],
        "kinds": {
            kind.value: {"carries": sorted(found.carries), "needs": [*map(list, found.needs)]}
            for kind, found in PROFILES.items()
        },
        "slots": {slot: _slot(slot, of_slot, schema["$defs"]) for slot, of_slot in slots.items()},
        "capabilities": sorted(CAPABILITIES),
        "rules": [
            {"rule": rule.value, "slots": list(between), "text": text}
            for rule, between, text, _ in CONTRADICTIONS
        ],
        "alignments": {
            vocabulary: {term: _alignment(found) for term, found in terms.items()}
            for vocabulary, terms in alignments().items()
        },
    }


def _slot(name: str, schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    told: dict[str, Any] = {"schema": schema}
    if name in MEASURED:
        told["unit"] = MEASURED[name].unit
        if (condition := MEASURED[name].condition) is not None:
            told["condition"] = condition.value
    return told


def _alignment(found: Alignment) -> dict[str, Any]:
    told = {name: value for name, value in asdict(found).items() if value is not None}
    return told | {"confidence": found.confidence}
