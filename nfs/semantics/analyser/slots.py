"""Fills the slots of a kind from the words of a wish."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from pydantic import ValidationError

from nfs.semantics.analyser.captures import ASKING_DEVICE, OPEN, capture_reader
from nfs.semantics.analyser.entities import entities
from nfs.semantics.analyser.masks import MaskedText, Measure
from nfs.semantics.analyser.measures import measure_reader
from nfs.semantics.analyser.rules import Evidence, rules
from nfs.semantics.analyser.script import script
from nfs.semantics.analyser.words import words
from nfs.semantics.intent import Slots
from nfs.semantics.letters import lower
from nfs.semantics.resources import load
from nfs.semantics.tagger import Tagger, tagger
from nfs.semantics.vocabulary import PROFILES, Kind

Value = str | int | float

_FLOW_KINDS = frozenset(
    {Kind.QOS_ASSURE, Kind.NETWORK_DIAGNOSE, Kind.SESSION_ESTABLISH, Kind.SESSION_RELEASE}
)


_ACCESS = frozenset({"dnn", "slice"})
_THROUGHPUTS = frozenset({"downlinkThroughput", "uplinkThroughput"})
_PLACES = frozenset({"area", "route", "dataset", "input"})
"""Slots whose generic patterns may catch a phrase that has another part already."""

_THINGS = frozenset({"application", "target"})
"""What a wish is about; one is enough where only one was found by rule."""

_ENDS = frozenset({"endpointA", "endpointB"})
"""Of a line; one alone is the far end."""

_CAPABLE_KINDS = frozenset({Kind.AGENT_DISCOVER, Kind.COMPUTE_INFERENCE})
"""Kinds for which the words that ask for a capability name it."""


@dataclass(slots=True)
class Filled:
    """Slots by wire name, and what the text leaves open; ``asking_device`` if it means us."""

    kind: Kind
    slots: dict[str, Value] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    asking_device: bool = False

    def put(self, slot: str, value: Value) -> None:
        """The first value of a slot counts; a slot the kind does not carry is no slot."""
        if (slot, value) == ASKING_DEVICE:
            self.asking_device = True
        elif not self._wants(slot, str(value)):
            return
        elif value == OPEN:
            self.leave_open(slot)
        else:
            self.slots[slot] = value
            self.open = [name for name in self.open if name != slot]

    def _wants(self, slot: str, value: str) -> bool:
        """Whether the slot is free, and its words have no other part yet."""
        if slot in self.slots or slot not in PROFILES[self.kind].carries:
            return False
        return not (slot in _PLACES and self.has_part(value))

    def has_part(self, words: str) -> bool:
        """Whether ``words`` are those of a slot already."""
        return any(f" {words} " in f" {value} " for value in self.slots.values())

    def leave_open(self, slot: str) -> None:
        if slot in PROFILES[self.kind].carries and slot not in (*self.slots, *self.open):
            self.open.append(slot)


class SlotFiller:
    """Fills slots in one language."""

    def __init__(self, language: str) -> None:
        data = load("slots", language)
        self._script = script(language)
        self._words = words(language)
        self._rules = rules(language)
        self._entities = entities(language)
        self._captures = capture_reader(language)
        self._measures = measure_reader(language)
        self._tagger = tagger(language)
        self._values = {
            slot: {value: self._words.compile(pattern) for value, pattern in values.items()}
            for slot, values in data["values"].items()
        }
        self._patterns: dict[Kind, list[re.Pattern[str]]] = {kind: [] for kind in Kind}
        for kinds, pattern in data["fill"]:
            compiled = self._words.compile(pattern)
            for kind in kinds:
                self._patterns[Kind(kind)].append(compiled)

    def fill(
        self, kind: Kind, own: str, evidence: list[Evidence], text: str, masked: MaskedText
    ) -> Filled:
        """The slots of a wish of ``kind``.

        ``own`` is the wish's own words, at which ``evidence`` points; ``text`` may be wider, and
        gives quantities and what else is missing. Both are pieces of ``masked``.
        """
        filled = Filled(kind)
        low = lower(text)
        self._quotations(text, masked, filled)
        self._from_rules(own, evidence, masked, filled)
        self._quantities(text, masked, filled)
        self._closed_values(low, filled)
        self._constraint(low, filled)
        self._from_patterns(text, masked, filled)
        if kind in _FLOW_KINDS:
            self._flows(text, filled)
        if capability := self._rules.named_capability(low):
            filled.put("capability", capability)
        if self._tagger is not None:
            self._from_tagger(self._tagger, text, masked, filled)
        filled.slots = {
            slot: self._script.written(value) if isinstance(value, str) else value
            for slot, value in filled.slots.items()
        }
        _drop_invalid(filled)
        _name_missing(filled)
        return filled

    def _quotations(self, text: str, masked: MaskedText, filled: Filled) -> None:
        for _, quantity in masked.in_order(text):
            if quantity.measure is Measure.QUOTE and quantity.value:
                filled.put("input", quantity.value)

    def _from_rules(
        self, own: str, evidence: list[Evidence], masked: MaskedText, filled: Filled
    ) -> None:
        """Constants and captures of the rules that spoke for the kind."""
        for item in evidence:
            if item.rule.kind is filled.kind:
                for name, span in item.captures().items():
                    self._capture(name, own[slice(*span)], masked, filled)
                for slot, value in item.rule.constants.items():
                    filled.put(slot, value)
            elif filled.kind in _CAPABLE_KINDS and "capability" in item.rule.constants:
                filled.put("capability", item.rule.constants["capability"])

    def _from_patterns(self, text: str, masked: MaskedText, filled: Filled) -> None:
        low = lower(text)
        for pattern in self._patterns[filled.kind]:
            for match in pattern.finditer(low):
                for name in match.groupdict():
                    self._capture(name, text[slice(*match.span(name))], masked, filled)

    def _capture(self, name: str, text: str, masked: MaskedText, filled: Filled) -> None:
        found = self._captures.read(name, masked.reveal(text))
        if found is not None:
            filled.put(*found)

    def _from_tagger(self, learned: Tagger, text: str, masked: MaskedText, filled: Filled) -> None:
        """What no rule has found: one of each group that is needed, and what is named besides."""
        profile, present = PROFILES[filled.kind], filled.slots.keys()
        settled = {slot for group in profile.needs if present & set(group) for slot in group}
        if filled.asking_device or present & _THINGS:
            settled |= _THINGS
        if "endpointB" in present:
            settled |= _ENDS
        found = learned.slots(filled.kind, text)
        ends = _ENDS & {*present, *(slot for slot, _ in found)}
        from_here = ends == {"endpointA"} and not present & ends
        for named, span in found:
            slot = "endpointB" if from_here and named == "endpointA" else named
            words = self._named(text[slice(*span)])
            if words in ("", text) or slot in settled or filled.has_part(words):
                continue
            if (value := self._captures.read_slot(slot, masked.reveal(words))) is not None:
                filled.put(*value)

    def _named(self, words: str) -> str:
        """``words`` from their first noun phrase to their last."""
        phrases = self._words.phrases(lower(words))
        return words[phrases[0][0] : phrases[-1][1]] if phrases else ""

    def _quantities(self, text: str, masked: MaskedText, filled: Filled) -> None:
        measured = self._measures.read(text, masked)
        for slot, value in measured.slots.items():
            filled.put(slot, value)
        for slot in measured.open:
            filled.leave_open(slot)

    def _closed_values(self, low: str, filled: Filled) -> None:
        for slot, values in self._values.items():
            for value, pattern in values.items():
                if pattern.search(low):
                    filled.put(slot, value)

    def _constraint(self, low: str, filled: Filled) -> None:
        for value, pattern in self._words.constraints.items():
            if pattern.search(low):
                filled.put("constraint", value)

    def _flows(self, text: str, filled: Filled) -> None:
        """Applications and devices that are named anywhere in the text, a word that may be a verb
        (``watch``, ``stream``) only where it does not begin the text, and nothing else is named."""
        named = [text[slice(*span)] for span in self._words.phrases(lower(text)) if span[0]]
        first = [text[:end] for start, end in self._words.phrases(lower(text)) if not start]
        for phrase in sorted([*first, *named], key=self._entities.is_verb):
            if phrase in first and self._entities.is_verb(phrase):
                continue
            found = self._entities.known_flow(phrase)
            if phrase == filled.slots.get("area"):
                continue
            if found and not (found[0] == "application" and filled.slots.keys() & _ACCESS):
                filled.put(*found)
        if filled.slots.keys() & _THROUGHPUTS and self._entities.is_direction(
            str(filled.slots.get("application"))
        ):
            del filled.slots["application"]


def _drop_invalid(filled: Filled) -> None:
    """What is out of the vocabulary's bounds is left open instead."""
    try:
        Slots.model_validate(filled.slots)
    except ValidationError as error:
        for name in {str(detail["loc"][0]) for detail in error.errors()}:
            del filled.slots[name]
            filled.leave_open(name)


def _name_missing(filled: Filled) -> None:
    """Name the needed slots that the text leaves open."""
    present = filled.slots.keys() | ({"target"} if filled.asking_device else set())
    missing = PROFILES[filled.kind].missing(set(present))
    if filled.kind is Kind.QOS_ASSURE and not filled.slots and not filled.open:
        missing = ["application", "latency"]
    if filled.kind in _FLOW_KINDS and "application" in filled.slots and "target" in filled.open:
        filled.open.remove("target")
    if filled.kind is Kind.AGENT_INVOKE and missing and "input" not in filled.slots:
        missing.append("input")
    filled.open = [*missing, *(slot for slot in filled.open if slot not in missing)]


@cache
def slot_filler(language: str) -> SlotFiller:
    filler = SlotFiller(language)
    words(language).keep()
    return filler
