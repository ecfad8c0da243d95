"""How a language is written: its text as the grammar reads it, and back.

The grammar sees words with single spaces between them. Chinese and Japanese are written without
spaces: they are put around every word that the language's lexicon knows, the longest first.
Vowel signs of Devanagari are letters to it.
"""

from __future__ import annotations

import re
from functools import cache

from nfs.semantics.analyser.masks import ANY_MASK
from nfs.semantics.letters import letters_as_signs, lower, signs_as_letters
from nfs.semantics.resources import load, source

_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f々ー〇"
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")
_LATIN = r"A-Za-z0-9\u00c0-\u024f"
_OTHER_WORD = rf"(?:-(?=\d))?[{_LATIN}](?:[{_LATIN}'./+_-]*[{_LATIN}])?"
_BESIDE_UNSPACED = re.compile(rf"(?<=[{_UNSPACED}]) | (?=[{_UNSPACED}])")
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_PUNCTUATION = str.maketrans(
    _FULL_WIDTH
    | {ord(wide): f"{narrow} " for wide, narrow in zip("，、；：！？。", ",,;:!?.", strict=True)}
)
_GRAMMAR = ("words", "kinds", "slots", "quantities", "capabilities")


class Script:
    """The script of one language."""

    def __init__(self, language: str) -> None:
        unspaced = load("languages")[language].get("unspaced")
        self._known = _known_words(language) if unspaced else None

    def read(self, text: str) -> str:
        """``text`` with its words apart."""
        if self._known is None:
            return signs_as_letters(text)
        words, end = [], 0
        narrow = text.translate(_PUNCTUATION)
        for word in self._known.finditer(narrow):
            words += [narrow[end : word.start()], word[0]]
            end = word.end()
        return " ".join(" ".join([*words, narrow[end:]]).split())

    def written(self, words: str) -> str:
        """A piece of what ``read`` returned, as the language writes it."""
        if self._known is None:
            return letters_as_signs(words)
        return _BESIDE_UNSPACED.sub("", words)

    def place_of(self, phrase: str, text: str) -> re.Match[str] | None:
        """Where ``phrase`` first stands in ``text``; both are as ``read`` returns them."""
        low = lower(phrase)
        if self._known is None:
            return re.search(rf"(?<!\w){re.escape(low)}(?!\w)", lower(text))
        return re.search(" ?".join(map(re.escape, low.replace(" ", ""))), lower(text))


def _known_words(language: str) -> re.Pattern[str]:
    """Every run of the language's characters in its lexicon is a word, and so is a number."""
    found = {run for name in _GRAMMAR for run in _UNSPACED_RUN.findall(source(name, language))}
    digits = "".join(re.escape(c) for c in _han_digits(language))
    words = sorted(found, key=len, reverse=True)
    long = [word for word in words if len(word) > 1 and not set(word) <= set(digits)]
    short = [word for word in words if len(word) == 1]
    return re.compile("|".join([*long, f"[{digits}]+", *short, _OTHER_WORD, ANY_MASK, "[,;:!?.]"]))


def _han_digits(language: str) -> str:
    numerals = load("quantities", language)["numerals"]
    return "".join([*numerals["values"], *numerals["multipliers"]])


@cache
def script(language: str) -> Script:
    return Script(language)
