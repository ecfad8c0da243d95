"""The packaged data files: read once, then kept."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from nfs.common.yaml_text import load_yaml
from nfs.semantics.letters import alike, signs_as_letters

_LEXICON = "lexicon"
_SAID = "render"

DEFAULT_LANGUAGE = "en"


@cache
def load(name: str, language: str | None = None) -> dict[str, Any]:
    """The lexicon file ``name``.yaml, of one language or of all; in letters as patterns see them,
    but for what is said to the user."""
    text = source(name, language)
    if name != _SAID:
        text = signs_as_letters(alike(text))
    data: dict[str, Any] = load_yaml(text)
    return data


@cache
def source(name: str, language: str | None = None) -> str:
    """The same file as it is written; a folder of that name stands for one file of them all."""
    folder = resources.files("nfs.semantics").joinpath(_LEXICON)
    if language is not None:
        folder = folder.joinpath(language)
    parts = folder.joinpath(name)
    if not parts.is_dir():
        return folder.joinpath(f"{name}.yaml").read_text("utf-8")
    files = sorted(parts.iterdir(), key=lambda file: file.name)
    return "\n".join(file.read_text("utf-8") for file in files)


@cache
def supported_languages() -> frozenset[str]:
    """ISO 639-1 codes of the languages that have a grammar."""
    folder = resources.files("nfs.semantics").joinpath(_LEXICON)
    return frozenset(entry.name for entry in folder.iterdir() if entry.is_dir())
