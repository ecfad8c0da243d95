"""The word classes of a language, and the pattern language that the lexicon files are written in.

In a pattern ``{name}`` is a macro of the file or a capture: a slot (or a stand-in that is resolved
to one) captures a noun phrase without its articles, ``{name:heads}`` one that ends in one of
``heads``. A digit at the end tells two captures of one slot apart. ``<measure>`` is a masked
quantity.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from nfs.semantics.analyser.beginnings import Beginnings
from nfs.semantics.analyser.compiled import Compiled, cache_folder
from nfs.semantics.analyser.masks import Measure
from nfs.semantics.analyser.numerals import numerals
from nfs.semantics.letters import JOINT
from nfs.semantics.resources import load

_PLACEHOLDER = re.compile(r"\{([A-Za-z]\w*)(?::([^{}]*))?\}")
_MEASURE = re.compile(r"(?<!P)<([a-z]+)>")
_WORD = r"\w++(?:['&/+.-]\w++){0,4}"
_PLAIN = re.compile(r"[\w' -]+")
_MORE_WORDS = 4
_HEAD = 4
"""Letters that a noun has at least to be the head of a compound."""


class Words:
    """One language's ``words.yaml``, compiled."""

    def __init__(self, language: str) -> None:
        data = load("words", language)
        self._compiled = Compiled(language, cache_folder())
        plurals = data["plurals"]
        self.applications = _Nouns(data["applications"], data)
        self.devices = _Nouns(data["devices"], data)
        self.connections = _Nouns(data["connections"], data | {"compounds": False})
        self.pronouns = frozenset(data["pronouns"])
        self.self = frozenset(data["self"])
        self.indefinite = frozenset(data["indefinite"])
        self.boundaries = frozenset(data["boundaries"])
        self.languages: dict[str, str] = data["languages"]
        determiners = _one_of(data["determiners"])
        self.leading = re.compile(rf"^(?:(?:{determiners}) )+")
        self.trailing = re.compile(rf"(?:{data['trailing']})$")
        articles = data.get("articles", data["determiners"])
        stops = _one_of({*data["boundaries"], *articles})
        self._word = rf"(?<!\w)(?!{stops}\b(?!-)){_WORD}"
        self._breaks = self.boundaries | frozenset(data["determiners"])
        self._tokens = re.compile(rf"(?<!\w){_WORD}|[^\w ]")
        letters = "|".join(
            word for word in sorted(self._breaks) if len(word) == 1 and word.isascii()
        )
        self._letter = rf"(?: (?:{letters})(?!\w))?" if letters else ""
        self._articles = rf"(?:(?:{_one_of(articles)}) ){{0,3}}"
        things = [*data["applications"], *data["devices"], *data["connections"]]
        self._macros: dict[str, str] = data["macros"] | {
            "word": self._word,
            "number": numerals(language).pattern,
            "wishes": "|".join(data["wishes"]),
            "joined": data["joined"],
            "devices": _one_of(map(re.escape, data["devices"])),
            "thing": rf"\b{_one_of(map(re.escape, things))}(?:{'|'.join(plurals)})?\b",
        }
        self._captures: dict[str, str] = data["captures"] | {
            "language": rf"(?:{'|'.join(self.languages)})",
        }
        self.contractions = [
            (re.compile(pattern, re.IGNORECASE), form)
            for pattern, form in data["contractions"].items()
        ]
        courtesies = "|".join(data["courtesies"])
        self.courtesies = re.compile(rf"(?:(?:{courtesies})\b[, ]*)+")
        self.slices = {name: re.compile(p) for name, p in data["slices"].items()}
        self.constraints = {name: self.compile(p) for name, p in data["constraints"].items()}
        self.clause_ends = re.compile(data["clauseEnds"])
        self.separators = re.compile("|".join(map(self.expand, data["separators"])))
        self.injections = re.compile("|".join(map(self.expand, data["injections"])))

    def compile(self, template: str) -> re.Pattern[str]:
        """A pattern for lower-case text from one of the lexicon's templates."""
        return self._compiled.compile(self.expand(template))

    def needed(self, template: str) -> Beginnings | None:
        """Of which beginnings of words a text must have one for the template to match."""
        return self._compiled.needed(self._outline(template))

    def keep(self) -> None:
        """Have the next process find what was compiled so far."""
        self._compiled.keep()

    def expand(self, template: str) -> str:
        measured = _MEASURE.sub(lambda m: Measure[m[1].upper()].pattern, template)
        return _PLACEHOLDER.sub(lambda m: self._placeholder(m[1], m[2]), measured)

    def _outline(self, template: str) -> str:
        """As ``expand``, with any words where a noun phrase is to stand: wider, and short."""
        measured = _MEASURE.sub(lambda m: Measure[m[1].upper()].pattern, template)
        return _PLACEHOLDER.sub(lambda m: self._outlined(m[1], m[2]), measured)

    def _outlined(self, name: str, heads: str | None) -> str:
        inner = self._macros.get(name, self._captures.get(name))
        if inner is not None:
            return r"\w+" if name == "word" else f"(?:{self._outline(inner)})"
        if heads is None:
            return r"\w.*"
        return rf"(?:\w.* )?(?:{self._outline(self._macros.get(heads, heads))})"

    def _placeholder(self, name: str, heads: str | None) -> str:
        if name in self._macros:
            return self.expand(self._macros[name])
        if name in self._captures:
            return f"(?P<{name}>{self.expand(self._captures[name])})"
        phrase = rf"(?! )(?: ?{self._word}){{1,{_MORE_WORDS + 1}}}{self._letter}"
        if heads is not None:
            heads = self.expand(self._macros.get(heads, heads))
            phrase = rf"(?:{self._word} ){{0,{_MORE_WORDS}}}(?:{heads})(?!\w)"
        return rf"{self._articles}(?P<{name}>{phrase})"

    def phrases(self, text: str) -> list[tuple[int, int]]:
        """Spans of the noun phrases of lower-case ``text``: runs of words between boundaries."""
        found: list[tuple[int, int]] = []
        extends = False
        for token in self._tokens.finditer(text):
            if token[0] in self._breaks or not token[0][0].isalnum():
                extends = False
                continue
            start = found.pop()[0] if extends else token.start()
            found.append((start, token.end()))
            extends = True
        return found


def _one_of(words: Iterable[str]) -> str:
    """A pattern for any of ``words``, which are told apart by their first letters at once."""
    plain: defaultdict[str, list[str]] = defaultdict(list)
    patterns: list[str] = []
    for word in sorted(words, key=lambda w: (-len(w), w)):
        if _PLAIN.fullmatch(word):
            plain[word[0]].append(word[1:])
        else:
            patterns.append(word)
    patterns += [f"{first}(?:{'|'.join(rest)})" for first, rest in plain.items()]
    return f"(?:{'|'.join(patterns)})"


class _Nouns:
    """A set of nouns that may have two words.

    Knows the plurals with one of the endings, nouns behind what a language writes as one word with
    them (``prefixes``), and where there are ``compounds`` what ends in one (``Videokonferenz``).
    """

    def __init__(self, nouns: Iterable[object], data: dict[str, Any]) -> None:
        self._nouns = frozenset(map(str, nouns))
        self._endings: list[str] = ["", *data["plurals"]]
        self._prefixes: list[str] = ["", *data.get("prefixes", ())]
        compounds = data.get("compounds", False)
        self._heads = tuple(n for n in self._nouns if len(n) >= _HEAD) if compounds else ()

    def __contains__(self, noun: str) -> bool:
        noun = noun.replace(JOINT, " ")
        forms = (
            noun.removeprefix(prefix).removesuffix(ending)
            for prefix in self._prefixes
            for ending in self._endings
        )
        return any(form in self._nouns or form.endswith(self._heads) for form in forms)


@cache
def words(language: str) -> Words:
    return Words(language)
