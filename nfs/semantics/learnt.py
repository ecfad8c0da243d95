"""What the analyser learns of a language from examples and labelled texts, as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nfs.semantics.classifier import training as classifying
from nfs.semantics.classifier.classifier import WEIGHTS
from nfs.semantics.examples import Line, packaged
from nfs.semantics.tagger import training as tagging
from nfs.semantics.tagger.tagger import WEIGHTS as TAGS


def learn(language: str, lines: Sequence[Line]) -> dict[str, str]:
    """Contents by file name; the packaged examples and ``lines`` (labelled texts) are learnt from.

    Raises ValueError when there are none, KeyError for a line that is not labelled.
    """
    lines = [*packaged(language), *lines]
    examples = classifying.examples(language, lines)
    if not examples:
        raise ValueError(f"there are no examples of {language!r}")
    learnt = {WEIGHTS: _written(classifying.train(examples))}
    sentences = tagging.sentences(language, lines)
    if len(sentences) >= tagging.FEWEST:
        learnt[TAGS] = _written(tagging.train(sentences))
    return learnt


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
