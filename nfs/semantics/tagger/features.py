"""Words of a text, and what the tagger sees of each."""

from __future__ import annotations

import re

from nfs.semantics.letters import lower

_PRIVATE_USE = "[\ue000-\uf8ff]"
"""What the analyser masks quantities and quotations with."""
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff々〇ー"
"""Of scripts that put no spaces between words, each character is a token."""
_LETTER = rf"[^\W\d_{_UNSPACED}]"
_TOKEN = re.compile(
    rf"{_PRIVATE_USE}|\d+(?:[.,:/-]\d+)*|{_LETTER}+(?:['’-]{_LETTER}+)*|[{_UNSPACED}]|[^\s\w]"
)
_MASK = re.compile(_PRIVATE_USE)
_EDGE = "|"
_AFFIX = 3

Span = tuple[int, int]


def tokens(text: str) -> list[Span]:
    """Offsets of words, numbers, masks and marks in ``text``."""
    return [match.span() for match in _TOKEN.finditer(text)]


def shapes(text: str, spans: list[Span]) -> list[str]:
    """Each token as it is compared: lower case, numbers and masks alike."""
    return [_shape(text[start:end]) for start, end in spans]


def features(said: list[str], at: int, before: str) -> list[str]:
    """Of the token ``at`` of a wish whose last tag is ``before``."""
    word = said[at]
    last = said[at - 1] if at else _EDGE
    last_but_one = said[at - 2] if at > 1 else _EDGE
    following = said[at + 1] if at + 1 < len(said) else _EDGE
    next_but_one = said[at + 2] if at + 2 < len(said) else _EDGE
    return [
        f"w {word}",
        f"l {last}",
        f"n {following}",
        f"ll {last_but_one} {last}",
        f"nn {following} {next_but_one}",
        f"lw {last} {word}",
        f"wn {word} {following}",
        f"e {word[-_AFFIX:]}",
        f"t {before} {word}",
        f"tl {before} {last}",
        f"t {before}",
    ]


def _shape(token: str) -> str:
    if token[0].isdigit():
        return "#"
    return "%" if _MASK.match(token) else lower(token)
