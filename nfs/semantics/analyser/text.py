"""What a text must be before it is analysed: bounded, normalised, free of control characters."""

from __future__ import annotations

import re
import unicodedata

from nfs.semantics.intent import MAX_TEXT
from nfs.semantics.letters import without_vowel_signs

_JOINERS = "\u200c\u200d"
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_SPACE = re.compile(r"\s+")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'"})


class TextError(ValueError):
    """A text that cannot be analysed at all."""


class EmptyText(TextError):
    """The text has no visible character."""


class TextTooLong(TextError):
    """The text has more than ``MAX_TEXT`` characters."""


def clean(text: str) -> str:
    """``text`` in NFC with single spaces, without control and private-use characters.

    Arabic vowel signs go too: they are written or not as the writer likes.

    :raises TextTooLong: more than 4,096 characters, before or after normalisation
    :raises EmptyText: nothing is left
    """
    if len(text) > MAX_TEXT:
        raise TextTooLong(f"at most {MAX_TEXT} characters, got {len(text)}")
    spaced = _SPACE.sub(" ", text)
    visible = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _DROPPED)
    normal = without_vowel_signs(unicodedata.normalize("NFC", visible))
    normal = _SPACE.sub(" ", normal).strip(f" {_JOINERS}")
    if not normal:
        raise EmptyText("the text is empty")
    if len(normal) > MAX_TEXT:
        raise TextTooLong(f"at most {MAX_TEXT} characters after normalisation, got {len(normal)}")
    return normal


def plain_apostrophes(text: str) -> str:
    """Typographic apostrophes as ``'``, so that words are found however they were typed."""
    return text.translate(_APOSTROPHES)
