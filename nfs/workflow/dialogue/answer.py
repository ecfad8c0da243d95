"""An utterance as the answer to an open question."""

from __future__ import annotations

from nfs.semantics.analyser.fragments import Fragment
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.vocabulary import PROFILES, Kind
from nfs.workflow.dialogue.merge import merged
from nfs.workflow.dialogue.questions import OpenQuestion

_OF_INTENTS = frozenset({Kind.INTENT_STATUS, Kind.INTENT_CANCEL})


def declined(fragment: Fragment, heard: OperatorIntent) -> bool:
    """Whether the user does not want it any more (``no``, ``never mind``, ``stop that``)."""
    refused = fragment.agrees is False and not fragment.said
    vague = heard.kind is Kind.INTENT_CANCEL and heard.slots.reference is None
    return refused or vague


def accepted(question: OpenQuestion, fragment: Fragment) -> OperatorIntent | None:
    """The intent with what was offered, when the user agrees to that."""
    if question.offer is None or not fragment.agrees:
        return None
    more = fragment.slots(question.intent.kind) if fragment.said else {}
    return merged(question.intent, question.offer | more, fragment.said)


def answered(
    question: OpenQuestion, fragment: Fragment, heard: OperatorIntent
) -> OperatorIntent | None:
    """The intent with what the user says about it; ``heard`` is the utterance read by itself.

    None when that says nothing about it, or is a wish of its own.
    """
    intent, slot = question.intent, question.slot
    own = heard.kind not in (Kind.NONE, intent.kind) and not fragment.elliptical
    if own and (slot != "input" or heard.kind in _OF_INTENTS):
        return None
    part = _part_with(intent, slot)
    kind = intent.kind if part is None else intent.sub_intents[part].kind
    slots = {} if slot == "input" else fragment.slots(kind)
    if heard.kind is kind and slot != "input":
        slots |= heard.slots.to_json()
    if slot is not None and not slots:
        named = fragment.named(slot)
        slots |= dict([named]) if named is not None and fragment.said else {}
    return merged(intent, slots, fragment.said, part) if slots else None


def _part_with(intent: OperatorIntent, slot: str | None) -> int | None:
    """The first sub-intent that leaves ``slot`` open."""
    for number, part in enumerate(intent.sub_intents):
        open_here = not _fills(part.kind, slot or "", part.slots.present())
        if slot in PROFILES[part.kind].carries and open_here:
            return number
    return None


def _fills(kind: Kind, slot: str, present: set[str]) -> bool:
    """Whether one of the slots that ``slot`` stands for is there."""
    group = next((group for group in PROFILES[kind].needs if group[0] == slot), (slot,))
    return bool(present.intersection(group))
