"""Compliance: what law, security and privacy do not let a network do, whoever asks."""

from __future__ import annotations

import re

from nfs.common.models.iaf import IntentSubmission
from nfs.semantics.intent import OperatorIntent
from nfs.semantics.letters import lower
from nfs.workflow.policies import Policies


def compliance(
    intent: OperatorIntent, _request: IntentSubmission, policies: Policies
) -> str | None:
    """The rule whose terms occur in the wish, in whatever language; None if there is none."""
    text = lower(_wish(intent))
    for rule in policies.compliance:
        terms = (term for language in rule.terms.values() for term in language)
        if intent.kind in rule.kinds and any(_occurs(term, text) for term in terms):
            return rule.rule
    return None


def _wish(intent: OperatorIntent) -> str:
    """What the user asks for, without the texts that agents are to work on."""
    slots = intent.slots.to_json()
    slots.pop("input", None)
    said = intent.description
    for given in (intent.slots.input, *(part.slots.input for part in intent.sub_intents)):
        before, found, after = said.rpartition(given or "\0")
        said = f"{before} {after}" if found else said
    return " ".join([said, *map(str, slots.values())])


def _occurs(term: str, text: str) -> bool:
    """At the beginning of a word; where words are not spaced, anywhere."""
    plain = lower(term)
    if plain[0].isascii() or plain[-1].isascii():
        return re.search(rf"(?<!\w){re.escape(plain)}", text) is not None
    return plain in text
