"""An utterance as a correction of the last intent."""

from __future__ import annotations

from typing import Any

from nfs.semantics.analyser.fragments import Fragment
from nfs.semantics.intent import OperatorIntent, Slots
from nfs.semantics.letters import lower
from nfs.semantics.vocabulary import PROFILES, Kind
from nfs.workflow.dialogue.merge import merged


def corrected(
    last: OperatorIntent, fragment: Fragment, heard: OperatorIntent
) -> OperatorIntent | None:
    """``last`` with what is said instead; ``heard`` is the utterance read by itself.

    None when it corrects nothing: then it stands for itself.
    """
    own = heard.kind not in (Kind.NONE, last.kind) and not fragment.elliptical
    if not (fragment.bare or (fragment.corrects and fragment.said and not own)):
        return None
    if not last.sub_intents:
        changes = _changes(last.kind, last.slots, fragment, heard)
        return merged(last, changes, fragment.said) if changes else None
    for number, part in enumerate(last.sub_intents):
        changes = _changes(part.kind, part.slots, fragment, heard)
        if changes.keys() & part.slots.present():
            return merged(last, changes, fragment.said, number)
    return None


def _changes(kind: Kind, slots: Slots, fragment: Fragment, heard: OperatorIntent) -> dict[str, Any]:
    """The slots that change; None takes one away."""
    had = slots.to_json()
    wrong = _called(fragment.replaced, had)
    new: dict[str, Any] = dict(fragment.slots(kind))
    if heard.kind is kind and fragment.replaced is None:
        new |= heard.slots.to_json()
    if not new and not fragment.bare:
        slot = wrong or next((group[0] for group in PROFILES[kind].needs), None)
        named = fragment.named(slot) if slot else None
        new = dict([named]) if named else {}
    if wrong is not None and new and wrong not in new:
        new[wrong] = None
    return {name: value for name, value in new.items() if had.get(name) != value}


def _called(name: str | None, slots: dict[str, Any]) -> str | None:
    """The slot whose value ``name`` is, or is a part of, or has as a part."""
    if name is None:
        return None
    words = lower(name)
    for slot, value in slots.items():
        known = lower(str(value))
        if known in words or words in known:
            return slot
    return None
