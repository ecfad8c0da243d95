"""A wish as an expectation: what it is of, what is to be reached, and under which circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from typing import NamedTuple

from pydantic import JsonValue

from nfs.common.yaml_text import load_yaml
from nfs.semantics.exchange.exact import Document
from nfs.semantics.intent import OperatorIntent, SubIntent
from nfs.semantics.vocabulary import MEASURED, Kind

_DATA = load_yaml(resources.files(__package__).joinpath("expectations.yaml").read_text("utf-8"))
_OBJECT_SLOTS = frozenset(_DATA["objectSlots"])


class Verb(StrEnum):
    """The verbs of TS 28.312."""

    DELIVER = "DELIVER"
    ENSURE = "ENSURE"


class Face(NamedTuple):
    """How a kind looks to others: its verb, and the objectType of TS 28.312."""

    verb: Verb
    object_type: str


FACES: Mapping[Kind, Face] = {
    Kind(name): Face(Verb(entry["verb"]), entry["object"]) for name, entry in _DATA["kinds"].items()
}


@dataclass(slots=True)
class Expectation:
    """One wish, its slots by what they say; each under its wire name."""

    kind: Kind
    object: dict[str, JsonValue] = field(default_factory=dict)
    targets: dict[str, JsonValue] = field(default_factory=dict)
    contexts: dict[str, JsonValue] = field(default_factory=dict)

    @classmethod
    def of(cls, wish: OperatorIntent | SubIntent) -> Expectation:
        expectation = cls(wish.kind)
        for slot, value in wish.slots.to_json().items():
            if slot in _OBJECT_SLOTS:
                expectation.object[slot] = value
            elif slot in MEASURED and MEASURED[slot].condition is not None:
                expectation.targets[slot] = value
            else:
                expectation.contexts[slot] = value
        return expectation

    def wish(self) -> Document:
        """Kind and slots in the wire form."""
        return {"kind": self.kind.value, "slots": self.object | self.targets | self.contexts}


def expectations_of(intent: OperatorIntent) -> list[Expectation]:
    """That of the intent itself, then one for each of its steps."""
    return [Expectation.of(intent), *map(Expectation.of, intent.sub_intents)]
