"""What holds for every intent of the profile, beyond the types of its values.

The tables that the rules read are those of ``vocabulary.yaml``; the published JSON Schema says
the same (``nfs.semantics.schema``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import NamedTuple

from nfs.common.yaml_text import load_yaml
from nfs.semantics.intent import OperatorIntent, SubIntent
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
    OUT_OF_ORDER = "out-of-order"
    SUM_TOO_LARGE = "sum-too-large"


@dataclass(frozen=True, slots=True)
class Violation:
    rule: Rule
    path: str
    """JSON Pointer (RFC 6901) into the document; empty for the whole of it."""
    text: str


class Contradiction(NamedTuple):
    """Two slots that contradict each other when the rule is broken; see ``rules.yaml``."""

    rule: Rule
    slots: tuple[str, str]
    text: str
    most: float = 0


CONTRADICTIONS: tuple[Contradiction, ...] = tuple(
    Contradiction(Rule(row["rule"]), tuple(row["slots"]), row["text"], row.get("most", 0))
    for row in load_yaml(resources.files(__package__).joinpath("rules.yaml").read_text("utf-8"))
)


def contradictions(intent: OperatorIntent) -> Iterator[Violation]:
    """Targets of ``intent``'s own slots that cannot all be reached; each names its first slot."""
    slots = intent.slots.to_json()
    for rule, (first, second), text, most in CONTRADICTIONS:
        if first not in slots or second not in slots:
            continue
        if rule is Rule.OUT_OF_ORDER and slots[first] > slots[second]:
            yield Violation(rule, f"/slots/{first}", text)
        if rule is Rule.SUM_TOO_LARGE and slots[first] + slots[second] > most:
            yield Violation(rule, f"/slots/{first}", text)


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


def unnamed_needs(intent: OperatorIntent) -> list[str]:
    """What ``ambiguity`` would have to name for ``violations`` to find no need unnamed."""
    open_ones = set(intent.ambiguity)
    wishes: list[OperatorIntent | SubIntent] = [intent, *intent.sub_intents]
    missing = [
        group[0]
        for wish in wishes
        for group in PROFILES[wish.kind].to_be_said
        if wish.slots.present().isdisjoint(group) and open_ones.isdisjoint(group)
    ]
    if intent.kind is Kind.TASK_COLLABORATE and not intent.sub_intents and STEPS not in open_ones:
        missing.append(STEPS)
    return list(dict.fromkeys(missing))


def _of_wish(at: str, kind: Kind, slots: set[str], open_ones: set[str]) -> Iterator[Violation]:
    profile = PROFILES[kind]
    for slot in sorted(slots - profile.carries):
        yield Violation(Rule.SLOT_NOT_CARRIED, f"{at}/{slot}", f"{kind.value} carries no {slot}")
    for group in profile.to_be_said:
        if slots.isdisjoint(group) and open_ones.isdisjoint(group):
            text = f"{kind.value} needs {' or '.join(group)}, and ambiguity does not name it"
            yield Violation(Rule.NEED_UNNAMED, at, text)
