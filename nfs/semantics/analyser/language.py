"""Which language a text is in, by its letters and its function words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from nfs.semantics.resources import DEFAULT_LANGUAGE, load, source, supported_languages

_LETTERS_OF_A_CHARACTER = 3
"""Chinese says with one character what takes Latin letters several."""
_TAG = re.compile(r"[a-z]{2,3}(?=-|$)")
_GRAMMAR = ("kinds", "words", "slots", "quantities")
_ESCAPE = re.compile(r"\\+[a-z]")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_MEANT = 0.5
"""What a word of a language's grammar counts beside a function word: grammars share some."""
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(entry.get("words", ())) for name, entry in load("languages").items()}


@cache
def _letters() -> dict[str, str]:
    return {name: entry.get("letters", "") for name, entry in load("languages").items()}


@cache
def _language_of(letter: str) -> str | None:
    """The language that alone uses the letter's script, None for Latin and unknown ones."""
    name = unicodedata.name(letter, "")
    for language, entry in load("languages").items():
        if any(name.startswith(script) for script in entry.get("scripts", ())):
            return str(language)
    return None


@cache
def leading_words() -> frozenset[str]:
    """Articles and possessives of all languages, which name nothing by themselves."""
    return frozenset(
        word for entry in load("languages").values() for word in entry.get("leading", ())
    )


def guess_language(text: str, stated: str | None = None, default: str = DEFAULT_LANGUAGE) -> str:
    """ISO 639-1 code of the language of ``text``; ``default`` when nothing tells.

    A stated language (BCP 47) counts unless the script speaks against it. Kana decides for
    Japanese even among Chinese characters.
    """
    scripts = Counter(_language_of(letter) for letter in text if letter.isalpha())
    scripts["zh"] *= _LETTERS_OF_A_CHARACTER
    if scripts["ja"]:
        return "ja"
    script, letters = scripts.most_common(1)[0]
    if letters and script is not None:
        return script
    tag = _TAG.match(stated.lower()) if stated else None
    return tag[0] if tag else _by_words(text, default)


@cache
def _grammar_words(language: str) -> frozenset[str]:
    """The words in the patterns of a language's grammar."""
    if language not in supported_languages():
        return frozenset()
    patterns = "".join(source(name, language).lower() for name in _GRAMMAR)
    return frozenset(_LONG_WORD.findall(_ESCAPE.sub(" ", patterns)))


def _by_words(text: str, default: str) -> str:
    """By words, by letters where these are the same, and one of those with a grammar if any."""
    low = text.lower()
    words = _WORD.findall(low)

    def score(language: str) -> tuple[float, bool, bool]:
        known, letters = _function_words()[language], _letters()[language]
        found = sum(word in known for word in words)
        if not low.isascii():
            found += sum(c in letters for c in low)
        grammar = _grammar_words(language)
        meant = sum(word in grammar for word in words)
        return (
            found + _MEANT * meant,
            language == DEFAULT_LANGUAGE,
            language in supported_languages(),
        )

    likely = max(_function_words(), key=score)
    return likely if score(likely)[0] else default
