"""An intent with further slots: what it leaves open then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from nfs.semantics.intent import MAX_TEXT, OperatorIntent, Slots, SubIntent
from nfs.semantics.vocabulary import PROFILES, Kind

_EITHER = ("durationSeconds", "endTime")
_ANY_TARGET = frozenset({"application", "latency"})
"""What is asked for when nothing at all is said of a quality; any slot answers it."""


def merged(
    intent: OperatorIntent, slots: Mapping[str, Any], said: str, part: int | None = None
) -> OperatorIntent | None:
    """``intent`` with ``slots`` (by wire name; None removes one) over its own, or over those of its
    sub-intent number ``part``; None when they are not valid."""
    whole = intent if part is None else intent.sub_intents[part]
    values = whole.slots.to_json() | dict(slots)
    for name, other in (_EITHER, _EITHER[::-1]):
        if slots.get(name) is not None:
            values.pop(other, None)
    try:
        new = Slots.model_validate({k: v for k, v in values.items() if v is not None})
    except ValidationError:
        return None
    description = "; ".join(filter(None, (intent.description, said)))
    changed = intent.model_copy(update={"description": description[:MAX_TEXT], "confidence": 1.0})
    if part is None:
        changed = changed.model_copy(update={"slots": new})
    else:
        parts = list(intent.sub_intents)
        parts[part] = SubIntent(kind=whole.kind, slots=new)
        changed = changed.model_copy(update={"sub_intents": parts})
    return changed.model_copy(update={"ambiguity": _still_open(changed)})


def _still_open(intent: OperatorIntent) -> list[str]:
    if intent.sub_intents:
        wishes = [(part.kind, part.slots.present()) for part in intent.sub_intents]
    else:
        wishes = [(intent.kind, intent.slots.present())]
    return [
        name
        for name in intent.ambiguity
        if not all(_closed(name, kind, present) for kind, present in wishes)
    ]


def _closed(name: str, kind: Kind, present: set[str]) -> bool:
    """Whether a wish of ``kind`` with these slots does not leave ``name`` open."""
    profile = PROFILES[kind]
    group = next((group for group in profile.needs if group[0] == name), (name,))
    anything = kind is Kind.QOS_ASSURE and name in _ANY_TARGET
    return (
        name not in profile.carries
        or bool(present.intersection(group))
        or (anything and bool(present))
    )
