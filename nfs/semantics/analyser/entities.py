"""What a noun phrase names: an application or a device, a data network or a slice, a model or a
capability."""

from __future__ import annotations

import re
from functools import cache

from nfs.semantics.analyser.rules import rules
from nfs.semantics.analyser.words import words
from nfs.semantics.letters import lower
from nfs.semantics.resources import load
from nfs.semantics.vocabulary import CAPABILITIES, capability_name

Named = tuple[str, str | int | float]
"""Slot by wire name, and its value in the user's words."""

_NUMBERED = re.compile(r"(?:\d[\w-]*|[a-z])")
_SLICE_NUMBER = re.compile(r"(\d{1,3})(-[0-9a-f]{6})?")


class Entities:
    """Resolves noun phrases of one language."""

    def __init__(self, language: str) -> None:
        data = load("slots", language)
        self._words = words(language)
        self._rules = rules(language)
        self._verbs = self._words.compile(rf"^(?:{{wishes}}|{data['verbs']})$")
        self._access_heads = _suffix(data["accessHeads"])
        self._access_signs: list[str] = data["accessSigns"]
        self._generic_models = frozenset(data["genericModels"])
        self._model_heads = frozenset(data["modelHeads"])
        self._directions = frozenset(data["directions"])
        self._bare_flows = frozenset(data["bareFlows"])
        self._places = frozenset(data["places"])
        self._nouns_in_a_row: bool = data.get("nounsInARow", False)
        self._adjectives_follow: bool = data.get("adjectivesFollow", False)
        self._not_places = frozenset(data["notPlaces"])

    def flow(self, phrase: str) -> Named | None:
        """The application or the device that a phrase names; None for a mere connection."""
        tokens = phrase.split()
        while tokens and self._verbs.match(lower(tokens[0])):
            tokens = tokens[1:]
        end = self._last_known(tokens)
        if end is None:
            rest = self._without_connections(tokens)
            if not self.names_anything(" ".join(tokens)):
                return None
            numbered = len(rest) > 1 and _NUMBERED.fullmatch(lower(rest[-1]))
            return ("target" if numbered else "application"), " ".join(rest)
        slot = self._kind_of_noun(tokens, end)
        if lower(" ".join(tokens[: end + 1])) in self._bare_flows:
            return None
        while end + 1 < len(tokens) and _NUMBERED.fullmatch(lower(tokens[end + 1])):
            end += 1
        if self._adjectives_follow and end + 1 < len(tokens):
            end += not self._is_connection(tokens[end + 1])
        return slot, " ".join(tokens[: end + 1])

    def begins_with_verb(self, phrase: str) -> bool:
        return self._verbs.match(lower(phrase.partition(" ")[0])) is not None

    def known_flow(self, phrase: str) -> Named | None:
        """As ``flow``, but only where the lexicon knows the noun."""
        tokens = phrase.split()
        slot = self._kind_of_noun(tokens, 0) if len(tokens) == 1 else ""
        if slot and lower(phrase) not in self._bare_flows:
            return slot, phrase
        return self.flow(phrase) if self._last_known(tokens) is not None else None

    def is_verb(self, word: str) -> bool:
        """Whether a word that begins a wish may be its verb."""
        return self._verbs.match(lower(word)) is not None

    def access(self, phrase: str) -> Named | None:
        """The slice or data network that a phrase names."""
        name = self.slice_name(phrase)
        if name is not None:
            return "slice", name
        shorter = self._access_heads.sub("", f" {phrase}").strip()
        if not self.names_anything(shorter) and not self._is_access(shorter):
            return None
        flow = self.known_flow(shorter)
        return flow if flow is not None and not self._is_access(phrase) else ("dnn", shorter)

    def slice_name(self, phrase: str) -> str | None:
        """``URLLC``, ``1-000002``: a standard slice type or an S-NSSAI; None for anything else."""
        low = lower(phrase)
        number = _SLICE_NUMBER.search(low)
        if number and int(number[1]) <= 255:
            return number[0]
        return next((name for name, p in self._words.slices.items() if p.search(low)), None)

    def is_generic(self, phrase: str) -> bool:
        """Whether a phrase (``the model``) says only that there is something to run."""
        return lower(phrase) in self._generic_models

    def workload(self, phrase: str) -> Named | None:
        """The capability or the model that a phrase names; None for a bare ``model``."""
        low = lower(phrase)
        if self.is_generic(phrase) or low in self._words.pronouns:
            return None
        if low.split()[-1] not in self._model_heads:
            capability = self.capability(low)
            if capability is not None:
                return "capability", capability
        return "model", phrase

    def capability(self, phrase: str) -> str | None:
        """The well-known capability that a phrase names."""
        name = capability_name(phrase)
        return name if name in CAPABILITIES else self._rules.named_capability(lower(phrase))

    def place(self, phrase: str) -> str | None:
        """The place that a phrase names, without the network there; None for anything else."""
        tokens = phrase.split()
        if self._nouns_in_a_row:
            while len(tokens) > 1 and self._is_connection(tokens[-1]):
                tokens.pop()
        place = " ".join(tokens)
        return place if self._is_place(place) else None

    def _is_place(self, phrase: str) -> bool:
        """Whether one can be in what a phrase names: not an application, a device, a figure."""
        tokens = lower(phrase).split()
        unnumbered = [token for token in tokens if not token[0].isdigit()]
        if {" ".join(tokens), tokens[-1]} & self._not_places:
            return False
        if not self._without_connections(unnumbered):
            return 0 < len(unnumbered) < len(tokens)
        head = unnumbered[-1]
        known = self._kind_of_noun(unnumbered, len(unnumbered) - 1)
        return head in self._places or (not known and head not in self._words.languages)

    def is_direction(self, name: str) -> bool:
        """Whether a flow's name is but ``upload`` or ``download``, which then is a direction."""
        return lower(name) in self._directions

    def _is_access(self, phrase: str) -> bool:
        low = lower(phrase)
        return any(re.search(rf"\b{re.escape(sign)}\b", low) for sign in self._access_signs)

    def _last_known(self, tokens: list[str]) -> int | None:
        return next(
            (i for i in reversed(range(len(tokens))) if self._kind_of_noun(tokens, i)), None
        )

    def _kind_of_noun(self, tokens: list[str], at: int) -> str:
        noun = lower(tokens[at])
        pair = f"{lower(tokens[at - 1])} {noun}" if at else noun
        if noun in self._words.applications or pair in self._words.applications:
            return "application"
        if noun in self._words.devices or pair in self._words.devices:
            return "target"
        return ""

    def names_anything(self, phrase: str) -> bool:
        """Whether there is more in a phrase than words for a connection and numbers."""
        rest = self._without_connections(phrase.split())
        return any(not _NUMBERED.fullmatch(lower(token)) for token in rest)

    def _without_connections(self, tokens: list[str]) -> list[str]:
        return [token for token in tokens if not self._is_connection(token)]

    def _is_connection(self, token: str) -> bool:
        return lower(token) in self._words.connections


def _suffix(heads: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?: (?:{'|'.join(heads)}))+$", re.IGNORECASE)


@cache
def entities(language: str) -> Entities:
    return Entities(language)
