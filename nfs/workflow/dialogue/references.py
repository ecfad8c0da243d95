"""Which of a subscriber's requests a reference means (``the last one``, ``the game boost``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from nfs.semantics.letters import lower, signs_as_letters
from nfs.semantics.render import quoted
from nfs.semantics.resources import DEFAULT_LANGUAGE, load, supported_languages
from nfs.workflow.lives.records import IntentRecord

_LONGEST = 60
"""Characters of a request's text that tell it from others."""


def means_all(text: str, language: str) -> bool:
    """Whether everything is meant (``cancel everything``)."""
    return _words(language).everything.search(_plain(text)) is not None


def referred(
    records: Sequence[IntentRecord], reference: str | None, language: str
) -> list[IntentRecord]:
    """Those of ``records``, the newest first, that ``reference`` may mean; without one the newest.

    By order, or else by what the request is about: its kind in the user's words and its slots.
    """
    if reference is None or not records:
        return list(records[:1])
    plain, words = _plain(reference), _words(language)
    for number, pattern in enumerate(words.order):
        if pattern.search(plain):
            return list(records[::-1][number : number + 1])
    fits = [_fit(record, plain, words) for record in records]
    best = max(fits)
    if best == 0:
        return list(records[:1]) if words.last.search(plain) else []
    found = [record for record, fit in zip(records, fits, strict=True) if fit == best]
    return found[:1] if words.last.search(plain) else found


def name_of(record: IntentRecord, language: str) -> str:
    """What to call a request by, in ``language``: its own words, or its kind."""
    intent = record.intent
    said = (intent.description if intent else "") or record.request.text
    if not said:
        return str(intent.kind) if intent else record.intent_id
    return quoted(f"{said[:_LONGEST]}{'…' if said[_LONGEST:] else ''}", language)


def _fit(record: IntentRecord, reference: str, words: _Words) -> int:
    """How many of the request's kind words and slot values the reference has."""
    if record.intent is None:
        return 0
    wishes = [(record.intent.kind, record.intent.slots)]
    wishes += [(part.kind, part.slots) for part in record.intent.sub_intents]
    fit = 0
    for kind, slots in wishes:
        pattern = words.kinds.get(kind)
        fit += pattern is not None and pattern.search(reference) is not None
        values = {_plain(value) for value in slots.to_json().values() if isinstance(value, str)}
        fit += sum(_shares_words(value, reference) for value in values)
    return fit


def _shares_words(value: str, reference: str) -> bool:
    """Whether they have a word in common; where words are not spaced, one is part of the other."""
    if not set(value.split()).isdisjoint(reference.split()):
        return True
    return not value.isascii() and (value in reference or reference in value)


def _plain(text: str) -> str:
    return signs_as_letters(lower(text))


class _Words:
    """The patterns of one language's ``dialogue.yaml``."""

    def __init__(self, language: str) -> None:
        data = load("dialogue", language)
        spaced = not load("languages")[language].get("unspaced", False)
        edges = (r"(?<!\w)", r"(?!\w)") if spaced else ("", "")
        self.everything = _compile(data["everything"], edges)
        self.order = [_compile(pattern, edges) for pattern in data["order"]]
        self.last = _compile(data["last"], edges)
        self.kinds = {kind: _compile(words, edges) for kind, words in data["kinds"].items()}


def _compile(words: str, edges: tuple[str, str]) -> re.Pattern[str]:
    return re.compile(f"{edges[0]}(?:{words}){edges[1]}")


@cache
def _for_language(language: str) -> _Words:
    return _Words(language)


def _words(language: str) -> _Words:
    return _for_language(language if language in supported_languages() else DEFAULT_LANGUAGE)
