"""What the classifier sees of a text: its words, their neighbours, and how words begin and end."""

from __future__ import annotations

import re
from itertools import pairwise

from nfs.semantics.letters import lower, signs_as_letters, without_vowel_signs

MAX_WORDS = 64
"""What a text wishes is said in its first words; this bounds the work."""

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"#|[^\W\d_]+(?:['’][^\W\d_]+)?")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々ー]")
_BEGIN, _END = "<", ">"
_STEM = 4


def features(text: str) -> list[str]:
    """Features of ``text``, each once, in order; numbers are all alike.

    Characters of scripts without spaces stand for words.
    """
    spaced = _UNSPACED.sub(
        r" \g<0> ", _NUMBER.sub(" # ", signs_as_letters(lower(without_vowel_signs(text))))
    )
    said = _WORD.findall(spaced.replace("’", "'"))[:MAX_WORDS]
    words = [_BEGIN, *said, _END]
    found = dict.fromkeys(said)
    found.update(dict.fromkeys(map(" ".join, pairwise(words))))
    found.update(dict.fromkeys(map(" ".join, zip(words, words[1:], words[2:], strict=False))))
    found.update((f"{_BEGIN}{word}", None) for word in said[:3])
    found.update(
        (part, None)
        for word in said
        if len(word) > _STEM
        for part in (f"{word[:_STEM]}-", f"-{word[-_STEM:]}")
    )
    return list(found)
