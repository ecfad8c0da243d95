"""Masks what is quoted or given after a colon: material to work on, never a wish of its own."""

from __future__ import annotations

from nfs.semantics.analyser.masks import MaskedText, Measure

_QUOTES = {
    '"': '"',
    "\u201c": "\u201d\u201c",
    "\u201e": "\u201c\u201d",
    "\u2018": "\u2019",
    "'": "'",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
}
_APOSTROPHES = "'\u2019"


def hide_quotations(masked: MaskedText) -> None:
    """Mask quoted pieces; an apostrophe inside a word neither opens nor closes one."""
    text, at = masked.text, 0
    kept: list[str] = []
    closers = {
        opener: _closer_positions(text, closing)
        for opener, closing in _QUOTES.items()
        if opener in text
    }
    while at < len(text):
        end = _closing(text, at, closers)
        content = text[at + 1 : end].strip() if end is not None else ""
        mask = masked.add(Measure.QUOTE, text[at : end + 1], content) if end and content else None
        kept.append(mask or text[at])
        at = end + 1 if mask and end else at + 1
    masked.text = "".join(kept)


def hide_payload(masked: MaskedText, start: int) -> None:
    """Mask everything from offset ``start``."""
    payload = masked.text[start:].strip()
    mask = masked.add(Measure.QUOTE, payload, masked.reveal(payload))
    if mask is not None:
        masked.text = f"{masked.text[:start].rstrip()} {mask}"


def _closer_positions(text: str, closing: str) -> list[int]:
    """Offsets at which a quotation may close, last first."""
    return [i for i in reversed(range(len(text))) if text[i] in closing and _may_close(text, i)]


def _may_close(text: str, at: int) -> bool:
    return text[at] not in _APOSTROPHES or not text[at + 1 : at + 2].isalnum()


def _closing(text: str, at: int, closers: dict[str, list[int]]) -> int | None:
    """Where the quotation that opens at ``at`` closes; None if none opens there."""
    positions = closers.get(text[at])
    if positions is None or (text[at] in _APOSTROPHES and text[at - 1 : at].isalnum()):
        return None
    while positions and positions[-1] <= at:
        positions.pop()
    return positions[-1] if positions else None
