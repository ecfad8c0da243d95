"""From text to operator-defined intent: offline, deterministic, without side effects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from nfs.semantics.analyser.captures import OPEN
from nfs.semantics.analyser.clock import clock_reader
from nfs.semantics.analyser.durations import duration_reader
from nfs.semantics.analyser.language import guess_language
from nfs.semantics.analyser.masks import MaskedText
from nfs.semantics.analyser.quantities import quantity_reader
from nfs.semantics.analyser.quotations import hide_payload, hide_quotations
from nfs.semantics.analyser.readings import Reading, Wish, join, read
from nfs.semantics.analyser.script import script
from nfs.semantics.analyser.slots import Filled, slot_filler
from nfs.semantics.analyser.text import clean, plain_apostrophes
from nfs.semantics.analyser.verdict import verdict
from nfs.semantics.analyser.wishes import MAX_WISHES, wish_splitter
from nfs.semantics.analyser.words import words
from nfs.semantics.classifier import classifier
from nfs.semantics.intent import OperatorIntent, Slots, SubIntent
from nfs.semantics.letters import alike, as_written, ascii_digits
from nfs.semantics.resources import supported_languages
from nfs.semantics.vocabulary import Kind

UNSUPPORTED_LANGUAGE = "unsupported_language"
"""In ``ambiguity``: the text's language has no grammar, so nothing was read."""

_CARRIED_OVER = ("target", "capability")
"""Slots that a wish which leaves them open has from the wish before it."""

_MORE_PLAUSIBLE = 0.5
_MOST_COLONS = 4
_COLON = re.compile(r":(?= )|：")
_NO_STEPS = frozenset({Kind.NONE, Kind.TASK_COLLABORATE})
_MATERIAL_KINDS = frozenset({Kind.AGENT_INVOKE, Kind.COMPUTE_INFERENCE})


def analyse(
    text: str, language: str | None = None, *, now: datetime | None = None
) -> OperatorIntent:
    """The operator-defined intent of ``text``.

    ``language`` (BCP 47) is what the user's device states; ``now`` is the user's local time, by
    which a bare hour (``until eight``) is read: without it, such a time is left in ``ambiguity``.

    :raises EmptyText: nothing to read
    :raises TextTooLong: more than 4,096 characters
    """
    cleaned = clean(text)
    tongue = guess_language(cleaned, language)
    if tongue not in supported_languages():
        return OperatorIntent(
            kind=Kind.NONE,
            ambiguity=[UNSUPPORTED_LANGUAGE],
            language=tongue,
            confidence=0,
            description=cleaned,
        )
    return _Analysis(cleaned, tongue, now, text).intent()


def explain(text: str, language: str | None = None) -> list[Reading]:
    """The clauses of ``text`` as they were read, each with the evidence for its kind.

    Nothing is read of a text in a language without a grammar.

    :raises EmptyText: nothing to read
    :raises TextTooLong: more than 4,096 characters
    """
    cleaned = clean(text)
    tongue = guess_language(cleaned, language)
    return _Analysis(cleaned, tongue, None).readings if tongue in supported_languages() else []


def words_of(text: str, language: str) -> str:
    """``text`` as slots are looked for in it: quantities and quotations are masks."""
    return _Analysis(clean(text), language, None).text


class _Analysis:
    """One text of one language on its way to an intent, whose slots are as ``said``."""

    def __init__(self, cleaned: str, language: str, now: datetime | None, said: str = "") -> None:
        self._language = language
        self._said = said
        self._description = cleaned
        self._filler = slot_filler(language)
        self._masked = _without_material(cleaned, language)
        likely = _likely(self._masked.text, language)
        hide_quantities(self._masked, language, now)
        splitter = wish_splitter(language)
        text = splitter.without_injections(self._masked.text)
        self._likely = likely if text == self._masked.text else {}
        self.text = splitter.without_courtesies(text)
        clauses = splitter.split(text)
        self._more = len(clauses) > MAX_WISHES
        self.readings = [read(clause, language) for clause in clauses[:MAX_WISHES]]
        alone = len(self.readings) == 1 and self.readings[0].text == self.text
        self._whole = self.readings[0] if alone else read(self.text, language)

    def intent(self) -> OperatorIntent:
        everything = [self._whole, *self.readings]
        if any(reading.forbidden for reading in everything):
            return self._none()
        collaborative = any(r.kind is Kind.TASK_COLLABORATE for r in everything)
        clauses = [reading.as_single_wish() for reading in self.readings]
        wishes = self._wishes([clause for clause in clauses if clause.kind is not Kind.NONE])
        if collaborative:
            wishes = [wish for wish in wishes if wish.filled.slots]
        if collaborative or len(wishes) > 1:
            said_of_task = ", ".join(c.text for c in clauses if c.kind is Kind.NONE)
            return self._task(wishes, said_of_task, collaborative=collaborative)
        return self._single(wishes[0].reading if wishes else None)

    def _wishes(self, readings: list[Reading]) -> list[Wish]:
        """The distinct wishes, in text order: clauses about one wish are joined.

        A target that a later wish leaves open (``is it online``) is that of the one before, and so
        is what an agent is to do (``find a translator and let it read the letter``).
        """
        wishes: list[Wish] = []
        for reading in readings:
            wish = self._wish(reading)
            joined = join(wishes[-1], wish) if wishes else None
            if joined is None:
                for slot in _CARRIED_OVER if wishes else ():
                    if slot in wish.filled.open:
                        wish.filled.put(slot, wishes[-1].filled.slots.get(slot, OPEN))
                wishes.append(wish)
            else:
                wishes[-1] = self._wish(joined)
        return wishes

    def _steps(self) -> list[Reading]:
        """The clauses that are wishes, where the classifier may say what the grammar cannot."""
        likely = [(clause, _likely(clause.text, self._language)) for clause in self.readings]
        steps = [verdict(clause.as_single_wish(), kinds) for clause, kinds in likely]
        return [step for step in steps if step.kind not in _NO_STEPS]

    def _wish(self, reading: Reading) -> Wish:
        filled = self._filler.fill(
            reading.kind, reading.text, reading.evidence, reading.text, self._masked
        )
        return Wish(reading, filled)

    def _single(self, wish: Reading | None) -> OperatorIntent:
        """The intent of a text with one wish, which other clauses may say more about."""
        whole = self._whole
        if wish is None or (
            whole.kind not in (wish.kind, Kind.NONE) and whole.score > wish.score + _MORE_PLAUSIBLE
        ):
            wish = whole
        wish = verdict(wish, self._likely)
        if wish.kind is Kind.NONE:
            return self._none(wish.confidence)
        if wish.kind is Kind.TASK_COLLABORATE:
            return self._task(self._wishes(self._steps()), "", collaborative=True)
        filled = self._filler.fill(wish.kind, wish.text, wish.evidence, self.text, self._masked)
        return OperatorIntent(
            kind=wish.kind,
            slots=self._slots(filled),
            ambiguity=filled.open,
            language=self._language,
            confidence=wish.confidence,
            description=self._description,
        )

    def _slots(self, filled: Filled) -> Slots:
        return Slots.model_validate(
            {
                slot: as_written(value, self._said) if isinstance(value, str) else value
                for slot, value in filled.slots.items()
            }
        )

    def _task(
        self, wishes: list[Wish], said_of_task: str, *, collaborative: bool
    ) -> OperatorIntent:
        """Several wishes; those of a real task may share a duration."""
        kind = Kind.TASK_COLLABORATE
        shared = self._filler.fill(kind, "", [], said_of_task, self._masked)
        steps = [
            SubIntent(kind=wish.reading.kind, slots=self._slots(wish.filled)) for wish in wishes
        ]
        unclear = [slot for wish in wishes for slot in wish.filled.open]
        if self._more or not steps:  # which of them are to be done
            unclear.insert(0, "subIntents")
        return OperatorIntent(
            kind=kind,
            slots=Slots.model_validate(shared.slots if collaborative else {}),
            ambiguity=list(dict.fromkeys(unclear))[:MAX_WISHES],
            sub_intents=steps,
            language=self._language,
            confidence=min((w.reading.confidence for w in wishes), default=self._whole.confidence),
            description=self._description,
        )

    def _none(self, confidence: float | None = None) -> OperatorIntent:
        return OperatorIntent(
            kind=Kind.NONE,
            language=self._language,
            confidence=self._whole.confidence if confidence is None else confidence,
            description=self._description,
        )


def _likely(text: str, language: str) -> Mapping[Kind, float]:
    """What the classifier makes of the whole text; of one without a letter nothing."""
    learned = classifier(language)
    return learned.probabilities(text) if learned and any(map(str.isalpha, text)) else {}


def _without_material(cleaned: str, language: str) -> MaskedText:
    """``cleaned`` with quotations, and the material that an agent is to work on, masked."""
    masked = MaskedText(cleaned)
    hide_quotations(masked)
    for colon in list(_COLON.finditer(masked.text))[:_MOST_COLONS]:
        head = plain(masked.text[: colon.start()], language)
        reading = read(wish_splitter(language).without_courtesies(head), language)
        if reading.kind in _MATERIAL_KINDS and reading.names_work:
            hide_payload(masked, colon.end())
            break
    return masked


def hide_quantities(masked: MaskedText, language: str, now: datetime | None) -> None:
    """Mask quantities and times, in the text as the grammar reads it."""
    masked.text = plain(masked.text, language)
    quantity_reader(language).hide(masked)
    duration_reader(language).hide(masked)
    clock_reader(language).hide(masked, now)
    quantity_reader(language).hide_distances(masked)


def plain(text: str, language: str) -> str:
    """``text`` as the grammar reads it: words apart, without contractions, in ASCII digits."""
    text = script(language).read(plain_apostrophes(ascii_digits(text)))
    for pattern, form in words(language).contractions:
        text = _replaced(pattern, form, text)
    return text


def _replaced(pattern: re.Pattern[str], form: str, text: str) -> str:
    """``text`` with ``form`` for what ``pattern`` finds, of letters that are interchanged too."""
    pieces, end = [], 0
    for match in pattern.finditer(alike(text)):
        pieces += [text[end : match.start()], match.expand(form)]
        end = match.end()
    return "".join([*pieces, text[end:]])
