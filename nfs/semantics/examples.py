"""The packaged examples of what people say, as labelled texts.

``lexicon/<language>/examples.yaml`` has texts by kind. In some, slots are marked: ``where is
{target: the cat}``; only those say which slots a text has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from nfs.common.yaml_text import load_yaml
from nfs.semantics.vocabulary import PROFILES, Kind

Line = Mapping[str, Any]
"""A labelled text: ``{lang, text, kind, slots?, ...}``; without ``slots`` they are not known."""

_MARK = re.compile(r"\{(\w+): ([^{}]+)\}")


def packaged(language: str) -> list[Line]:
    """None for a language without examples. Raises ValueError for a slot that a kind has not."""
    file = resources.files("nfs.semantics").joinpath("lexicon", language, "examples.yaml")
    if not file.is_file():
        return []
    by_kind: dict[str, list[str]] = load_yaml(file.read_text("utf-8"))
    return [
        _line(language, Kind(kind), str(text)) for kind, texts in by_kind.items() for text in texts
    ]


def _line(language: str, kind: Kind, marked: str) -> Line:
    slots = dict(_MARK.findall(marked))
    if wrong := slots.keys() - PROFILES[kind].carries:
        raise ValueError(f"{marked!r}: {kind} has no {', '.join(wrong)}")
    line = {"lang": language, "kind": kind.value, "text": _MARK.sub(r"\2", marked)}
    return line | ({"slots": slots} if slots else {})
