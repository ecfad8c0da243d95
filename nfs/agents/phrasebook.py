"""A phrase-book: sentences and words that mean the same in several languages, as data.

It translates what it knows and names what it does not know; it never guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from nfs.common.yaml_text import load_yaml

Forms = Mapping[str, tuple[str, ...]]
"""Wordings by language; the first is the one that is written."""

_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)|[。！？\n]+")
_CLAUSE_END = re.compile(r"[,;，、；]+(?:\s|$)?")
_PUNCTUATION = re.compile(r"[^\w\s'{}:.\-]|(?<!\d)[.:](?!\d)|(?<!\w)-|-(?!\w)|[.:]$")
_SLOT = re.compile(r"\{(\w+)\}")
_VERBATIM = {
    "number": r"\d+(?:[.,]\d+)?",
    "time": r"\d{1,2}(?::\d{2})?",
    "name": r"\w[\w .'\-]{0,60}",
}
_UNSPACED = frozenset({"zh", "ja"})
_MAX_WORDS = 5
"""Words (or, without spaces, three times as many characters) of the longest glossary entry."""


@dataclass(frozen=True, slots=True)
class Translation:
    """``word_by_word``: words were put side by side, so the grammar may be wrong."""

    text: str
    word_by_word: bool


@dataclass(frozen=True, slots=True)
class Untranslatable:
    """The parts of the text, as they were given, that the phrase-book does not have."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    pattern: re.Pattern[str]
    forms: Forms


class PhraseBook:
    def __init__(
        self, languages: list[str], phrases: list[Forms], glossary: Mapping[str, list[Forms]]
    ) -> None:
        self.languages = tuple(languages)
        self._phrases = {
            language: [
                _Phrase(_pattern(_normal(form, language)), forms)
                for forms in phrases
                for form in forms[language]
            ]
            for language in languages
        }
        self._words = {
            (name, language): {
                _normal(form, language): forms
                for forms in reversed(entries)
                for form in forms[language]
            }
            for name, entries in glossary.items()
            for language in languages
        }

    def translate(self, text: str, source: str, target: str) -> Translation | Untranslatable:
        """Translate every sentence of ``text``, or say which parts cannot be translated."""
        done: list[Translation] = []
        unknown: list[str] = []
        for sentence in _split(_SENTENCE_END, text):
            for part, translated in self._parts(sentence, source, target):
                if translated is None:
                    unknown.append(part)
                else:
                    done.append(translated)
        if unknown or not done:
            return Untranslatable(tuple(unknown))
        gap = "" if target in _UNSPACED else " "
        return Translation(gap.join(t.text for t in done), any(t.word_by_word for t in done))

    def source_language(self, text: str, target: str) -> str:
        """The language, other than ``target``, in which most of ``text`` is known."""

        def unknown(language: str) -> int:
            result = self.translate(text, language, target)
            if isinstance(result, Untranslatable):
                return sum(map(len, result.parts)) or len(text) + 1
            return int(result.word_by_word)

        return min((each for each in self.languages if each != target), key=unknown)

    def _parts(
        self, sentence: str, source: str, target: str
    ) -> Iterator[tuple[str, Translation | None]]:
        """The sentence as a whole if it is in the book, else its clauses one by one."""
        whole = self._sentence(sentence, source, target)
        if whole is not None:
            yield sentence, whole
            return
        for clause in _split(_CLAUSE_END, sentence):
            known = self._sentence(clause, source, target)
            yield clause, known or self._word_by_word(clause, source, target)

    def _sentence(self, text: str, source: str, target: str) -> Translation | None:
        normal = _normal(text, source)
        for phrase in self._phrases[source]:
            match = phrase.pattern.fullmatch(normal)
            if match is not None:
                written = self._fill(phrase.forms[target][0], match, text, source, target)
                if written is not None:
                    return Translation(written, word_by_word=False)
        entry = self._entry(normal, source)
        return Translation(entry[target][0], word_by_word=False) if entry else None

    def _fill(
        self, form: str, match: re.Match[str], text: str, source: str, target: str
    ) -> str | None:
        """The target's wording with its slots filled; None if a filling is not in the glossary."""
        filled = form
        for name, value in match.groupdict().items():
            if name in _VERBATIM:
                written = _as_given(value, text)
            else:
                forms = self._words[name, source].get(value)
                if forms is None:
                    return None
                written = forms[target][0]
            filled = filled.replace("{" + name + "}", written)
        return filled[:1].upper() + filled[1:]

    def _entry(self, normal: str, source: str) -> Forms | None:
        for (_, language), words in self._words.items():
            if language == source and normal in words:
                return words[normal]
        return None

    def _word_by_word(self, text: str, source: str, target: str) -> Translation | None:
        """Glossary entries side by side, longest first; None if anything is left over."""
        normal = _normal(text, source)
        pieces = list(normal) if source in _UNSPACED else normal.split()
        gap = "" if source in _UNSPACED else " "
        longest = _MAX_WORDS * (3 if source in _UNSPACED else 1)
        written: list[str] = []
        at = 0
        while at < len(pieces):
            for length in range(min(longest, len(pieces) - at), 0, -1):
                entry = self._entry(gap.join(pieces[at : at + length]), source)
                if entry is not None:
                    written.append(entry[target][0])
                    at += length
                    break
            else:
                return None
        between = "" if target in _UNSPACED else " "
        return Translation(between.join(written), word_by_word=True) if written else None


def normalise(text: str) -> str:
    """Without case, punctuation and superfluous space, so that wordings can be compared."""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    before = None
    while text != before:  # what ends the text is only known when what follows it is gone
        before, text = text, " ".join(_PUNCTUATION.sub(" ", text).split())
    return text


def _normal(text: str, language: str) -> str:
    normal = normalise(text)
    return normal.replace(" ", "") if language in _UNSPACED else normal


def _pattern(normal: str) -> re.Pattern[str]:
    """Matches the normal form of a wording; its slots are groups of their names."""
    parts = _SLOT.split(normal)
    pattern = re.escape(parts[0])
    for slot, text in zip(parts[1::2], parts[2::2], strict=True):
        pattern += f"(?P<{slot}>{_VERBATIM.get(slot, '.+')}){re.escape(text)}"
    return re.compile(pattern)


def _as_given(value: str, text: str) -> str:
    """``value`` with the capitals it has in ``text``."""
    at = text.lower().find(value)
    return text[at : at + len(value)] if at >= 0 else value


def _split(separator: re.Pattern[str], text: str) -> Iterator[str]:
    return (part.strip() for part in separator.split(text) if normalise(part))


@cache
def packaged() -> PhraseBook:
    """The phrase-book that comes with the package."""
    source = resources.files(__package__).joinpath("phrasebook.yaml").read_text("utf-8")
    data = load_yaml(source)
    languages: list[str] = data["languages"]
    return PhraseBook(
        languages,
        [_forms(entry) for entry in data["phrases"]],
        {name: [_forms(e) for e in entries] for name, entries in data["glossary"].items()},
    )


def _forms(entry: dict[str, str | bool | list[str]]) -> Forms:
    return {
        language: tuple(forms) if isinstance(forms, list) else (str(forms),)
        for language, forms in entry.items()
    }
