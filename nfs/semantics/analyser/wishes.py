"""Parts a text into wishes, and takes out what claims rights instead of wishing."""

from __future__ import annotations

from functools import cache

from nfs.semantics.analyser.words import words
from nfs.semantics.letters import lower

MAX_WISHES = 16


class WishSplitter:
    """Splits texts of one language."""

    def __init__(self, language: str) -> None:
        self._words = words(language)

    def without_injections(self, text: str) -> str:
        """``text`` without clauses that claim a role or talk the analyser out of its rules."""
        kept, start, dropped = "", 0, False
        for separator in [*self._words.clause_ends.finditer(lower(text)), None]:
            end = separator.start() if separator else len(text)
            clause = text[start:end]
            if self._words.injections.search(lower(clause).strip()):
                dropped = True
            else:
                kept += clause + (separator[0] if separator else "")
            start = separator.end() if separator else len(text)
        return kept.strip(" ,.;:!?") if dropped else text

    def split(self, text: str) -> list[str]:
        """The clauses that may each be a wish, in text order, without courtesies around them.

        One more than MAX_WISHES says that there are more.
        """
        pieces, start = [], 0
        low = lower(text)
        for separator in self._words.separators.finditer(low):
            pieces.append(text[start : separator.start()])
            start = separator.end()
        pieces.append(text[start:])
        said = [piece for piece in pieces if not self._is_courtesy(piece)]
        bare = [self.without_courtesies(piece) for piece in said or pieces]
        return [piece for piece in bare if piece][: MAX_WISHES + 1]

    def _is_courtesy(self, text: str) -> bool:
        return self._words.courtesies.fullmatch(lower(text.strip(" ,.;:!?"))) is not None

    def without_courtesies(self, text: str) -> str:
        stripped = text.strip(" ,.;:!?")
        lead = self._words.courtesies.match(lower(stripped))
        return stripped[lead.end() :] if lead and lead.end() < len(stripped) else stripped


@cache
def wish_splitter(language: str) -> WishSplitter:
    return WishSplitter(language)
