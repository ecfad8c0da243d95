"""The summarisation agent: ``/capability/summarisation`` by choosing the sentences that matter.

Extractive and deterministic: a sentence scores by how often its words occur in the text, the first
one a little more; the best are returned in the order of the text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from importlib import resources
from itertools import pairwise

from nfs.agents.core_agent import IN_THE_NETWORK, CoreAgent
from nfs.common.agents.identity import AgentDescription
from nfs.common.agents.task import DataItem, Task, TaskRejected
from nfs.common.yaml_text import load_yaml

MAX_TEXT = 50_000
MIN_SENTENCES = 3
MAX_SENTENCES = 7
SHARE = 3
"""One sentence is kept of so many, unless the task says how many."""
FIRST_BONUS = 1.15
"""Texts tend to begin with what they are about."""

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?]+(?!\s|$)[^.!?。！？\n]*)*[.!?。！？]*")
_WORD = re.compile(r"[぀-ヿ一-鿿]|[^\W_]+")
_CJK = re.compile(r"[぀-ヿ一-鿿]")


def summarise(text: str, sentences: int | None = None) -> str:
    """The ``sentences`` most telling sentences (default a third, at most seven) of ``text``.

    Raises TaskRejected when the text is too long, or too short to leave anything out.
    """
    if len(text) > MAX_TEXT:
        raise TaskRejected(f"a text has at most {MAX_TEXT} characters, this one {len(text)}")
    parts = [part for part in map(str.strip, _SENTENCE.findall(text)) if _WORD.search(part)]
    if len(parts) < MIN_SENTENCES:
        raise TaskRejected(
            f"the text is too short to be summarised: it has {len(parts)} sentence(s), "
            f"{MIN_SENTENCES} are needed"
        )
    count = min(sentences or math.ceil(len(parts) / SHARE), MAX_SENTENCES, len(parts) - 1)
    scores = _scores(parts)
    chosen = sorted(range(len(parts)), key=lambda i: (-scores[i], i))[:count]
    between = "" if _CJK.search(parts[0]) else " "
    return between.join(parts[i] for i in sorted(chosen))


def _scores(sentences: list[str]) -> list[float]:
    terms = [_terms(sentence) for sentence in sentences]
    frequency = Counter(term for sentence in terms for term in sentence)
    scores = [
        sum(frequency[term] for term in set(sentence)) / math.sqrt(len(sentence) or 1)
        for sentence in terms
    ]
    scores[0] *= FIRST_BONUS
    return scores


def _terms(sentence: str) -> list[str]:
    """Words that carry meaning; pairs of characters where words are not spaced."""
    words = _WORD.findall(sentence.casefold())
    pairs = [a + b for a, b in pairwise(words) if _CJK.match(a)]
    return pairs + [w for w in words if not _CJK.match(w) and w not in _stop_words()]


@cache
def _stop_words() -> frozenset[str]:
    source = resources.files(__package__).joinpath("stopwords.yaml").read_text("utf-8")
    return frozenset(word for words in load_yaml(source).values() for word in map(str, words))


class SummarisationAgent(CoreAgent):
    description = AgentDescription(
        template="core.summarisation",
        instance="summarisation",
        name="Summarisation",
        description=(
            "Shortens a text to its most telling sentences, word for word as they stand in it. "
            "It cannot rephrase, translate or shorten a text of less than three sentences."
        ),
        capabilities=("/capability/summarisation",),
        entity_meta=IN_THE_NETWORK,
    )

    def perform(self, task: Task) -> list[DataItem]:
        sentences = task.data.get("sentences")
        if sentences is not None and (not isinstance(sentences, int) or sentences < 1):
            raise TaskRejected("sentences must be a whole number from 1")
        return [DataItem(text=summarise(task.text, sentences))]
