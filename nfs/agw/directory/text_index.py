"""Free text: whom a few words mean, ranked by BM25 over what agents say of themselves (B11, H10).

Agents of one template say the same, so the index is over distinct descriptions, each with those
agents that have it. Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), section
3.4; fields are weighted by counting their words several times.
"""

from __future__ import annotations

import hashlib
import math
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from nfs.agw.directory.groups import Groups

K1, B = 1.2, 0.75
MAX_TERMS = 32
"""Distinct words of a query that count."""
MAX_POSTINGS = 10_000
"""Occurrences looked at for one query: those of its rarest words."""
_MOST = 255

_UNSAID = (
    " a an and are as at be by can could do does for from have i in is it its me my of on or please"
    " s some that the their them there this to us we what which who will with would you your "
)
"""Words that say nothing about what an agent can do."""
_WORD = re.compile(r"[^\W_]+")


class Said(NamedTuple):
    """What an agent says of itself, in the order of weight."""

    name: str
    skills: str
    description: str


_WEIGHTS = (3, 2, 1)


class _Postings:
    """Where a word occurs: numbers of descriptions in order, and how often, weighted."""

    __slots__ = ("counts", "numbers")

    def __init__(self) -> None:
        self.numbers = array("I")
        self.counts = array("B")

    def add(self, number: int, count: int) -> None:
        at = bisect_left(self.numbers, number)
        self.numbers.insert(at, number)
        self.counts.insert(at, count)

    def discard(self, number: int) -> None:
        at = bisect_left(self.numbers, number)
        del self.numbers[at], self.counts[at]


class TextIndex:
    def __init__(self) -> None:
        self._groups: Groups[bytes] = Groups()
        self._numbers: dict[bytes, int] = {}
        self._keys: list[bytes] = []
        self._lengths = array("I")
        self._free: list[int] = []
        self._postings: dict[str, _Postings] = {}
        self._total_length = 0

    def add(self, aic: str, said: Said) -> None:
        key = _key(said)
        if key not in self._groups:
            self._describe(key, said)
        self._groups.add(key, aic)

    def discard(self, aic: str, said: Said) -> None:
        key = _key(said)
        self._groups.discard(key, aic)
        if key not in self._groups and key in self._numbers:
            self._forget(key, said)

    def search(self, query: str) -> Iterator[tuple[str, float]]:
        """AICs and their scores, best first; of the same score, as they registered."""
        scores = self._scores(query)
        for number, score in sorted(scores.items(), key=lambda scored: (-scored[1], scored[0])):
            for aic in self._groups.of(self._keys[number]):
                yield aic, score

    def scores(self, query: str, saids: list[Said]) -> list[float]:
        """Of each of ``saids``; 0 when the words do not mean it."""
        scores = self._scores(query)
        return [scores.get(self._numbers.get(_key(said), -1), 0.0) for said in saids]

    def _scores(self, query: str) -> dict[int, float]:
        """By number of description."""
        scores: dict[int, float] = {}
        left = MAX_POSTINGS
        for postings in self._of_words(query):
            self._score(postings, scores, left)
            left -= len(postings.numbers)
            if left <= 0:
                break
        return scores

    def _of_words(self, query: str) -> list[_Postings]:
        """Of the words of the query that occur, the rarest first."""
        terms = list(dict.fromkeys(words(query)))[:MAX_TERMS]
        known = [(len(self._postings[t].numbers), t) for t in terms if t in self._postings]
        return [self._postings[term] for _, term in sorted(known)]

    def _score(self, postings: _Postings, scores: dict[int, float], left: int) -> None:
        occurs, described = len(postings.numbers), len(self._numbers)
        rarity = math.log(1 + (described - occurs + 0.5) / (occurs + 0.5))
        average = self._total_length / described
        for number, count in zip(postings.numbers[:left], postings.counts[:left], strict=True):
            norm = K1 * (1 - B + B * self._lengths[number] / average)
            gain = rarity * count * (K1 + 1) / (count + norm)
            scores[number] = scores.get(number, 0.0) + gain

    def _describe(self, key: bytes, said: Said) -> None:
        counts = _counts(said)
        length = sum(counts.values())
        if self._free:
            number = self._free.pop()
            self._keys[number], self._lengths[number] = key, length
        else:
            number = len(self._keys)
            self._keys.append(key)
            self._lengths.append(length)
        self._numbers[key] = number
        self._total_length += length
        for term, count in counts.items():
            if term not in self._postings:
                self._postings[term] = _Postings()
            self._postings[term].add(number, min(count, _MOST))

    def _forget(self, key: bytes, said: Said) -> None:
        number = self._numbers.pop(key)
        self._total_length -= self._lengths[number]
        self._free.append(number)
        for term in _counts(said):
            self._postings[term].discard(number)
            if not self._postings[term].numbers:
                del self._postings[term]


def words(text: str) -> list[str]:
    """Those that say something, in lower case, and singular where that is easily had."""
    return [
        _singular(word) for word in _WORD.findall(text.casefold()) if f" {word} " not in _UNSAID
    ]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "su" else word


def _counts(said: Said) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, weight in zip(said, _WEIGHTS, strict=True):
        for word in words(text):
            counts[word] += weight
    return counts


def _key(said: Said) -> bytes:
    text = "\x1f".join(said).encode(errors="surrogatepass")
    return hashlib.blake2b(text, digest_size=12).digest()
