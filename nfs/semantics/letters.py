"""Letters as patterns need them: one for each sound, and each of them a letter to ``re``.

All functions but those of Arabic vowel signs go character by character, so that offsets stay.
"""

from __future__ import annotations

import re

_ALIKE = str.maketrans("أإآٱى", "ااااي")
_SIGNS = [*range(0x900, 0x904), *range(0x93A, 0x93D), *range(0x93E, 0x950), *range(0x951, 0x958)]
_SIGN_LETTERS = {sign: 0xA500 + sign - 0x900 for sign in _SIGNS}
"""Vai syllables, which nobody writes here, for the vowel signs of Devanagari."""
_LETTER_SIGNS = {letter: sign for sign, letter in _SIGN_LETTERS.items()}
_VOWEL_SIGN = "[\u064b-\u0652\u0670\u0640]"
_VOWEL_SIGNS = re.compile(_VOWEL_SIGN)
_DIGITS = [[chr(zero + n) for zero in (0x660, 0x6F0, 0x966)] for n in range(10)]
"""Arabic, Persian and Devanagari ones of each value."""
_ASCII_DIGITS = {ord(c): str(n) for n, digits in enumerate(_DIGITS) for c in digits} | {
    0x66B: ".",
    0x66C: ",",
}
_OTHERWISE_WRITTEN = re.compile(rf"{_VOWEL_SIGN}|[{''.join(map(chr, _ASCII_DIGITS))}]")

JOINT = "\ua78f"
"""A letter that stands for a space within a name (``Call of Duty``)."""


def alike(text: str) -> str:
    """``text`` with one letter for those that Arabic writers interchange."""
    return text if text.isascii() else text.translate(_ALIKE)


def lower(text: str) -> str:
    """``text`` in lower case and ``alike``."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return alike(lowered)


def signs_as_letters(text: str) -> str:
    """``text`` with letters in place of Devanagari vowel signs, which ``\\w`` does not match."""
    return text if text.isascii() else text.translate(_SIGN_LETTERS)


def letters_as_signs(text: str) -> str:
    """The reverse of ``signs_as_letters``; a JOINT is a space again."""
    return text if text.isascii() else text.translate(_LETTER_SIGNS).replace(JOINT, " ")


def without_vowel_signs(text: str) -> str:
    """``text`` without those of Arabic, which are written or not as the writer likes."""
    return text if text.isascii() else _VOWEL_SIGNS.sub("", text)


def ascii_digits(text: str) -> str:
    """``text`` with ASCII digits for Arabic, Persian and Devanagari ones."""
    return text if text.isascii() else text.translate(_ASCII_DIGITS)


def as_written(words: str, text: str) -> str:
    """``words`` with the digits and vowel signs of ``text``; unchanged if they are not in it."""
    if words in text or not _OTHERWISE_WRITTEN.search(text):
        return words
    found = re.search("".join(f"{_written(c)}{_VOWEL_SIGN}*" for c in words), text)
    return found[0] if found else words


def _written(character: str) -> str:
    if character in "0123456789":
        return f"[{character}{''.join(_DIGITS[int(character)])}]"
    return re.escape(character)
