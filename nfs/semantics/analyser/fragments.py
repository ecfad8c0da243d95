"""What an utterance says that only a conversation makes sense of: an answer, or a correction.

The words are data, ``dialogue.yaml`` of each language; quantities, times and names are read as in
any other text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from nfs.semantics.analyser.analysis import hide_quantities, plain
from nfs.semantics.analyser.captures import OPEN, capture_reader
from nfs.semantics.analyser.entities import entities
from nfs.semantics.analyser.language import guess_language
from nfs.semantics.analyser.masks import ANY_MASK, MaskedText
from nfs.semantics.analyser.quotations import hide_quotations
from nfs.semantics.analyser.rules import rules
from nfs.semantics.analyser.script import script
from nfs.semantics.analyser.slots import Value, slot_filler
from nfs.semantics.analyser.text import clean
from nfs.semantics.analyser.words import words
from nfs.semantics.letters import lower
from nfs.semantics.resources import DEFAULT_LANGUAGE, load, supported_languages
from nfs.semantics.vocabulary import PROFILES, Kind

_LONGEST = 200
"""Characters; what is longer is no fragment, and is kept as it is."""
_MOST_WORDS = 8
"""Of a name."""
_BETWEEN = " ,.;:!?…-、。，！？；：؟،।"
_ENDS_AGREEMENT = r"(?=$|[\s,.!?…、。，！？；]|[吧啊呢的了よね])"
_NAMES = frozenset(
    {"application", "target", "area", "dnn", "object", "capability", "input", "language", "model"}
    | {"dataset", "endpointA", "endpointB", "route", "reference"}
)
"""Slots whose value is a name in the user's words."""
_LONG_NAMES = frozenset({"area", "route", "dataset", "reference"})
"""Of which a preposition may be a part."""
_ANY_MASK = re.compile(ANY_MASK)


@dataclass(frozen=True, slots=True)
class Fragment:
    """``agrees`` when the utterance begins with yes or no; ``said`` is what is left of it without
    what leads and ends it; ``replaced`` is what is said to be wrong (``not the game, the call``).
    """

    language: str
    said: str
    agrees: bool | None = None
    corrects: bool = False
    replaced: str | None = None
    masked: MaskedText = field(default_factory=lambda: MaskedText(""))

    @property
    def bare(self) -> bool:
        """Whether only quantities and times are said."""
        known = words(self.language)
        left = lower(_ANY_MASK.sub(" ", self.masked.text)).strip(_BETWEEN).split()
        stops = known.boundaries | known.pronouns
        return bool(self.masked.quantities) and all(
            word in stops or known.leading.match(f"{word} ") for word in left
        )

    @property
    def elliptical(self) -> bool:
        """Whether nothing is said but quantities, or a name: no wish by itself."""
        known = words(self.language)
        text = plain(_conversation(self.language).without_leads(self.said), self.language)
        lead = known.leading.match(lower(text))
        name = text[lead.end() if lead else 0 :]
        alone = known.phrases(lower(name)) == [(0, len(name))]
        return self.bare or (alone and not entities(self.language).begins_with_verb(name))

    def slots(self, kind: Kind) -> dict[str, Value]:
        """What the words say about an intent of ``kind``, without knowing what was asked."""
        text = self.masked.text
        evidence = rules(self.language).evidence(lower(text))
        filler = slot_filler(self.language)
        filled = dict(filler.fill(kind, text, evidence, text, self.masked).slots)
        if "effect" in PROFILES[kind].carries and "effect" not in filled:
            filled |= _conversation(self.language).effect(text)
        if not filled and "target" in PROFILES[kind].carries and not self.bare:
            known = entities(self.language).known_flow(self.masked.text)
            named = self.named(known[0]) if known and known[0] in PROFILES[kind].carries else None
            filled |= dict([named]) if named else {}
        return filled

    def named(self, slot: str) -> tuple[str, Value] | None:
        """The words as the name of ``slot``, or of one that stands for it (slice for dnn)."""
        if slot not in _NAMES:
            return None
        if slot == "input":
            return slot, self._written(self.said)
        phrase = self._phrase(slot)
        if phrase is None:
            return None
        if slot == "language" and lower(phrase) not in words(self.language).languages:
            return None
        found = capture_reader(self.language).read_slot(slot, phrase)
        if found is None or found[1] == OPEN or found[0].startswith("@"):
            return None
        slot, value = found
        return slot, self._written(value) if isinstance(value, str) else value

    def _phrase(self, slot: str) -> str | None:
        """The noun phrase that names something, as the grammar reads it."""
        known = words(self.language)
        text = plain(_conversation(self.language).without_leads(self.said), self.language)
        low = lower(text)
        lead = known.leading.match(low)
        first = low[lead.end() if lead else 0 :].partition(" ")[0]
        if self.bare or not first or first in known.boundaries or len(low.split()) > _MOST_WORDS:
            return None
        phrases = known.phrases(low)
        return text if slot in _LONG_NAMES or not phrases else text[slice(*phrases[0])]

    def _written(self, value: str) -> str:
        return script(self.language).written(value)


def read_fragment(
    text: str, language: str | None = None, *, now: datetime | None = None
) -> Fragment:
    """``text`` as an answer or a correction.

    :raises TextError: as ``analyse``
    """
    cleaned = clean(text)
    tongue = guess_language(cleaned, language)
    if tongue not in supported_languages():
        return Fragment(DEFAULT_LANGUAGE, cleaned)
    return _conversation(tongue).read(cleaned, now)


class _Conversation:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        data = load("dialogue", language)
        self._language = language
        self._spaced = not load("languages")[language].get("unspaced", False)
        begin, edge = (r"(?<!\w)", r"(?!\w)") if self._spaced else ("", "")
        ends = edge or _ENDS_AGREEMENT
        self._agree = _compile(data["agree"], after=ends)
        self._refuse = _compile(data["refuse"], after=ends)
        self._corrects = _compile(data["corrects"], after=edge)
        self._fillers = _compile(data["fillers"], after=edge)
        self._leads = _compile(data["leads"], after=edge)
        self._corrects_at_end = _compile(data["correctsAtEnd"], begin, "$")
        self._fillers_at_end = _compile(data["fillers"], begin, "$")
        self._exchanges = [_compile(pattern) for pattern in data["exchanges"]]
        self._effects = {
            effect: _compile(words, begin, edge) for effect, words in data["effects"].items()
        }

    def read(self, cleaned: str, now: datetime | None) -> Fragment:
        text = plain(cleaned, self._language) if self._spaced else cleaned
        if len(text) > _LONGEST:
            return Fragment(self._language, cleaned, masked=MaskedText(""))
        agrees, corrects, start = self._opening(text)
        exchanged = self._exchanged(text) or self._exchanged(text[start:])
        said, replaced = exchanged or (text[start:], None)
        said, at_end = self._closing(said)
        corrects = corrects or at_end or bool(replaced) or (agrees is False and bool(said))
        masked = MaskedText(said)
        hide_quotations(masked)
        hide_quantities(masked, self._language, now)
        written = script(self._language).written
        return Fragment(
            self._language,
            written(said),
            agrees,
            corrects,
            written(replaced) if replaced else None,
            masked,
        )

    def effect(self, text: str) -> dict[str, Value]:
        """Whether something is allowed or forbidden."""
        low = lower(text)
        for effect, pattern in self._effects.items():
            if pattern.search(low):
                return {"effect": effect}
        return {}

    def _exchanged(self, text: str) -> tuple[str, str] | None:
        """What is said instead of what, where that is said (``not the game, the call``)."""
        text = text.strip(_BETWEEN)
        for pattern in self._exchanges:
            if (match := pattern.fullmatch(lower(text))) is not None:
                said = text[slice(*match.span("new"))]
                replaced = text[slice(*match.span("old"))].strip(_BETWEEN)
                return said[self._opening(said)[2] :], replaced
        return None

    def without_leads(self, said: str) -> str:
        low, start = lower(said), 0
        while (match := self._leads.match(low, start)) is not None:
            start = _skipped(low, match.end())
        return said[start:].strip(_BETWEEN)

    def _opening(self, text: str) -> tuple[bool | None, bool, int]:
        """Whether it agrees, whether it corrects, and where what is said begins."""
        low = lower(text)
        agrees, corrects, start = None, False, _skipped(low, 0)
        while start < len(low):
            if (match := self._corrects.match(low, start)) is not None:
                corrects = True
            elif agrees is not False and (match := self._agree.match(low, start)) is not None:
                agrees = True
            elif agrees is not True and (match := self._refuse.match(low, start)) is not None:
                agrees = False
            elif (match := self._fillers.match(low, start)) is None:
                break
            start = _skipped(low, match.end())
        return agrees, corrects, start

    def _closing(self, said: str) -> tuple[str, bool]:
        """What is said without what ends it, and whether that corrects."""
        corrects = False
        while said := said.strip(_BETWEEN):
            low = lower(said)
            if (match := self._corrects_at_end.search(low)) is not None:
                corrects = True
            elif (match := self._fillers_at_end.search(low)) is None:
                break
            said = said[: match.start()]
        return said, corrects


def _compile(words: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Contractions may have been undone: ``d'accord`` is ``d accord`` then."""
    return re.compile(f"{before}(?:{words}){after}".replace("'", "['’ ]"))


def _skipped(text: str, start: int) -> int:
    while start < len(text) and text[start] in _BETWEEN:
        start += 1
    return start


@cache
def _conversation(language: str) -> _Conversation:
    return _Conversation(language)
