"""What the captures of the lexicon's patterns say about slots."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from nfs.semantics.analyser.entities import Named, entities
from nfs.semantics.analyser.numerals import numerals, tidy
from nfs.semantics.analyser.words import words
from nfs.semantics.letters import lower
from nfs.semantics.resources import load

ASKING_DEVICE: Named = ("target", "@self")
"""The capture means the device that asks: no slot, and nothing is open."""

OPEN = "@open"
"""A value that stands for something the text does not name."""


_OF_SLOTS = {"area": "place", "application": "flow", "dnn": "access", "model": "workload"}
"""Captures that read what is said to be the name of a slot."""


class CaptureReader:
    """Resolves captures of one language to slots."""

    def __init__(self, language: str) -> None:
        self._words = words(language)
        self._entities = entities(language)
        self._numerals = numerals(language)
        self._number = re.compile(rf"^{self._numerals.pattern}", re.IGNORECASE)
        data = load("slots", language)
        self._generic_references = frozenset(data["genericReferences"])
        self._not_capabilities = frozenset(data["notCapabilities"])
        self._readers: dict[str, Callable[[str], tuple[str, str | float] | None]] = {
            "access": self._entities.access,
            "capability": self._capability,
            "count": lambda text: ("rounds", tidy(self._numerals.parse(text))),
            "ends": lambda text: ("input", text),
            "fact": lambda _: None,
            "flow": self._entities.flow,
            "language": lambda text: ("language", self._words.languages[lower(text)]),
            "link": self._entities.access,
            "model": lambda text: None if self._entities.is_generic(text) else ("model", text),
            "place": self._place,
            "participants": self._participants,
            "reference": self._reference,
            "said": lambda text: ("input", text),
            "slice": self._slice,
            "target": self._target,
            "workload": self._entities.workload,
        }

    def read(self, name: str, text: str) -> tuple[str, str | float] | None:
        """The slot that capture ``name`` of ``text`` gives; None if it names nothing."""
        phrase = self._bare(text)
        if not phrase or (lower(phrase) in self._words.pronouns and name != "target"):
            return None
        reader = self._readers.get(name)
        return (name, phrase) if reader is None else reader(phrase)

    def read_slot(self, slot: str, text: str) -> tuple[str, str | float] | None:
        """``text`` as the name of ``slot``, or of one that stands for it (slice for dnn).

        A mere connection (``the internet``) is no target.
        """
        if slot == "target" and not self._entities.names_anything(text):
            return None
        return self.read(_OF_SLOTS.get(slot, slot), text)

    def _bare(self, text: str) -> str:
        """``text`` without leading articles and what only ties it to the words around it."""
        stripped = text.strip(" ,;:.!?")
        lead = self._words.leading.match(f"{lower(stripped)} ")
        phrase = stripped[lead.end() :] if lead else stripped
        return self._words.trailing.sub("", phrase)

    def _capability(self, text: str) -> Named | None:
        known = self._entities.capability(text)
        if known is None and self._not_capabilities.issuperset(lower(text).split()):
            return None
        return "capability", known or text

    def _participants(self, text: str) -> Named:
        """The number in digits: ``five base stations`` are ``5 base stations``."""
        number = self._number.match(text)
        if number is None:
            return "participants", text
        return "participants", f"{tidy(self._numerals.parse(number[0]))}{text[number.end() :]}"

    def _place(self, text: str) -> Named | None:
        place = self._entities.place(text)
        return None if place is None else ("area", place)

    def _reference(self, text: str) -> Named | None:
        """What is left of the words without those that name any request, at both ends."""
        words = text.split()
        while words and lower(words[0]) in self._generic_references:
            words.pop(0)
        while words and lower(words[-1]) in self._generic_references:
            words.pop()
        return ("reference", " ".join(words)) if words else None

    def _slice(self, text: str) -> Named | None:
        name = self._entities.slice_name(text)
        return None if name is None else ("slice", name)

    def _target(self, text: str) -> Named | None:
        low = lower(text)
        if low in self._words.indefinite:
            return None
        if low in self._words.self:
            return ASKING_DEVICE
        return "target", OPEN if low in self._words.pronouns else text


@cache
def capture_reader(language: str) -> CaptureReader:
    return CaptureReader(language)
