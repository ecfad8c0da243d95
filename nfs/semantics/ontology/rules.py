"""What holds for every intent of the profile, beyond the types of its values.

The tables that the rules read are those of ``vocabulary.yaml``; the published JSON Schema says
the same (``nfs.semantics.schema``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import PROFILES, Kind

STEPS = "subIntents"


class Rule(StrEnum):
    """Names of the rules, as they are told to who broke one."""

    VERSION_NOT_UNDERSTOOD = "version-not-understood"
    ATTRIBUTE_UNKNOWN = "attribute-unknown"
    VALUE_MALFORMED = "value-malformed"
    SLOT_NOT_CARRIED = "slot-not-carried"
    NEED_UNNAMED = "need-unnamed"
    TASK_WITHOUT_STEPS = "task-without-steps"


@dataclass(frozen=True, slots=True)
class Violation:
    rule: Rule
    path: str
    """JSON Pointer (RFC 6901) into the document; empty for the whole of it."""
    text: str


def violations(intent: OperatorIntent) -> Iterator[Violation]:
    """What is against the rules in ``intent``: its own wish first, then those of its steps.

    A wish has only slots that its kind carries, and what it needs and does not have is named in
    ``ambiguity``; but no target need be named, since the asking device is one.
    """
    open_ones = set(intent.ambiguity)
    yield from _of_wish("/slots", intent.kind, intent.slots.present(), open_ones)
    for number, step in enumerate(intent.sub_intents):
        at = f"/{STEPS}/{number}/slots"
        yield from _of_wish(at, step.kind, step.slots.present(), open_ones)
    if intent.kind is Kind.TASK_COLLABORATE and not intent.sub_intents and STEPS not in open_ones:
        text = f"{intent.kind.value} needs {STEPS}, and ambiguity does not name it"
        yield Violation(Rule.TASK_WITHOUT_STEPS, f"/{STEPS}", text)


def _of_wish(at: str, kind: Kind, slots: set[str], open_ones: set[str]) -> Iterator[Violation]:
    profile = PROFILES[kind]
    for slot in sorted(slots - profile.carries):
        yield Violation(Rule.SLOT_NOT_CARRIED, f"{at}/{slot}", f"{kind.value} carries no {slot}")
    for group in profile.to_be_said:
        if slots.isdisjoint(group) and open_ones.isdisjoint(group):
            text = f"{kind.value} needs {' or '.join(group)}, and ambiguity does not name it"
            yield Violation(Rule.NEED_UNNAMED, at, text)
